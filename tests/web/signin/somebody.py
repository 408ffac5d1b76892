"""Somebody at the door: their account, what they type, and what the browser keeps."""

import re

import pyotp
from sqlalchemy import func, select

from hotline import clock
from hotline.db import db
from hotline.edge import keys
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import LinkKind, Role
from hotline.transaction import transaction
from tests.web import accounts
from tests.web.accounts import EMAIL, PASSWORD
from tests.web.forms import send

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(*roles: Role, factor: bool = True, email: str = EMAIL) -> Person:
    """Somebody with a password and, unless it says otherwise, an app."""
    made = accounts.person(*(roles or [Role.COORDINATOR]), email=email)
    if factor:
        with transaction():
            made.totp_secret = keys.cipher().encrypt(SECRET)
    return made


def member() -> Person:
    return person(Role.MEMBER, factor=False)


def give_password(client, password=PASSWORD, email=EMAIL, **more):
    return send(client, "/sign-in", {"email": email, "password": password, **more})


def give_code(client, code=None, **more):
    return send(client, "/sign-in/code", {"code": code or code_now(), **more})


def code_now() -> str:
    return pyotp.TOTP(SECRET).at(clock.now())


def cookie_of(answer, name="hotline") -> str:
    """The Set-Cookie header of this cookie, "" when there is none."""
    found = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
    return found[0] if found else ""


def is_signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def link_for(made: Person, kind: LinkKind = LinkKind.RESET) -> str:
    with transaction():
        return people.mint_link(made.id, kind, now=clock.now())


def anonymous(page: str) -> str:
    """The page without its form tokens and its own address, which differ every time."""
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    return re.sub(r'name="back" value="[^"]+"', "", page)
