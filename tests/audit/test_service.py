import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from hotline.audit import queries, rules
from hotline.audit import service as audit
from hotline.audit.models import AuditEntry, ChainHead
from hotline.audit.service import ORIGIN, Origin
from hotline.db import db
from hotline.transaction import transaction
from tests.builders import NOON

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
PLAIN = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | WORDS


def write(number=5, **detail):
    with transaction():
        for one in range(number):
            audit.write("ticket.read", f"ticket:{one}", by_id=7, now=NOON, **detail)


def seal(limit=100):
    with transaction():
        return audit.seal(limit)


def change(statement):
    with transaction():
        db.session.execute(statement)


def entries():
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_when_and_from_where(app):
    ORIGIN.set(Origin("request-1", "192.0.2.1"))
    write(1, field="status")
    [entry] = entries()

    assert (entry.person_id, entry.action, entry.at) == (7, "ticket.read", NOON)
    assert (entry.request_id, entry.address) == ("request-1", "192.0.2.1")
    assert entry.detail == {"field": "status"}


def test_entries_are_sealed_in_their_order_and_in_batches(app):
    write(5)

    assert [seal(3), seal(3), seal(3)] == [3, 2, 0]
    assert [entry.seq for entry in entries()] == [1, 2, 3, 4, 5]
    assert not audit.unsealed()


def test_a_sealed_trail_is_whole(app):
    write(5)
    seal()
    write(2)

    assert queries.verify().broken is None
    assert (queries.verify().end.seq, queries.unsealed_count()) == (5, 2)
    assert audit.unsealed()


def test_a_trail_longer_than_a_page_is_read_whole(app, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    write(5)
    seal()

    assert queries.verify().broken is None


@given(st.dictionaries(WORDS, PLAIN | st.lists(PLAIN, max_size=3), max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_seal_holds_whatever_the_detail_is(app, detail):
    write(1, **{f"k{key}": value for key, value in detail.items()})
    seal()

    assert queries.verify().broken is None


@pytest.mark.parametrize(
    "values",
    [
        {"at": NOON + timedelta(microseconds=1)},
        {"person_id": None},
        {"action": "ticket.opened"},
        {"subject": "ticket:9"},
        {"detail": {"field": "other"}},
        {"request_id": "other"},
        {"address": "192.0.2.9"},
    ],
)
def test_s_23_every_part_of_an_entry_is_under_the_seal(app, values):
    write(3, field="status")
    seal()
    change(update(AuditEntry).where(AuditEntry.seq == 2).values(values))
    found = queries.verify().broken

    assert (found.seq, found.why) == (2, "was altered after it was sealed")


def test_s_23_a_deleted_entry_is_found(app):
    write(3)
    seal()
    change(delete(AuditEntry).where(AuditEntry.seq == 2))

    assert queries.verify().broken.why == "entry 2 is missing; the next one is 3"


def test_s_23_a_cut_off_end_is_found(app):
    write(5)
    seal()
    change(delete(AuditEntry).where(AuditEntry.seq > 3))

    assert queries.verify().broken.why == "entries 4 to 5 are missing at the end"


def test_s_23_a_missing_head_is_found(app):
    write(2)
    seal()
    change(delete(ChainHead))

    assert queries.verify().broken.why == "was not sealed by the worker"


@pytest.mark.parametrize("number", [0, -1])
def test_s_23_an_entry_before_the_first_is_found(app, number):
    write(2)
    seal()
    write(1)
    change(update(AuditEntry).where(AuditEntry.seq.is_(None)).values(seq=number))
    found = queries.verify().broken

    assert (found.seq, found.why) == (number, "stands before the first entry of the chain")


def test_an_anchor_is_a_place_of_the_chain(app):
    write(2)
    seal()
    noted = queries.head()
    write(2)
    seal()

    assert queries.verify(noted).broken is None
    assert queries.verify(rules.START).broken is None
    assert queries.verify().end == queries.head()


def test_s_23_a_chain_that_was_made_anew_misses_its_anchor(app):
    write(3)
    seal()
    noted = queries.head()
    change(update(AuditEntry).values(seq=None, previous=None, digest=None, action="other"))
    change(update(ChainHead).values(seq=0, digest=rules.GENESIS))
    seal()
    found = queries.verify(noted).broken

    assert queries.verify().broken is None
    assert (found.seq, found.why) == (3, "is not the entry that was noted elsewhere")


def test_s_23_an_emptied_trail_misses_its_anchor(app):
    write(3)
    seal()
    noted = queries.head()
    change(delete(AuditEntry))
    change(delete(ChainHead))

    assert queries.verify().broken is None
    assert queries.verify(noted).broken.seq == 3


def test_what_waits_too_long_for_its_seal_is_counted(app):
    write(2)
    late = NOON + timedelta(seconds=1)

    assert queries.unsealed_count(before=late) == 2
    assert queries.unsealed_count(before=NOON) == 0


def test_several_sealers_make_one_chain(app):
    write(60)
    barrier = threading.Barrier(3)

    def work():
        with app.app_context():
            barrier.wait()
            while seal(7):
                pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert queries.verify().broken is None
    assert queries.verify().end.seq == 60
