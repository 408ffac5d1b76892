"""Single dates in the database, and the official list in its file."""

from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copy

import pytest

from hotline import policy
from hotline.calendars import queries, rules, service
from hotline.calendars.rules import Label, Span
from hotline.errors import Invalid, Missing, Refused
from hotline.transaction import transaction

CONFIG = Path(__file__).parents[2] / "config"
NOW = datetime(2026, 10, 1, tzinfo=UTC)
FRIDAY = date(2026, 10, 9)
TRAINING = Label(ja="社内研修", en="training")
MORNING = (Span(600, 720), Span(780, 840))


# --- Single dates ---


def test_a_closed_date_is_closed_from_now_on(app):
    with transaction():
        service.close("hotline", FRIDAY, TRAINING, now=NOW)

    assert service.current("hotline").day(FRIDAY).name == TRAINING
    assert not service.current("hotline").is_business_day(FRIDAY)
    assert service.current("government").is_business_day(FRIDAY)


def test_a_date_can_have_hours_of_its_own(app):
    with transaction():
        service.open_("hotline", date(2026, 10, 10), MORNING, TRAINING, now=NOW)

    assert service.current("hotline").hours_on(date(2026, 10, 10)) == MORNING


def test_a_removed_date_follows_the_rule_again(app):
    with transaction():
        service.close("hotline", FRIDAY, TRAINING, now=NOW)
    with transaction():
        service.remove("hotline", FRIDAY, now=NOW)

    assert service.current("hotline").is_business_day(FRIDAY)


def test_what_is_not_there_cannot_be_removed(app):
    with pytest.raises(Missing, match="2026-10-09 follows the rule already"):
        service.remove("hotline", FRIDAY, now=NOW)


def test_a_day_that_is_over_stays_as_it_was(app):
    with transaction():
        service.close("hotline", FRIDAY, TRAINING, now=NOW)
    saturday = datetime(2026, 10, 9, 15, 0, tzinfo=UTC)

    for change in (
        lambda: service.remove("hotline", FRIDAY, now=saturday),
        lambda: service.close("hotline", date(2026, 10, 8), TRAINING, now=saturday),
        lambda: service.open_("hotline", FRIDAY, MORNING, TRAINING, now=saturday),
    ):
        with pytest.raises(Invalid, match="This day is over"):
            change()


def test_today_can_still_be_closed(app):
    evening = datetime(2026, 10, 9, 14, 59, tzinfo=UTC)
    with transaction():
        service.close("hotline", FRIDAY, TRAINING, now=evening)

    assert not service.current("hotline").is_business_day(FRIDAY)


def test_a_date_is_not_changed_twice_without_removing_it_first(app):
    with transaction():
        service.close("hotline", FRIDAY, TRAINING, now=NOW)

    with pytest.raises(Refused, match="Remove them first"), transaction():
        service.open_("hotline", FRIDAY, MORNING, TRAINING, now=NOW)


def test_an_opening_without_hours_is_refused(app):
    with pytest.raises(Invalid, match="hours: Give at least one span"):
        service.open_("hotline", FRIDAY, (), TRAINING, now=NOW)


def test_a_date_outside_the_years_covered_is_refused(app):
    with pytest.raises(rules.Uncovered, match=r"day: .*2000 to 2099"):
        service.close("hotline", date(1, 1, 1), TRAINING, now=NOW)


def test_a_calendar_cannot_be_closed_for_ever(app):
    with pytest.raises(Refused, match="no opening within 60 days"), transaction():
        close_two_months()


def test_the_dates_of_a_calendar_are_listed_by_date(app):
    with transaction():
        service.close("government", date(2026, 11, 4), TRAINING, now=NOW)
        service.close("hotline", date(2026, 11, 5), TRAINING, now=NOW)
        service.close("hotline", FRIDAY, TRAINING, now=NOW)

    assert [row.day.day for row in queries.exceptions()] == [9, 4, 5]
    assert [row.day.day for row in queries.exceptions("hotline")] == [9, 5]


def test_an_unknown_calendar_is_missing(app):
    with pytest.raises(Missing, match="no calendar named lunar"):
        service.from_config("lunar")


# --- Loading ---


def test_the_calendar_is_known_without_a_database(config):
    service.load(config)

    assert service.from_config("hotline").is_business_day(FRIDAY)


def test_a_missing_list_stops_the_start(config):
    (config / "holidays.csv").unlink()

    with pytest.raises(policy.PolicyError, match=r"holidays\.csv: cannot be read"):
        service.load(config)


def test_a_torn_list_stops_the_start(config):
    rows = (config / "holidays.csv").read_bytes()
    (config / "holidays.csv").write_bytes(b"\n".join(rows.split(b"\n")[:30]))

    with pytest.raises(policy.PolicyError, match=r"holidays\.csv: .*not complete"):
        service.load(config)


# --- The official list ---


def test_the_list_of_the_cabinet_office_is_read_as_it_comes(official):
    names = service.read_list(official)

    assert names[date(2027, 1, 1)] == "元日"
    assert names == service.read_list((CONFIG / "holidays.csv").read_bytes())


def test_the_same_list_changes_nothing(config, official):
    before = (config / "holidays.csv").read_bytes()
    stamp = (config / "holidays.csv").stat().st_mtime_ns

    assert service.import_list(official, config) == []
    assert (config / "holidays.csv").read_bytes() == before
    assert (config / "holidays.csv").stat().st_mtime_ns == stamp


def test_a_new_year_and_a_moved_holiday_are_reported(config, official):
    text = official.decode("cp932").replace("2027/11/3,文化の日", "2027/11/4,文化の日")
    changes = service.import_list((text + year_2028()).encode("cp932"), config)

    assert [(c.day.isoformat(), c.added) for c in changes[:2]] == [
        ("2027-11-03", False),
        ("2027-11-04", True),
    ]
    assert len(changes) == 2 + 16
    assert service.import_list((text + year_2028()).encode("cp932"), config) == []


def test_rows_of_the_last_century_are_left_out(official):
    text = official.decode("cp932").replace("名称\r\n", "名称\r\n1955/1/1,元日\r\n")

    assert min(service.read_list(text.encode("cp932"))) == date(2024, 1, 1)


BAD_LISTS = {
    "no header": ("2027-01-01,元日\n", "The first row must be the header"),
    "empty": ("", "The first row must be the header"),
    "only a header": ("date,name\n", "The list holds no holidays"),
    "one cell": ("date,name\n2027-01-01\n", "line 2: A row holds a date and a name"),
    "31 February": ("date,name\n2027-02-31,節分\n", "line 2: '2027-02-31' is not a date"),
    "a word": ("date,name\n元日,元日\n", "line 2: '元日' is not a date"),
    "fullwidth digits": ("date,name\n２０２７-01-01,元日\n", "is not a date"),
    "no name": ("date,name\n2027-01-01, \n", "line 2: The name of the holiday is missing"),
    "a NUL": ("date,name\n2027-01-01,元\0日\n", "line 2: The name"),
    "a long name": (f"date,name\n2027-01-01,{'長' * 51}\n", "line 2: The name"),
    "an open quote": ('date,name\n2027-01-01,"元日\n', "This is not a CSV file"),
    "twice": ("date,name\n2027-01-01,元日\n2027/1/1,元日\n", "2027-01-01: .*2 times"),
    "half a year": ("date,name\n2027-01-01,元日\n", "2027: .*not complete"),
}


@pytest.mark.parametrize(("text", "sentence"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_a_list_that_cannot_be_used_changes_nothing(config, text, sentence):
    before = (config / "holidays.csv").read_bytes()

    with pytest.raises(Invalid, match=sentence):
        service.import_list(text.encode(), config)
    assert (config / "holidays.csv").read_bytes() == before


def test_a_list_that_is_no_text_is_refused(config):
    with pytest.raises(Invalid, match="neither UTF-8 nor CP932"):
        service.import_list(b"\xff\xfe\x00\x81", config)


def test_a_list_without_a_year_in_use_is_refused(config, official):
    text = "".join(
        line for line in official.decode("cp932").splitlines(True) if "2027/" not in line
    )

    with pytest.raises(Invalid, match="2027: This year is in use"):
        service.import_list(text.encode("cp932"), config)


def test_a_list_that_skips_a_year_is_refused(config, official):
    with pytest.raises(Invalid, match=r"2028: .*missing or not complete"):
        service.import_list(
            official + year_2028().replace("2028/", "2029/").encode("cp932"), config
        )


def close_two_months() -> None:
    for day in [date(2026, month, day) for month in (10, 11) for day in range(1, 31)]:
        service.close("hotline", day, TRAINING, now=NOW)


@pytest.fixture
def config(tmp_path):
    """A config folder of this test alone; the calendars of the process are put back after."""
    for name in ("calendars.toml", "holidays.csv"):
        copy(CONFIG / name, tmp_path / name)
    policy.load(tmp_path, [rules.CalendarPolicy])
    yield tmp_path
    service.load(CONFIG)


@pytest.fixture
def official():
    """The list in the Cabinet Office's own form: CP932, CRLF, dates without leading zeros."""
    lines = ["国民の祝日・休日月日,国民の祝日・休日名称"]
    for day, name in service.read_list((CONFIG / "holidays.csv").read_bytes()).items():
        lines.append(f"{day.year}/{day.month}/{day.day},{name}")
    return "".join(f"{line}\r\n" for line in lines).encode("cp932")


def year_2028() -> str:
    """Made of the days that the library expects for 2028."""
    days = "1/1 1/10 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/22 10/9 11/3 11/23"
    names = ["元日", *["祝日"] * 15]
    return "".join(f"2028/{d},{n}\r\n" for d, n in zip(days.split(), names, strict=True))
