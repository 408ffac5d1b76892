"""What of a ticket can be released: in both languages, and never by an unsafe contact."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from hotline import policy
from hotline.coordination.rules import (
    Both,
    Known,
    ReleasingPolicy,
    Row,
    Runs,
    arranged,
    checked,
    label,
    proposed,
)
from hotline.errors import Invalid
from hotline.settings import ROOT
from hotline.tickets.rules import (
    CaseTypesPolicy,
    Choices,
    ConsentsPolicy,
    HearingPolicy,
    Intake,
    Reachable,
)
from tests.builders import NOON


def configured(schema):
    return policy.read(ROOT / "config" / schema.FILE, schema)


TOLD = configured(ReleasingPolicy)
CHOICES = Choices(
    configured(CaseTypesPolicy), configured(HearingPolicy), configured(ConsentsPolicy)
)
NOBODY = Reachable("", "", "", "", "", company_channels_unsafe=False)


def test_what_is_chosen_has_words_in_both_languages_and_what_is_typed_waits_for_a_translation(kept):
    intake = Intake(
        company="㈱ヤマダ部品",
        case_types=("leak",),
        answers={
            "max_count": ["1200"],
            "data_items": ["氏名と住所"],
            "sensitive": ["health", "card"],
        },
    )
    found = {one.code: one for one in kept(intake)}

    assert found["company"].words == Both(ja="㈱ヤマダ部品")
    assert found["company"].typed
    assert found["case_types"].words.en
    assert not found["case_types"].typed
    assert found["answers.max_count"].words == Both("1,200", "1,200")
    assert found["answers.data_items"].typed
    assert "・" in found["answers.sensitive"].words.ja
    assert not found["answers.sensitive"].typed
    assert "summary" not in found


def test_times_say_their_zone_in_both_languages(kept):
    eu_aware = datetime(2026, 9, 22, 7, 20, tzinfo=UTC)
    intake = Intake(occurred_at=NOON, answers={"eu_aware": [eu_aware.isoformat()]})
    found = {one.code: one.words for one in kept(intake)}

    assert found["occurred_at"].en == "Wed 4 Nov 2026, 12:00 (Japan time), UTC+9"
    assert found["answers.eu_aware"].ja == "2026年9月22日（火）16:20（日本時間・UTC+9）"


def test_what_the_caller_named_as_safe_is_told_alone(kept):
    unsafe = Reachable(
        "+81311112222", "03-1111-2222", "", "090-0000-7781", "", company_channels_unsafe=True
    )
    found = {one.code: one.words for one in kept(Intake(), contacts=unsafe)}

    assert found["contact"].en.startswith("090-0000-7781\nDo not use")
    assert "1111" not in found["contact"].ja


def test_the_callers_usual_contact_is_told_where_nothing_is_unsafe(kept):
    usual = Reachable("+81311112222", "", "a@example.jp", "", "", company_channels_unsafe=False)
    found = {one.code: one.words for one in kept(Intake(), contacts=usual)}

    assert found["contact"] == Both("+81311112222\na@example.jp", "+81311112222\na@example.jp")


def test_advice_other_kinds_and_a_judgement_are_told_as_they_are_known(kept):
    said = SimpleNamespace(ja="電源は切らない", en="Leave the power on")
    intake = Intake(
        case_types=("other",), other_kind="lost_device", caller_name="山田", caller_kana="ヤマダ"
    )
    found = {one.code: one.words for one in kept(intake, advice=[said], severity="p1")}

    assert found["advice"] == Both("・電源は切らない", "- Leave the power on")
    assert found["severity"].en == "P1 critical"
    assert found["caller"].ja == "山田（ヤマダ）"
    assert found["case_types"].en == "Other; Lost or stolen device"


def test_clocks_are_told_by_the_instant_or_by_the_end_of_their_last_day(kept):
    hours = Runs(Both("GDPR", "GDPR"), NOON, NOON + timedelta(hours=72))
    days = Runs(Both("確報", "Final"), NOON, date(2027, 1, 4))
    found = {one.code: one.words for one in kept(Intake(), clocks=[hours, days])}
    first, second = found["clocks"].en.splitlines()

    assert first == (
        "GDPR: from Wed 4 Nov 2026, 12:00 (Japan time)"
        " until Sat 7 Nov 2026, 12:00 (Japan time), UTC+9"
    )
    assert second.endswith("until the end of Mon 4 Jan 2027 (Japan time), UTC+9")
    assert found["clocks"].ja.startswith("GDPR：2026年11月4日（水）12:00から、")


def test_only_facts_there_are_and_words_there_are_can_be_released():
    with pytest.raises(Invalid) as refused:
        checked({"company": ("\n", " "), "secret": ("a", ""), "summary": ("a\0", "")}, ["note"])

    assert set(refused.value.fields) == {"company", "secret", "summary"}

    with pytest.raises(Invalid, match="Choose at least one"):
        checked({}, ["note"])

    assert checked({"answers.note": (" a", "")}, ["note"]) == {"answers.note": ("a", "")}


def test_the_brief_follows_the_regulation_and_keeps_what_stands_nowhere(kept):
    rows = [
        Row(code, Both(code, code), Both("語", "word"), NOON)
        for code in ("answers.max_count", "answers.power")
    ]
    sections = arranged(rows, TOLD)
    by_ref = {one.ref: [row.code for row in one.rows] for one in sections}

    assert by_ref["Art. 33(3)(a)"] == ["answers.max_count"]
    assert by_ref["Art. 33(3)(b)"] == []
    assert by_ref[""] == ["answers.power"]
    assert arranged([], TOLD)[-1].ref == "Art. 33(3)(d)"


def test_every_answer_the_brief_shows_is_asked_for():
    asked = CHOICES.hearing.by_key
    shown = {code for one in TOLD.heading for code in one.shows if code.startswith("answers.")}

    assert shown <= {f"answers.{key}" for key in asked}
    assert label("answers.max_count", TOLD, asked).en == asked["max_count"].en
    assert label("answers.gone", TOLD, asked) == Both("answers.gone", "answers.gone")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"piece": []}, "exactly these pieces"),
        ({"severities": {}}, "p1 to p4"),
        ({"heading": [{"code": "a", "ref": "", "ja": "a", "en": "a", "shows": ["x"]}]}, "no piece"),
    ],
)
def test_a_file_that_leaves_something_out_is_refused(changed, complaint):
    written = TOLD.model_dump()

    with pytest.raises(ValueError, match=complaint):
        ReleasingPolicy.model_validate({**written, **changed})


@pytest.fixture
def kept():
    def propose(intake, contacts=NOBODY, **facts):
        known = Known(intake, contacts, NOON, **facts)
        return proposed(known, TOLD, CHOICES)

    return propose
