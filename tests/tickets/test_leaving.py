"""Somebody who leaves a company is shut out in one transaction, whatever was open to them."""

import pytest
from sqlalchemy import func, select

from hotline.db import db
from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import LinkKind
from hotline.sessions import service as sessions
from hotline.tickets import service as tickets
from hotline.tickets.models import Follower
from tests import builders
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("writing")


def test_s_05_whoever_is_shut_out_has_nothing_left():
    person = builders.person("member", member_number="M1", password_hash="x")
    made = builders.ticket(member_number="M1")
    db.session.add(Follower(ticket_id=made.id, person_id=person.id, since=NOON))
    cookie = sessions.start(person.id, complete=True, address="", now=NOON)
    link = people.mint_link(person.id, LinkKind.RESET, now=NOON)
    token = builders.token(person)
    tickets.shut_out(person, by_id=None, now=NOON)

    assert sessions.find(cookie, now=NOON) is None
    assert queries.by_link(link, now=NOON) is None
    assert queries.by_token(token, now=NOON) is None
    assert db.session.scalar(select(func.count()).select_from(Follower)) == 0


def test_others_keep_what_they_follow():
    gone, stays = (builders.person("member", member_number="M1") for _ in range(2))
    made = builders.ticket(member_number="M1")
    for one in (gone, stays):
        db.session.add(Follower(ticket_id=made.id, person_id=one.id, since=NOON))
    db.session.flush()
    tickets.shut_out(gone, by_id=None, now=NOON)

    assert db.session.scalars(select(Follower.person_id)).all() == [stays.id]
