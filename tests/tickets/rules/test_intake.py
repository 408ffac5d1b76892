"""What is written down while the caller talks, and what of it cannot be used."""

from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hotline import policy
from hotline.errors import Invalid
from hotline.tickets import rules
from hotline.tickets.rules import (
    CaseTypesPolicy,
    Choices,
    ConsentsPolicy,
    HearingPolicy,
    Intake,
    Judgement,
    Severity,
    Standing,
)
from tests.builders import NOON

CHOICES = Choices(
    *(
        policy.read(Path("config") / one.FILE, one)
        for one in (CaseTypesPolicy, HearingPolicy, ConsentsPolicy)
    )
)
RECIPIENT = CHOICES.consents.recipient[0].code
KIND = CHOICES.kinds.other_kind[0].code
P1, P2, P3, P4 = Severity


def checked(**facts: object) -> Intake:
    return rules.check_intake(Intake(**facts), CHOICES, now=NOON)


def test_nothing_has_to_be_known():
    assert checked() == Intake()


WRONG = [
    ({"case_types": ("fire",)}, "case_types"),
    ({"case_types": ("leak", "leak")}, "case_types"),
    ({"case_types": ("other",), "other_kind": "fire"}, "other_kind"),
    ({"company": "a\nb"}, "company"),
    ({"company": "あ" * 201}, "company"),
    ({"member_number": "1" * 41}, "member_number"),
    ({"site": "\0"}, "site"),
    ({"caller_name": "a\u202eb"}, "caller_name"),
    ({"caller_kana": "あ" * 201}, "caller_kana"),
    ({"caller_title": "\x1b"}, "caller_title"),
    ({"caller_phone": "1" * 61}, "caller_phone"),
    ({"callback_phone": "1" * 61}, "callback_phone"),
    ({"callback_hours": "あ" * 201}, "callback_hours"),
    ({"caller_email": "not an address"}, "caller_email"),
    ({"safe_email": "a@b.jp, c@d.jp"}, "safe_email"),
    ({"safe_phone": "\n"}, "safe_phone"),
    ({"occurred_at": NOON + timedelta(minutes=6)}, "occurred_at"),
    ({"discovered_at": NOON + timedelta(days=1)}, "discovered_at"),
    ({"discovered_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))}, "discovered_at"),
    ({"discovered_by": "あ" * 201}, "discovered_by"),
    ({"summary": "あ" * 10_001}, "summary"),
    ({"answers": {"nonsense": ["yes"]}}, "answers.nonsense"),
    ({"answers": {"ongoing": ["perhaps"]}}, "answers.ongoing"),
    ({"consents": {"press": True}}, "consents.press"),
    ({"severity": "p5"}, "severity"),
    ({"severity_reason": "あ" * 501}, "severity_reason"),
]


@pytest.mark.parametrize(("facts", "name"), WRONG)
def test_each_field_that_cannot_be_used_is_named(facts, name):
    with pytest.raises(Invalid) as refused:
        checked(**facts)

    assert list(refused.value.fields) == [name]


def test_all_problems_are_named_at_once():
    with pytest.raises(Invalid) as refused:
        checked(
            case_types=("fire",),
            safe_email="x",
            answers={"ongoing": ["perhaps"]},
            consents={"press": True},
        )

    wanted = {"case_types", "safe_email", "answers.ongoing", "consents.press"}
    assert set(refused.value.fields) == wanted


def test_every_text_has_a_limit():
    texts = {one.name for one in fields(Intake) if one.type in (str, "str")}

    assert texts - {"other_kind"} == set(rules.LIMITS)


def test_texts_are_trimmed_and_stay_as_they_were_written():
    intake = checked(company="　髙﨑㈱ ", summary="一行目\n二行目", safe_email=" a@b.example ")

    assert (intake.company, intake.summary) == ("髙﨑㈱", "一行目\n二行目")
    assert intake.safe_email == "a@b.example"


def test_a_time_may_be_five_minutes_ahead_of_our_clock():
    assert checked(discovered_at=NOON + timedelta(minutes=5)).discovered_at > NOON


def test_the_kind_of_other_counts_only_for_that_type():
    assert checked(case_types=("other",), other_kind=KIND).other_kind == KIND
    assert checked(case_types=("leak",), other_kind=KIND).other_kind == ""


def test_what_is_left_out_stays_and_what_is_emptied_goes():
    was = Intake(answers={"ongoing": ["yes"], "jnx_link": ["no"]}, consents={RECIPIENT: True})
    will = rules.merged(was, checked(answers={"ongoing": []}))

    assert will.answers == {"jnx_link": ["no"]}
    assert will.consents == {RECIPIENT: True}


def test_a_consent_that_was_ticked_by_mistake_is_not_asked_again():
    was = Intake(consents={RECIPIENT: True})
    will = rules.merged(was, checked(consents={RECIPIENT: None}))

    assert will.consents == {}


def test_changes_are_named_field_by_field():
    was = Intake(company="a", answers={"ongoing": ["yes"]})
    will = Intake(company="b", case_types=("leak",), consents={RECIPIENT: False})

    assert rules.changes(was, will) == [
        "company",
        "case_types",
        "answers.ongoing",
        f"consents.{RECIPIENT}",
    ]


def test_the_same_form_again_says_the_same():
    was = Intake(company="a", severity="p2", severity_reason="x")

    assert rules.says_the_same(was, was)
    assert rules.says_the_same(was, replace(was, severity=None))
    assert not rules.says_the_same(was, replace(was, severity="p1"))
    assert not rules.says_the_same(was, replace(was, severity_reason="y"))


def test_a_ticked_field_of_the_ticket_counts_for_the_severity():
    without = rules.proposal(Intake(case_types=("leak",)), CHOICES).severity
    unsafe = Intake(case_types=("leak",), company_channels_unsafe=True)

    assert rules.graver(rules.proposal(unsafe, CHOICES).severity, without)


@pytest.mark.parametrize(
    ("facts", "judged"),
    [
        ({"company": "a"}, False),
        ({"case_types": ("leak",)}, True),
        ({"answers": {"ongoing": ["yes"]}}, True),
        ({"severity": "p3"}, True),
    ],
)
def test_a_name_alone_says_nothing_of_the_severity(facts, judged):
    assert rules.is_judged(Intake(**facts)) is judged


def judged(
    chosen: str | None = None,
    reason: str = "",
    *,
    was: Severity | None = None,
    was_reason: str = "",
    before: Severity = P3,
    proposed: Severity = P3,
    may_lower: bool = False,
) -> Judgement:
    standing = Standing(Judgement(was, was_reason) if was else None, before)
    return rules.judge(standing, proposed, chosen, reason, may_lower=may_lower)


def test_without_a_choice_it_is_as_proposed():
    assert judged(proposed=P1) == Judgement(P1)


def test_as_proposed_never_lowers_what_a_person_judged():
    assert judged(was=P1, proposed=P3) == Judgement(P1)


def test_what_is_proposed_anew_raises_what_was_judged():
    assert judged(was=P3, before=P3, proposed=P1) == Judgement(P1)


def test_anybody_may_raise_it_without_a_reason():
    assert judged("p1", was=P3) == Judgement(P1)
    assert judged("p2", "お客さまの希望", proposed=P3) == Judgement(P2, "お客さまの希望")


def test_lowering_it_needs_a_supervisor_and_a_reason():
    with pytest.raises(Invalid) as refused:
        judged("p3", " ", was=P2)

    assert set(refused.value.fields) == {"severity", "severity_reason"}


def test_a_supervisor_needs_a_reason_too():
    with pytest.raises(Invalid) as refused:
        judged("p3", was=P2, may_lower=True)

    assert set(refused.value.fields) == {"severity_reason"}


def test_less_than_is_proposed_is_lowering_even_the_first_time():
    with pytest.raises(Invalid):
        judged("p4", "様子見", proposed=P3)


def test_a_supervisor_lowers_it_with_a_reason():
    assert judged("p4", "誤検知", was=P1, may_lower=True) == Judgement(P4, "誤検知")


def test_what_a_supervisor_lowered_stays_so_for_the_same_answers():
    lowered = {"was": P3, "was_reason": "誤検知", "before": P1, "proposed": P1}

    assert judged(None, "誤検知", **lowered) == Judgement(P3, "誤検知")
    assert judged("p3", "誤検知", **lowered) == Judgement(P3, "誤検知")


def test_what_a_supervisor_lowered_is_raised_by_graver_answers():
    lowered = {"was": P4, "was_reason": "誤検知", "before": P3, "proposed": P1}

    assert judged("p4", "誤検知", **lowered) == Judgement(P1)


def test_a_better_reason_may_be_written_later():
    assert judged("p1", "工場停止", was=P1) == Judgement(P1, "工場停止")


@pytest.mark.parametrize(
    ("before", "given", "said"),
    [(None, True, "yes"), (None, False, "no"), (True, False, "withdrawn"), (False, True, "yes")],
)
def test_a_no_after_a_yes_is_a_withdrawal(before, given, said):
    assert rules.said(before, given) == said


def test_the_subject_names_the_ticket():
    assert rules.subject("482170933") == "ticket:482170933"


def test_moments_are_compared_in_any_zone():
    tokyo = timezone(timedelta(hours=9))

    assert checked(occurred_at=datetime(2026, 11, 4, 11, 0, tzinfo=tokyo)).occurred_at < NOON
