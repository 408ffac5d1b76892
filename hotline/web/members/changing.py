"""Write a company down, and correct it."""

from flask import flash, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.language import gettext
from hotline.errors import Invalid
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import Details
from hotline.people.rules import DESK
from hotline.web.members import form as member_form
from hotline.web.members.form import Form
from hotline.web.members.frame import bp, found, words


@bp.get("/members/new")
@allow(DESK)
def new() -> ResponseReturnValue:
    """The form of a company nobody has written down yet."""
    return _form_page(None, member_form.of(Details("")))


@bp.post("/members")
@allow(DESK)
def add() -> ResponseReturnValue:
    """Write a company down."""
    return _save(None)


@bp.get("/members/<number>/edit")
@allow(DESK)
def edit(number: str) -> ResponseReturnValue:
    """The form of one company."""
    member = found(number)
    requests.note_read(members.subject(member.number))
    return _form_page(member, member_form.of(members.details_of(member)))


@bp.post("/members/<number>")
@allow(DESK)
def change(number: str) -> ResponseReturnValue:
    """Save a company; whoever comes second gets both versions."""
    return _save(found(number))


def _save(member: Member | None) -> ResponseReturnValue:
    form = member_form.sent()
    if member is not None:
        form.head["number"] = member.number
    try:
        details = form.details()
        saved = members.save(
            member, details, version=_version(), by_id=g.person_id, now=clock.now()
        )
    except Invalid as invalid:
        return make_response(_again(member, form, said(invalid)), 422)
    except members.Stale:
        return make_response(_again(member, form, {}, theirs=member), 409)
    flash(gettext("Saved."))
    return redirect(url_for(".show", number=saved.number), code=303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _again(
    member: Member | None, form: Form, errors: dict[str, str], *, theirs: Member | None = None
) -> str:
    """The form as it was typed; it shows the company, so it is a read too."""
    db.session.rollback()
    if member is not None:
        subject = members.subject(member.number)
        audit.write("read", subject, by_id=g.person_id, now=clock.now())
    return _form_page(member, form, errors, theirs=theirs)


def _form_page(
    member: Member | None,
    form: Form,
    errors: dict[str, str] | None = None,
    *,
    theirs: Member | None = None,
) -> str:
    return render_template(
        "members/form.html",
        member=member,
        form=form,
        errors=errors or {},
        version_shown=_shown_version(member, theirs),
        theirs=members.details_of(theirs) if theirs else None,
        now=clock.now(),
        **words(),
    )


def _shown_version(member: Member | None, theirs: Member | None) -> int:
    """What is sent back: the version that this page shows, or that was shown before a mistake."""
    if member is None:
        return 0
    return member.version if theirs or request.method == "GET" else _version()
