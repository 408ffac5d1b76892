from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.audit import rules
from hotline.audit.rules import GENESIS, Anchor, Sealed

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = st.none() | st.booleans() | st.integers() | TEXTS
CONTENT = st.dictionaries(TEXTS, PLAIN | st.lists(PLAIN, max_size=3), max_size=4)


def chain(contents):
    entries, previous = [], GENESIS
    for seq, content in enumerate(contents, start=1):
        digest = rules.digest(seq, previous, content)
        entries.append(Sealed(seq * 10, seq, content, previous, digest))
        previous = digest
    return entries


def broken(entries, *, head):
    """The first place where the chain does not hold, as a reader of the trail walks it."""
    seq, previous = 0, GENESIS
    for entry in entries:
        if found := rules.check(entry, seq=seq + 1, previous=previous):
            return found
        seq, previous = entry.seq, entry.digest
    return rules.check_head(
        seq=seq,
        digest=previous,
        head_seq=head.seq if head else 0,
        head_digest=head.digest if head else GENESIS,
    )


CHAINS = st.lists(CONTENT, min_size=1, max_size=6).map(chain)


@given(CHAINS)
def test_a_chain_as_it_was_sealed_holds(entries):
    assert broken(entries, head=entries[-1]) is None


def test_an_empty_trail_holds():
    assert broken([], head=None) is None


@given(CHAINS, st.data())
def test_s_23_an_altered_entry_is_found(entries, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    old = entries[place]
    content = {**old.content, "altered": len(old.content)}
    altered = Sealed(old.id, old.seq, content, old.previous, old.digest)
    found = broken([*entries[:place], altered, *entries[place + 1 :]], head=entries[-1])

    assert (found.seq, found.why) == (old.seq, "was altered after it was sealed")


@given(CHAINS, st.data())
def test_s_23_a_missing_entry_is_found(entries, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    found = broken(entries[:place] + entries[place + 1 :], head=entries[-1])

    assert found.seq == place + 1


@given(CHAINS.filter(lambda entries: len(entries) > 1), st.data())
def test_s_23_two_entries_in_each_others_place_are_found(entries, data):
    place = data.draw(st.integers(0, len(entries) - 2))
    one, other = entries[place], entries[place + 1]
    swapped = [
        Sealed(one.id, one.seq, other.content, one.previous, one.digest),
        Sealed(other.id, other.seq, one.content, other.previous, other.digest),
    ]
    found = broken([*entries[:place], *swapped, *entries[place + 2 :]], head=entries[-1])

    assert (found is None) == (one.content == other.content)


@given(CHAINS, st.data())
def test_s_23_a_rewritten_end_is_found(entries, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    contents = [entry.content for entry in entries]
    contents[place] = {**contents[place], "rewritten": len(contents[place])}
    found = broken(chain(contents), head=entries[-1])

    assert found.why == "is not the entry that was sealed last"


def test_an_entry_that_follows_another_is_found():
    first, second = chain([{"a": 1}, {"b": 2}])
    moved = Sealed(second.id, 2, second.content, GENESIS, second.digest)
    found = broken([first, moved], head=second)

    assert (found.seq, found.why) == (2, "does not follow the entry before it")


def test_an_entry_beyond_the_end_is_found():
    first, second = chain([{"a": 1}, {"b": 2}])
    found = broken([first, second], head=first)

    assert (found.seq, found.why) == (2, "was not sealed by the worker")


def test_a_place_of_the_chain_is_read_as_it_is_written():
    place = Anchor(12, "0f" * 32)

    assert Anchor.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "12", ":" + "0" * 64, "1:0F", "-1:" + "0" * 64, "1:zz"])
def test_what_is_no_place_of_the_chain_is_refused(text):
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        Anchor.parse(text)


def test_a_time_has_one_spelling_in_every_zone():
    at = datetime(2027, 1, 4, tzinfo=UTC)
    tokyo = at.astimezone(timezone(timedelta(hours=9)))

    assert rules.canonical({"at": at}) == rules.canonical({"at": tokyo})
    assert rules.canonical({"b": at, "a": date(2027, 1, 4)}) == (
        b'{"a":"2027-01-04","b":"2027-01-04T00:00:00+00:00"}'
    )


def test_what_has_no_spelling_is_refused():
    with pytest.raises(TypeError, match="bytes cannot be sealed"):
        rules.canonical({"a": b"1"})
