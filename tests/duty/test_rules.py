"""Which line a number rings, and which shifts are refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hotline.duty import rules
from hotline.errors import Forbidden, Invalid, Refused
from hotline.policy import PolicyError, read
from hotline.settings import ROOT

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPERATOR = frozenset({"operator"})

LINE = """
[[lines]]
code = "{code}"
label = {{ ja = "窓口", en = "Line" }}
short = {{ ja = "窓口", en = "Line" }}
called = ["{called}"]
displayed = "0120"
calendar = "hotline"
duty_phone = "+815000000000"
recording = "off"
terms = [{{ ja = "無料です。", en = "It is free." }}]
default = {default}
"""


def test_a_call_belongs_to_the_line_whose_number_was_called(shipped):
    assert shipped.line_for_called_number("+81120318258").code == "sompo_desk"


def test_a_call_to_an_unknown_number_belongs_to_the_default_line(shipped):
    assert shipped.line_for_called_number("+81354226351").code == "jnx"


def test_the_lines_are_known_by_their_codes(shipped):
    assert shipped.codes == ("jnx", "sompo_desk")
    assert shipped.line("jnx").displayed == "0120-066-318"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("jnx", ("consultation and first advice are free", "within the limits")),
        ("sompo_desk", ("may decline by its own standard", "No result is guaranteed", "are paid")),
    ],
)
def test_each_line_says_what_it_can_and_cannot_do(shipped, code, said):
    terms = shipped.line(code).terms
    spoken = " ".join(sentence.en for sentence in terms)

    assert not [words for words in said if words not in spoken]
    assert "the insurer decides" in terms[-1].en


def test_an_unknown_code_is_no_line(shipped):
    with pytest.raises(KeyError):
        shipped.line("nowhere")


def test_the_shipped_duty_phones_reach_nobody_until_they_are_set(shipped):
    assert shipped.lines_that_reach_nobody() == ("jnx", "sompo_desk")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([("a", "+81300000001", "true"), ("a", "+81300000002", "false")], "code a is given twice"),
        ([("a", "+81300000001", "true"), ("b", "+81300000001", "false")], "given twice"),
        ([("a", "+81300000001", "false")], "exactly one line must say default"),
        ([("a", "+81300000001", "true"), ("b", "+81300000002", "true")], "exactly one line"),
        ([("a", "0120-066-318", "true")], r"lines.0 \(a\).called.0"),
    ],
)
def test_lines_that_lead_nowhere_are_refused(tmp_path, lines, sentence):
    rows = (LINE.format(code=code, called=number, default=it) for code, number, it in lines)
    (tmp_path / "lines.toml").write_text("".join(rows), encoding="utf-8")

    with pytest.raises(PolicyError, match=sentence):
        read(tmp_path / "lines.toml", rules.LinesPolicy)


def test_a_shift_in_a_role_the_person_holds_is_fine():
    rules.check_shift("operator", held=OPERATOR, starts_at=NOON, ends_at=NOON + HOUR, now=NOON)


@pytest.mark.parametrize(
    ("role", "starts_at", "ends_at", "field"),
    [
        ("operator", NOON, NOON, "ends_at"),
        ("operator", NOON + HOUR, NOON, "ends_at"),
        ("operator", NOON - 2 * HOUR, NOON, "ends_at"),
        ("supervisor", NOON, NOON + HOUR, "person"),
        ("auditor", NOON, NOON + HOUR, "role"),
        ("cook", NOON, NOON + HOUR, "role"),
    ],
)
def test_a_shift_that_cannot_be_is_refused_beside_its_field(role, starts_at, ends_at, field):
    with pytest.raises(Invalid) as refusal:
        rules.check_shift(role, held=OPERATOR, starts_at=starts_at, ends_at=ends_at, now=NOON)

    assert list(refusal.value.fields) == [field]


def test_a_shift_that_has_begun_cannot_be_removed():
    rules.check_removable(starts_at=NOON + HOUR, now=NOON)
    with pytest.raises(Refused, match="End it instead"):
        rules.check_removable(starts_at=NOON, now=NOON)


def test_only_a_running_shift_can_be_ended():
    rules.check_running(starts_at=NOON - HOUR, ends_at=NOON + HOUR, now=NOON)
    with pytest.raises(Refused, match="has not begun"):
        rules.check_running(starts_at=NOON, ends_at=NOON + HOUR, now=NOON)
    with pytest.raises(Refused, match="over already"):
        rules.check_running(starts_at=NOON - HOUR, ends_at=NOON, now=NOON)


@pytest.fixture(scope="module")
def shipped() -> rules.LinesPolicy:
    return read(ROOT / "config" / "lines.toml", rules.LinesPolicy)


# Pages

PAGING = read(ROOT / "config" / "paging.toml", rules.PagingPolicy)


@pytest.mark.parametrize(("rounds", "seconds"), [(1, 60), (2, 300), (3, 900), (4, 3600), (9, 3600)])
def test_the_rounds_of_a_page_become_slower(rounds, seconds):
    assert rules.pause(rounds, PAGING) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("phone", "channels"),
    [
        (None, ["mail"]),
        ("+819012345678", ["voice", "mail", "sms"]),
        ("+816012345678", ["voice", "mail", "sms"]),
        ("+81354226351", ["voice", "mail"]),
        ("+815012345678", ["voice", "mail"]),
        ("+4915112345678", ["voice", "mail", "sms"]),
    ],
)
def test_a_text_goes_only_where_it_can_be_read(phone, channels):
    assert list(rules.channels_to(phone)) == channels


@dataclass
class Someone:
    id: int
    phone: str | None


def test_people_without_a_phone_come_along_with_the_next_who_has_one():
    order = [Someone(1, None), Someone(2, "+81"), Someone(3, None), Someone(4, "+81")]

    assert [one.id for one in rules.next_to_ring(order, set())] == [1, 2]
    assert [one.id for one in rules.next_to_ring(order, {1, 2})] == [3, 4]
    assert [one.id for one in rules.next_to_ring(order, {1, 2, 4})] == [3]
    assert rules.next_to_ring(order, {1, 2, 3, 4}) == []


@pytest.mark.parametrize("role", ["operator", "member", "vendor", "auditor", "administrator"])
def test_only_coordinators_and_supervisors_take_a_page(role):
    rules.check_taker({"supervisor"})
    rules.check_taker({"coordinator", "operator"})

    with pytest.raises(Forbidden):
        rules.check_taker({role})


def test_what_is_over_cannot_be_taken():
    rules.check_open("open", taker="")

    with pytest.raises(Refused, match="山田 花子 has this"):
        rules.check_open("taken", taker="山田 花子")
    with pytest.raises(Refused, match="called off"):
        rules.check_open("called_off", taker="")
