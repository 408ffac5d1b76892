"""``flask search rebuild``."""

import json

import pytest
from sqlalchemy import select, update

from hotline.cli import search
from hotline.db import db
from hotline.fulltext import matches
from hotline.members.models import Member
from hotline.searchkeys import phrases
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders


def test_what_was_saved_before_the_keys_changed_is_found_again(flask, forgotten):
    before = found(Ticket, "やまだ"), found(Member, "やまだ")
    done = flask("search", "rebuild")

    assert before == ([], [])
    assert done.exit_code == 0, done.output
    assert "3 companies and 3 tickets can be found." in done.output
    assert [len(found(table, "やまだ")) for table in (Ticket, Member)] == [3, 3]


def test_it_goes_on_batch_by_batch(flask, forgotten, monkeypatch):
    monkeypatch.setattr(search, "AT_ONCE", 1)
    done = flask("search", "rebuild", "--json")

    assert json.loads(done.stdout) == {"companies": 3, "tickets": 3}
    assert len(found(Ticket, "やまだ")) == 3


def test_nobody_who_edits_meanwhile_is_sent_back(flask, forgotten):
    def versions():
        both = (db.session.scalars(select(table.version)) for table in (Ticket, Member))
        return [list(found) for found in both]

    before = versions()
    flask("search", "rebuild")

    assert versions() == before


def test_an_empty_house_has_nothing_to_write(flask):
    assert "0 companies and 0 tickets" in flask("search", "rebuild").output


def found(table: type[Ticket | Member], q: str) -> list[int]:
    db.session.rollback()
    hits = select(table.id).where(matches(table.search_text, phrases(q)))
    return list(db.session.scalars(hits))


@pytest.fixture
def forgotten(app):
    """Companies and tickets as an older version left them."""
    with transaction():
        for _ in range(3):
            builders.member(name="株式会社ヤマダ部品")
            builders.ticket(company="株式会社ヤマダ部品")
    with transaction():
        for table in (Ticket, Member):
            db.session.execute(update(table).values(search_text=""))


@pytest.fixture
def flask(app):
    return lambda *args: app.test_cli_runner().invoke(args=args)
