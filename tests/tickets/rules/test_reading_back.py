"""What is read back to a caller, and when it has to be read again."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from hotline.tickets.rules import DIGEST, READ_BACK, to_read_back

NINE = datetime(2026, 9, 24, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """What a ticket knows."""

    number: str = "482170933"
    caller_code: str = ""
    company: str = ""
    site: str = ""
    caller_name: str = ""
    caller_kana: str = ""
    caller_title: str = ""
    callback_phone: str = ""
    callback_hours: str = ""
    safe_phone: str = ""
    safe_email: str = ""
    company_channels_unsafe: bool = False
    discovered_at: datetime | None = None
    discovered_by: str = ""


@dataclass(frozen=True)
class Promised:
    """A promise."""

    due_at: datetime = NINE
    in_hours: bool = False


ALL = Known(
    caller_code="482170",
    company="確認工業",
    caller_name="邊見 さゆり",
    callback_phone="090-0000-7781",
    safe_email="safe@example.com",
    company_channels_unsafe=True,
    discovered_at=NINE,
)


def test_everything_that_is_known_is_read_in_its_order():
    assert tuple(one.item for one in to_read_back(ALL, Promised())) == READ_BACK


def test_what_nobody_knows_is_left_out():
    assert [one.item for one in to_read_back(Known(), None)] == ["number"]


@pytest.mark.parametrize(
    ("item", "news"),
    [
        ("company", {"site": "知立工場"}),
        ("caller", {"caller_kana": "ヘンミ"}),
        ("callback", {"callback_hours": "夕方"}),
        ("safe", {"safe_phone": "080-1111-2222"}),
        ("noticed", {"discovered_by": "警備員"}),
    ],
)
def test_another_value_of_any_part_is_read_again_and_nothing_else(item, news):
    before = {one.item: one.digest for one in to_read_back(ALL, Promised())}
    after = {one.item: one.digest for one in to_read_back(replace(ALL, **news), Promised())}

    assert {name for name in before if before[name] != after[name]} == {item}


def test_a_promise_for_now_is_another_promise():
    later, at_once = (
        to_read_back(ALL, promised)[-1].digest for promised in (Promised(), Promised(in_hours=True))
    )

    assert later != at_once
    assert DIGEST.fullmatch(later)
