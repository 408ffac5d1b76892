"""Every part is saved as it is typed; what cannot be saved yet is kept, and shown again."""

from datetime import timedelta

import pytest

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.tickets import queries
from hotline.tickets.models import Draft, HearingAnswer
from hotline.transaction import transaction
from hotline.web.formats import in_fours
from tests import builders
from tests.builders import NOON
from tests.web.intake.browser import TYPED, address, checked, differing, fresh, opened


def test_what_is_typed_is_saved_and_says_when(desk):
    ticket = opened(case_types=())
    answer = desk.types(ticket, **TYPED).json
    saved = queries.intake_of(fresh(ticket))

    assert (answer["saved"], answer["problems"], answer["conflicts"]) == ("12:00:00", {}, {})
    assert saved.case_types == ("leak", "ransom")
    assert saved.answers["ongoing"] == ["yes"]
    assert saved.consents == {"agent": False, "sompo_japan": True}
    assert saved.summary == "EDIが開かない。\n月曜の出荷に間に合わない。"


def test_the_page_names_whoever_saved_last(desk, other):
    ticket = opened(case_types=())
    desk.types(ticket, caller_name="邊見")
    page = other.get(address(ticket)).text
    answer = other.types(ticket, caller_kana="ヘンミ").json

    assert '<span class="hint" data-saved-by>大槻 美咲</span>' in page
    assert answer["saved_by"] == "朴 美咲"


def test_the_head_of_the_page_follows_what_is_saved(desk):
    ticket = opened(case_types=())
    with transaction():
        builders.call(ticket_id=ticket.id)
    page = desk.get(address(ticket)).text
    answer = desk.types(ticket, company="タジマ<精工>").json

    assert f"<title>{in_fours(ticket.number)} 新しい受電｜" in page
    assert answer["title"] == f"{in_fours(ticket.number)} タジマ<精工>"
    assert "タジマ&lt;精工&gt;" in answer["parts"]["line-who"]


def test_a_part_alone_changes_nothing_else(desk):
    ticket = opened(case_types=())
    desk.types(ticket, **TYPED)
    desk.types(ticket, caller_name="邊見")
    saved = queries.intake_of(fresh(ticket))

    assert (saved.caller_name, saved.company) == ("邊見", "ヤマダ部品㈱")
    assert saved.answers["ongoing"] == ["yes"]


def test_the_same_request_again_changes_nothing(desk):
    ticket = opened(case_types=())
    base = desk.knows(ticket)
    for _ in range(2):
        answer = desk.types(ticket, base, occurred_day="11/4", occurred_time="7:40").json

    assert (answer["problems"], answer["conflicts"], fresh(ticket).version) == ({}, {}, 2)


def test_an_answer_is_as_old_as_the_page_says(desk):
    ticket = opened(case_types=())
    desk.types(ticket, **{"answers.ongoing": "yes", "ago.answers.ongoing": "90000"})

    assert db.session.query(HearingAnswer).one().answered_at == NOON - timedelta(seconds=90)


def test_a_moment_is_an_answer_too(desk):
    ticket = opened(case_types=("leak",))
    moment = {"moment.eu_aware_day": "11/4", "moment.eu_aware_time": "７：４０"}
    fields = {"part": "answers.eu_aware", "base.answers.eu_aware": "", **moment}
    desk.send(f"{address(ticket)}/fields", fields)
    page = desk.get(address(ticket)).text

    assert checked(page, "moment.eu_aware_day") == ["2026/11/04"]
    assert checked(page, "moment.eu_aware_time") == ["7:40"]
    assert "eu_aware" in queries.intake_of(fresh(ticket)).answers


# What cannot be saved yet


def test_what_cannot_be_used_is_kept_and_shown_again_anywhere(desk, other):
    ticket = opened()
    answer = desk.types(ticket, caller_email="@nope", caller_name="邊見").json
    page = desk.get(address(ticket)).text

    assert list(answer["problems"]) == ["caller_email"]
    assert "@nope" in page
    assert 'id="caller_email-error"' in page
    assert "@nope" not in other.get(address(ticket)).text
    assert (fresh(ticket).caller_email, fresh(ticket).caller_name) == ("", "邊見")


def test_a_draft_is_forgotten_as_soon_as_the_part_is_saved(desk):
    ticket = opened()
    desk.types(ticket, caller_email="nobody")
    desk.types(ticket, caller_email="somebody@example.jp")

    assert db.session.query(Draft).count() == 0
    assert fresh(ticket).caller_email == "somebody@example.jp"


def test_a_time_that_cannot_be_is_kept_as_it_was_typed(desk):
    ticket = opened()
    answer = desk.types(ticket, occurred_day="11/4", occurred_time="25:00").json
    page = desk.get(address(ticket)).text

    assert list(answer["problems"]) == ["occurred_at"]
    assert checked(page, "occurred_time") == ["25:00"]


def test_a_severity_without_a_reason_waits_for_it(desk):
    ticket = opened(case_types=("ransom",))
    answer = desk.types(ticket, severity="p4", severity_reason="").json

    assert set(answer["problems"]) == {"severity", "severity_reason"}
    assert fresh(ticket).severity == "p2"


@pytest.mark.parametrize(
    "part", ["", "nothing", "version", "answers." + "x" * 60, "answers.\0", "csrf_token"]
)
def test_a_part_that_no_form_has_is_refused(desk, part):
    ticket = opened()
    answer = desk.send(f"{address(ticket)}/fields", {"part": part})

    assert answer.status_code == 422


def test_a_question_that_is_not_asked_any_more_loses_no_word(desk):
    ticket = opened()
    answer = desk.types(ticket, **{"answers.gone": "消えない", "summary": "\0x"}).json

    assert set(answer["problems"]) == {"answers.gone", "summary"}
    assert db.session.query(Draft).count() == 2


def test_a_joined_ticket_takes_nothing(desk):
    old, new = opened(), opened()
    desk.send(f"/tickets/{new.number}/join", {"into": old.number})

    assert desk.types(new, {}, summary="遅れて届いた").status_code == 409


# Two people, two tabs


def test_parts_that_nobody_else_changed_are_saved_although_others_were(desk, other):
    ticket = opened()
    mine = desk.knows(ticket)
    other.types(ticket, caller_name="朴が聞いた名前")
    answer = desk.types(ticket, mine, callback_hours="夕方").json

    assert (answer["conflicts"], fresh(ticket).callback_hours) == ({}, "夕方")
    assert answer["values"]["caller_name"] == ["朴が聞いた名前"]
    assert answer["by"]["caller_name"] == "12:00:00　朴 美咲"


def test_a_part_that_somebody_else_changed_shows_both_versions_beside_it(desk, other):
    ticket = opened()
    mine = desk.knows(ticket)
    other.types(ticket, summary="朴の版")
    answer = desk.types(ticket, mine, summary="私の版", caller_name="邊見").json
    both = answer["conflicts"]["summary"]

    assert differing(both) == {"summary"}
    for words in ("朴の版", "私の版", "朴 美咲 12:00:00", "両方をつなげる"):
        assert words in both
    assert (fresh(ticket).summary, fresh(ticket).caller_name) == ("朴の版", "邊見")


def test_my_version_is_there_again_on_another_pc(desk, other):
    ticket = opened()
    mine = desk.knows(ticket)
    other.types(ticket, summary="朴の版")
    desk.types(ticket, mine, summary="私の版")
    page = desk.get(address(ticket)).text

    assert differing(page) == {"summary"}
    assert checked(page, "summary") == ["私の版"]


@pytest.mark.parametrize("text", ["私の版", "朴の版"])
def test_either_version_ends_the_conflict(desk, other, text):
    ticket = opened()
    mine = desk.knows(ticket)
    other.types(ticket, summary="朴の版")
    desk.types(ticket, mine, summary="私の版")
    desk.types(ticket, summary=text)

    assert fresh(ticket).summary == text
    assert db.session.query(Draft).count() == 0


def test_what_arrived_before_its_answer_was_lost_is_no_conflict(desk):
    ticket = opened()
    before = desk.knows(ticket)
    desk.types(ticket, before, discovered_day="11/4", discovered_time="7時40分")
    answer = desk.types(ticket, before, discovered_day="11/4", discovered_time="7時40分").json

    assert answer["conflicts"] == {}


# Telling the caller, and the rest of the form


def test_the_caller_is_told_when_the_operator_says_so(desk):
    ticket = opened(case_types=())
    typed = desk.types(ticket, safe_phone="090-1234-5678").json["told"]
    told = desk.send(f"{address(ticket)}/fields", {"tell": "1"}).json["told"]
    again = desk.send(f"{address(ticket)}/fields", {"tell": "1"}).json["told"]

    assert (typed, again) == ([], [])
    assert "SMSで" in told[0]


@pytest.mark.parametrize(("drill", "sentences"), [(False, 1), (True, 0)])
def test_who_cannot_be_told_is_read_the_promise_but_in_a_drill(desk, drill, sentences):
    ticket = opened(case_types=(), drill=drill)
    told = desk.send(f"{address(ticket)}/fields", {"tell": "1"}).json["told"]

    assert len(told) == sentences


def test_a_save_leaves_the_trail_and_names_no_text(desk):
    ticket = opened(case_types=())
    with clock.fixed(NOON):
        desk.types(ticket, caller_name="邊見 さゆり")
    entry = db.session.query(AuditEntry).filter_by(action="ticket.filled").one()

    assert entry.detail == {"fields": ["caller_name"]}
