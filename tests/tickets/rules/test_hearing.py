"""What is asked, in which order, and which answers are kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hotline import policy
from hotline.errors import Invalid
from hotline.tickets.rules import HearingPolicy, Question, check_answers, with_fields

HEARING = policy.read(Path("config/hearing.toml"), HearingPolicy)
TYPES = ("ransom", "leak", "defacement", "spoofed_mail", "other")
SOME_TYPES = st.lists(st.sampled_from(TYPES), unique=True)


def keys(*case_types: str, kind: str = "") -> list[str]:
    return [one.key for one in HEARING.sheet(case_types, kind)]


@given(SOME_TYPES)
def test_no_question_is_asked_twice_whatever_types_are_chosen(case_types):
    asked = keys(*case_types)

    assert len(asked) == len(set(asked))
    assert asked[: len(keys())] == keys()


@given(SOME_TYPES)
def test_the_order_of_types_changes_only_the_order_of_questions(case_types):
    assert set(keys(*case_types)) == set(keys(*reversed(case_types)))


def test_the_primary_type_is_asked_first():
    both = keys("spoofed_mail", "leak")

    assert both.index("subtype") < both.index("found_by")


def test_a_kind_of_other_brings_its_own_questions():
    assert "remote_control" not in keys("other")
    assert "remote_control" in keys("other", kind="support_scam")
    assert "lost_by" not in keys("other", kind="support_scam")


def test_nobody_but_other_has_kinds():
    assert keys("leak", kind="support_scam") == keys("leak")


@pytest.mark.parametrize("case_type", TYPES[:-1])
def test_at_intake_there_are_few_questions_and_each_has_signals(case_type):
    asked = HEARING.at_intake([case_type])

    assert 8 <= len(asked) <= 9
    for question in asked:
        assert question.signals, question.key


SEED = {
    (): "caller callback org insured discovered_at occurred_at ongoing impact jnx_link "
    "personal_data actions_taken informed domestic",
    ("ransom",): "note assets isolated power backup entry admin exfil logs contact_attacker",
    ("leak",): "source data_items max_count sensitive exposed cause role encrypted claims public",
    ("defacement",): "url hosting cms forms cards accounts same_server web_logs clean_copy "
    "reporter",
    ("spoofed_mail",): "subtype mail_facts opened_by symptoms pc_online account transfer spread "
    "domain",
}


def test_every_question_of_the_papers_is_asked():
    counts = [len(questions.split()) for questions in SEED.values()]

    assert counts == [13, 10, 10, 10, 9]
    for case_types, questions in SEED.items():
        everybody = set(keys()) if case_types else set()
        assert set(questions.split()) <= set(keys(*case_types)) - everybody, case_types


@pytest.mark.parametrize(
    ("case_types", "count"),
    [((), 15), (("ransom",), 12), (("leak",), 14), (("defacement",), 13), (("spoofed_mail",), 13)],
)
def test_each_sheet_has_its_number_of_questions(case_types, count):
    everybody = len(keys()) if case_types else 0

    assert len(keys(*case_types)) - everybody == count


SIGNALS = """
channels_unsafe:yes ongoing:yes stopped:production stopped:edi stopped:partner_links jnx_link:yes
personal_data:over_1000 personal_data:sensitive personal_data:card_bank personal_data:my_number
personal_data:eu domestic:no
hit_devices:server hit_devices:ad hit_devices:nas hit_devices:hypervisor hit_devices:backup
isolated:none isolated:part backup:lost admin:yes theft_claim:yes contact_attacker:contacted
contact_attacker:paid
found_by:police found_by:public_body found_by:security_firm max_count:1000 sensitive:health
sensitive:card sensitive:login still_exposed:yes cause:intrusion cause:insider cause:theft
role:processor role:partner_secrets encrypted:yes_key_apart claim_made:yes claim_made:with_deadline
public:yes
site_symptoms:malware site_symptoms:redirect site_symptoms:warning forms:tampered cards:yes
reaches_inside:yes other_sites:4
subtype:money_sent subtype:password_entered executed:run opened_on:executive opened_on:finance
opened_on:administrator detected:active detected:stopped pc_online:yes takeover:forwarding
takeover:mass_sent spread:9
"""


def test_every_signal_of_the_papers_is_data():
    ours = {f"{one.key}:{signal.value}" for one in HEARING.question for signal in one.signals}

    assert set(SIGNALS.split()) <= ours


def test_answers_are_kept_in_the_order_of_the_sheet():
    given_answers = {
        "hit_devices": ["nas", "pc", "nas"],
        "isolated": ["none"],
        "max_count": ["１,２００ "],
        "note": [" .locked\n2通 "],
        "callback": ["０９０-1234-5678"],
        "occurred_at": ["2026-09-18T17:00+09:00"],
    }

    assert check_answers(HEARING, given_answers) == {
        "hit_devices": ["pc", "nas"],
        "isolated": ["none"],
        "max_count": ["1200"],
        "note": [".locked\n2通"],
        "callback": ["０９０-1234-5678"],
        "occurred_at": ["2026-09-18T17:00:00+09:00"],
    }


def test_what_was_left_empty_is_not_answered():
    assert check_answers(HEARING, {"isolated": [], "note": [" "], "max_count": [""]}) == {}


WRONG = {
    "a question there is none of": ("fire", ["yes"], "There is no such question."),
    "a code there is none of": ("isolated", ["perhaps"], "There are only these answers: all, part"),
    "two answers to one choice": ("isolated", ["all", "none"], "Only one answer, please."),
    "two texts": ("note", ["a", "b"], "Only one answer, please."),
    "a number in words": ("max_count", ["many"], "A whole number in digits, please."),
    "a number below nothing": ("max_count", ["-1"], "A whole number in digits, please."),
    "a number of other digits": ("max_count", ["٣"], "A whole number in digits, please."),
    "a very large number": ("max_count", ["1000000001"], "At most 1,000,000,000, please."),
    "an endless number": ("max_count", ["9" * 5000], "A whole number in digits, please."),
    "a time without a zone": ("occurred_at", ["2026-09-18T17:00"], "A time with its zone"),
    "no time": ("occurred_at", ["yesterday"], "A time with its zone"),
    "a text that cannot be seen": ("note", ["a\0b"], "There is a character here"),
    "a long text": ("note", ["x" * 2001], "At most 2000 characters"),
    "a phone of two lines": ("callback", ["03\n04"], "There is a character here"),
}


@pytest.mark.parametrize(("key", "answer", "sentence"), WRONG.values(), ids=WRONG)
def test_an_answer_is_refused_for(key, answer, sentence):
    with pytest.raises(Invalid) as refused:
        check_answers(HEARING, {key: answer})

    assert str(refused.value.fields[f"answers.{key}"]).startswith(sentence)


def test_all_problems_are_named_at_once():
    with pytest.raises(Invalid) as refused:
        check_answers(HEARING, {"fire": ["yes"], "isolated": ["perhaps"], "note": ["fine"]})

    assert set(refused.value.fields) == {"answers.fire", "answers.isolated"}


def test_a_ticked_field_of_the_ticket_counts_as_its_question():
    answers = {"isolated": ["none"]}

    assert with_fields(HEARING, answers, {"company_channels_unsafe": True}) == {
        "isolated": ["none"],
        "channels_unsafe": ["yes"],
    }
    assert with_fields(HEARING, answers, {"company_channels_unsafe": False}) == answers


ONE = {"key": "isolated", "ja": "隔離は", "en": "Isolated?", "input": "choice"}
YES = {"code": "yes", "ja": "はい", "en": "Yes"}
NO = {"code": "no", "ja": "いいえ", "en": "No"}
LOUD = {"ja": "大変", "en": "Grave", "raises_to": "p1"}
NUMBER = {**ONE, "input": "number"}
CHOICE = {**ONE, "options": [YES, NO]}

BROKEN = {
    "one option": ({**ONE, "options": [YES]}, "isolated: a choice question needs at least two"),
    "options on a text": (
        {**CHOICE, "input": "text"},
        "isolated: a text question has no options",
    ),
    "an option twice": ({**ONE, "options": [YES, YES]}, "isolated: the option yes is given twice"),
    "a signal on no option": (
        {**CHOICE, "signals": [{**LOUD, "value": "maybe"}]},
        "isolated: a signal waits for the option maybe, not given",
    ),
    "a signal on a text": (
        {**ONE, "input": "text", "signals": [{**LOUD, "value": "yes"}]},
        "isolated: a signal waits for the option yes, not given",
    ),
    "a choice compared as a number": (
        {**CHOICE, "signals": [{**LOUD, "op": "above", "value": 3}]},
        'isolated: "above" compares numbers',
    ),
    "a number compared with a word": (
        {**NUMBER, "signals": [{**LOUD, "op": "above", "value": "many"}]},
        'isolated: "above" compares numbers',
    ),
    "the same signal twice": (
        {**CHOICE, "signals": [{**LOUD, "value": "yes"}] * 2},
        "isolated: the signal is yes is given twice",
    ),
    "a severity beyond p1": (
        {**CHOICE, "signals": [{**LOUD, "value": "yes", "raises_to": "p0"}]},
        "'p1', 'p2', 'p3' or 'p4'",
    ),
    "a missing language": ({**CHOICE, "en": " "}, "at least 1 character"),
    "kinds of another type": (
        {**CHOICE, "case_types": ["leak"], "kinds": ["ddos"]},
        'isolated: kinds are for case_types = ["other"] alone',
    ),
}


@pytest.mark.parametrize(("question", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_question_is_refused_for(question, sentence):
    with pytest.raises(ValidationError, match=sentence.replace("[", r"\[")):
        HearingPolicy.model_validate({"question": [question]})


@pytest.mark.parametrize(
    ("second", "sentence"),
    [({}, "the question isolated is given twice"), ({"key": "b"}, "the field site is given twice")],
)
def test_a_key_and_a_field_stand_once(second, sentence):
    first = {**CHOICE, "field": "site"}
    with pytest.raises(ValidationError, match=sentence):
        HearingPolicy.model_validate({"question": [first, {**first, **second}]})


def test_a_clock_starts_at_a_moment_and_at_nothing_else():
    words = {"key": "when", "ja": "いつ", "en": "When", "clock": "known"}

    assert Question(**words, input="datetime").clock == "known"
    with pytest.raises(ValidationError, match="a clock starts at a moment"):
        Question(**words, input="text")
