"""The intake: a call has its number and promise at once, and no word that is typed is lost."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.calls.models import Call
from hotline.db import db
from hotline.followups import service as followups
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import ContactDetails, Details, SiteDetails
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import send, sign_in

HOUR = timedelta(hours=1)
NIGHT = NOON + 10 * HOUR
"""22:00 in Tokyo: out of hours."""


# A new call


def test_a_new_call_is_a_ticket_with_its_promise_before_the_first_question(desk):
    with clock.fixed(NIGHT):
        sign_in(desk.client, desk.person)
        answer = desk.send("/intake", {"line": "jnx"})
    ticket = db.session.query(Ticket).one()

    assert answer.status_code == 303
    assert answer.location == f"/tickets/{ticket.number}/intake"
    assert ticket.received_at == NIGHT
    assert builders.promise_of(ticket).due_at == NOON + 21 * HOUR
    assert db.session.query(Call).one().ticket_id == ticket.id


def test_a_line_that_does_not_exist_opens_nothing(desk):
    answer = desk.send("/intake", {"line": "moon"})

    assert answer.status_code == 422
    assert db.session.query(Ticket).count() == 0


def test_a_recorded_call_opens_in_the_intake_with_its_true_time(desk):
    with transaction():
        call = builders.call(received_at=NOON - 3 * HOUR, from_number="+81566001234")
    answer = desk.send(f"/calls/{call.id}/ticket")
    page = desk.get(answer.location).text

    assert "9:00:00 受電" in page
    assert db.session.query(Ticket).one().caller_phone == "+81566001234"


def test_the_promise_stands_in_large_type_with_its_sentence_in_both_languages(desk):
    ticket = opened(received_at=NIGHT)
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert re.search(r'class="promise-time">.*11月5日', page)
    assert "11月5日、木曜日の午前9時までに、担当者からお電話いたします。" in page
    assert 'lang="en">We will call you by 9 a.m. on Thursday, 5 November.' in page


def test_where_nothing_is_owed_nothing_is_promised(desk):
    ticket = opened()
    with transaction():
        promise = builders.promise_of(ticket)
        followups.call_off(promise, reason="解決した", by_id=desk.person.id, now=NOON)
    page = desk.get(address(ticket)).text

    assert "promise-say" not in page
    assert "promise-time" not in page


def test_a_drill_says_so_on_top(desk):
    ticket = opened(drill=True)

    assert "訓練です。" in desk.get(f"/tickets/{ticket.number}/intake").text


def test_a_visit_is_on_record(desk):
    ticket = opened()
    desk.get(f"/tickets/{ticket.number}/intake")

    assert reads(f"ticket:{ticket.number}") == [{}]


# Saving


def test_what_is_typed_is_saved_and_stands_there_again(desk):
    ticket = opened(case_types=())
    answer = desk.save(ticket, **TYPED)
    saved = queries.intake_of(fresh(ticket))

    assert answer.location == f"/tickets/{ticket.number}/intake"
    assert saved.case_types == ("leak", "ransom")
    assert saved.company == "ヤマダ部品㈱"
    assert saved.occurred_at == datetime(2026, 11, 3, 22, 40, tzinfo=UTC)
    assert saved.consents == {"agent": False, "sompo_japan": True}
    assert saved.answers["ongoing"] == ["yes"]
    assert saved.company_channels_unsafe


def test_the_page_shows_what_was_saved_and_when(desk):
    ticket = opened(case_types=())
    desk.save(ticket, **TYPED)
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    for words in ("ヤマダ部品㈱", "邊見 さゆり", "2026/11/04", "7:40", "保存済み 12:00:00"):
        assert words in page
    assert checked(page, "case_types") == ["ransom", "leak"]
    assert checked(page, "primary") == ["leak"]
    assert checked(page, "answers.ongoing") == ["", "yes"]
    assert checked(page, "consents.agent") == ["no"]
    assert checked(page, "discovered_unknown") == ["1"]


def test_an_answer_can_be_taken_away_again(desk):
    ticket = opened(case_types=("ransom",))
    desk.save(ticket, case_types="ransom", **{"answers.stopped": ["edi", "production"]})
    desk.save(ticket, case_types="ransom", **{"answers.stopped": ""})

    assert "stopped" not in queries.intake_of(fresh(ticket)).answers


def test_the_kind_of_another_incident_is_kept(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="other", other_kind="support_scam")

    assert fresh(ticket).other_kind == "support_scam"


def test_a_site_may_be_chosen_or_typed(desk):
    ticket = opened()
    desk.save(ticket, site="本社工場", site_text="")
    chosen = fresh(ticket).site
    desk.save(ticket, site="本社工場", site_text="夜間倉庫")

    assert (chosen, fresh(ticket).site) == ("本社工場", "夜間倉庫")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("occurred_time", "25:00", "18:10 のように"),
        ("occurred_day", "2026/02/31", "その日付はありません"),
        ("occurred_day", "2026/11/05", "まだ来ていません"),
        ("caller_email", "nobody", "メール"),
        ("case_types", "flood", "種別は次のどれか"),
        ("other_kind", "flood", ""),
        ("answers.ongoing", "maybe", ""),
        ("answers.nothing", "yes", "この質問はありません"),
        ("consents.agent", "perhaps", ""),
        ("consents.nobody", "yes", "この共有先はありません"),
        ("severity", "p9", ""),
        ("company", "a\0b", ""),
        ("summary", "x" * 10_001, "10000"),
    ],
)
def test_a_wrong_value_comes_back_with_its_sentence_and_every_other_word(
    desk, field, value, sentence
):
    ticket = opened(case_types=())
    given = {**TYPED, "case_types": ["other"], field: value}
    answer = desk.save(ticket, **given)

    assert answer.status_code == 422
    assert ("field-error" in answer.text) != (field in NOT_ON_THE_PAGE)
    assert sentence in answer.text
    assert "邊見 さゆり" in answer.text or field == "caller_name"
    assert fresh(ticket).changed_at is None


NOT_ON_THE_PAGE = ("answers.nothing", "consents.nobody")


def test_all_wrong_fields_are_named_at_once(desk):
    ticket = opened()
    answer = desk.save(ticket, occurred_day="x", caller_email="nobody", summary="そのまま")

    assert answer.text.count("field-error") == 2
    assert "そのまま" in answer.text
    assert 'value="nobody"' in answer.text


def test_a_time_that_is_typed_counts_although_it_was_not_known_before(desk):
    ticket = opened()
    desk.save(ticket)
    desk.save(ticket, discovered_day="11/4", discovered_time="7:40", discovered_unknown="1")

    assert fresh(ticket).discovered_at == datetime(2026, 11, 3, 22, 40, tzinfo=UTC)


def test_the_first_save_says_how_the_caller_is_told(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom", safe_phone="090-1234-5678")
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert "入力した内容を保存しました。" in page
    assert "SMSで" in page


def test_who_cannot_be_told_is_read_the_promise(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom")

    assert "読み上げてください" in desk.get(f"/tickets/{ticket.number}/intake").text


def test_nobody_is_told_of_a_drill(desk):
    ticket = opened(case_types=(), drill=True)
    desk.save(ticket, case_types="ransom", safe_phone="090-1234-5678")
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert "SMSで" not in page
    assert "読み上げてください" not in page


def test_a_script_is_told_where_to_go_when_all_is_saved(desk):
    ticket = opened()
    answer = desk.save(ticket, headers={"X-Fragment": "1"}, summary="保存")

    assert answer.status_code == 204
    assert answer.headers["X-Go-To"] == f"/tickets/{ticket.number}/intake"


# Questions, severity and advice


def test_the_questions_of_a_type_are_shown_without_saving(desk):
    ticket = opened(case_types=())
    before = desk.get(f"/tickets/{ticket.number}/intake").text
    answer = desk.save(ticket, case_types="ransom", caller_name="邊見", questions="1")

    assert "ネットワークから切り離しましたか" not in before
    assert "ネットワークから切り離しましたか" in answer.text
    assert 'value="邊見"' in answer.text
    assert fresh(ticket).changed_at is None


def test_the_fragment_follows_what_is_chosen_and_writes_nothing(desk):
    ticket = opened(case_types=())
    part = desk.get(
        f"/tickets/{ticket.number}/intake/proposal?case_types=ransom&answers.ongoing=yes"
    ).text

    assert "ネットワークから切り離しましたか" in part
    assert "P1 緊急の理由になります：被害が今も広がっている" in part
    assert "LANケーブルを抜き" in part
    assert "<html" not in part
    assert fresh(ticket).case_types == []


def test_the_parts_start_with_what_is_saved(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom", company="ヤマダ部品㈱")
    part = desk.get(f"/tickets/{ticket.number}/intake/proposal?case_types=leak").text

    assert checked(part, "primary") == ["leak"]
    assert "ネットワークから切り離しましたか" not in part


@pytest.mark.parametrize(
    "query", ["case_types=flood", "answers.x=%00", "severity=p9", "member_number=%00", "apart=x"]
)
def test_choices_that_do_not_exist_trouble_no_fragment(desk, query):
    ticket = opened()

    assert desk.get(f"/tickets/{ticket.number}/intake/proposal?{query}").status_code == 200


def test_unsafe_company_channels_speak_for_a_graver_severity(desk):
    ticket = opened(case_types=())
    address = f"/tickets/{ticket.number}/intake/proposal?case_types=leak"
    without, with_it = (desk.get(address + more).text for more in ("", UNSAFE))

    assert "社用の連絡手段が使えない" not in without
    assert "社用の連絡手段が使えない" in with_it


UNSAFE = "&company_channels_unsafe=1"


def test_the_main_type_is_the_one_that_is_said_to_be_it(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types=["ransom", "spoofed_mail"], primary="spoofed_mail")

    assert fresh(ticket).case_types == ["spoofed_mail", "ransom"]


def test_an_operator_may_raise_the_severity(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="leak", severity="p1", severity_reason="報道された")

    assert fresh(ticket).severity == "p1"
    assert fresh(ticket).severity_reason == "報道された"


def test_an_operator_cannot_lower_it_and_is_told_who_can(desk):
    ticket = opened(case_types=("ransom",))
    page = desk.get(f"/tickets/{ticket.number}/intake").text
    answer = desk.save(ticket, case_types="ransom", severity="p4", severity_reason="軽い")

    assert re.search(r'value="p4"[^>]*disabled', page)
    assert "SVが理由をつけて下げられます" in page
    assert answer.status_code == 422


def test_a_supervisor_may_lower_it_with_a_reason(app):
    supervisor = Browser(app, Role.SUPERVISOR)
    ticket = opened(case_types=("ransom",))
    page = supervisor.get(f"/tickets/{ticket.number}/intake").text
    without = supervisor.save(ticket, case_types="ransom", severity="p4")
    supervisor.save(ticket, case_types="ransom", severity="p4", severity_reason="誤報だった")

    assert not re.search(r'value="p4"[^>]*disabled', page)
    assert without.status_code == 422
    assert fresh(ticket).severity == "p4"


# The company


def test_a_company_is_found_by_its_reading_and_comes_with_its_numbers(desk):
    company()
    answer = desk.get("/intake/companies?q=やまだ", headers={"X-Fragment": "1"})

    for words in ("ヤマダ部品㈱", "愛知県安城市", "20418", "9180301000418"):
        assert words in answer.text
    assert "<html" not in answer.text


def test_the_search_is_a_page_of_its_own_without_script(desk):
    company()
    found = desk.get("/intake/companies?q=ヤマダ").text
    nobody = desk.get("/intake/companies?q=うみの").text

    assert "<html" in found
    assert "ヤマダ部品㈱" in found
    assert "登録がありません" in nobody


def test_a_search_is_on_record_with_its_text(desk):
    desk.get("/intake/companies?q=ﾔﾏﾀﾞ")
    desk.get("/intake/companies")

    assert reads("search:companies") == [{"q": "ﾔﾏﾀﾞ"}]


def test_a_search_for_what_cannot_be_typed_is_answered(desk):
    assert desk.get("/intake/companies?q=%00").status_code == 422


def test_a_company_is_searched_and_chosen_without_script_and_without_losing_a_word(desk):
    made = company()
    ticket = opened()
    found = desk.save(ticket, company="やまだ", caller_name="邊見", find="1").text
    chosen = desk.save(ticket, company="やまだ", caller_name="邊見", choose=made.number).text

    assert f'name="choose" value="{made.number}"' in found
    assert 'value="ヤマダ部品㈱"' in chosen
    assert 'value="邊見"' in found
    assert 'value="邊見"' in chosen
    assert fresh(ticket).changed_at is None


def test_the_chosen_company_shows_what_it_may_ask_for_and_never_a_verdict(desk):
    made = company()
    ticket = opened()
    page = desk.save(ticket, choose=made.number).text

    assert "JNX会員" in page
    assert "確認できないことがあっても、受付は続けてください。" in page


def test_the_end_of_a_policy_is_told_with_its_year(desk):
    with transaction():
        made = builders.member(name="ヤマダ部品㈱")
    page = desk.save(opened(), choose=made.number).text

    assert "2027年11月4日" in page


def test_a_contact_fills_the_fields_of_the_caller(desk):
    made = company()
    ticket = opened()
    page = desk.save(
        ticket, member_number=made.number, contact=str(made.contacts[0].id), summary="EDI停止"
    ).text

    assert 'value="山田 花子"' in page
    assert 'value="ヤマダ ハナコ"' in page
    assert 'value="090-1234-5678"' in page
    assert "EDI停止" in page


@pytest.mark.parametrize("contact", ["0", "x", "99999999999999"])
def test_a_contact_of_nobody_changes_nothing(desk, contact):
    ticket = opened()

    assert desk.save(ticket, contact=contact, member_number="none").status_code == 200


def test_a_company_can_be_put_away_again(desk):
    made = company()
    ticket = opened()
    page = desk.save(ticket, member_number=made.number, company=made.name, choose="").text

    assert "誰からですか" not in page
    assert 'value="ヤマダ部品㈱"' in page


@pytest.mark.parametrize("number", ["a\0b", "C000", "x" * 5000])
def test_a_company_that_does_not_exist_is_not_chosen(desk, number):
    ticket = opened()

    assert desk.save(ticket, choose=number).status_code == 200


def test_the_number_that_rang_names_the_company(desk):
    company()
    ticket = opened(caller_phone="+81566001234")

    assert "この番号の登録がある会社" in desk.get(f"/tickets/{ticket.number}/intake").text


# Duplicates


def test_a_ticket_of_the_same_number_is_offered_first(desk):
    old = opened(caller_phone="+81566001234", received_at=NOON - HOUR, company="ヤマダ部品㈱")
    new = opened(caller_phone="0566-00-1234", case_types=())
    page = desk.get(f"/tickets/{new.number}/intake").text

    assert f"{spaced(old.number)} の続きにする" in page
    assert page.index(spaced(old.number)) < page.index('id="company"')


def test_a_ticket_of_the_chosen_company_is_offered_before_anything_is_saved(desk):
    made = company()
    old = opened(member_number=made.number, received_at=NOON - HOUR)
    new = opened(case_types=())
    part = desk.get(f"/tickets/{new.number}/intake/proposal?member_number={made.number}").text

    assert f"{spaced(old.number)} の続きにする" in part


def test_joining_saves_what_was_typed_and_goes_on_under_the_other_number(desk):
    old, new = twins()
    answer = desk.send(
        f"/tickets/{new.number}/join",
        {**desk.form(new), "into": old.number, "summary": "続報：NASも開かない"},
    )
    page = desk.get(answer.location).text

    assert answer.location == f"/tickets/{old.number}"
    assert f"この通話は {spaced(old.number)} の続きです" in page
    assert fresh(new).duplicate_of_id == old.id
    assert fresh(new).summary == "続報：NASも開かない"


def test_joining_without_a_word_saves_nothing_else(desk):
    old, new = twins()
    desk.send(f"/tickets/{new.number}/join", {**desk.form(new), "into": spaced(old.number)})

    assert fresh(new).duplicate_of_id == old.id
    assert db.session.query(AuditEntry).filter_by(action="ticket.filled").count() == 0


def test_a_joined_ticket_leads_to_the_page_of_the_ticket(desk):
    old, new = twins()
    desk.send(f"/tickets/{new.number}/join", {"into": old.number})

    assert desk.get(f"/tickets/{new.number}/intake").location == f"/tickets/{new.number}"


def test_joining_what_cannot_be_joined_keeps_every_word(desk):
    _old, new = twins()
    answer = desk.send(
        f"/tickets/{new.number}/join",
        {**desk.form(new), "into": new.number, "summary": "消えない"},
    )

    assert answer.status_code == 409
    assert "消えない" in answer.text
    assert fresh(new).summary == ""


@pytest.mark.parametrize("into", ["", "200000004", "x", "\0"])
def test_a_ticket_cannot_be_joined_to_none(desk, into):
    assert desk.send(f"/tickets/{opened().number}/join", {"into": into}).status_code == 404


def test_another_incident_is_not_offered_again_and_that_is_on_record(desk):
    old, new = twins()
    desk.save(new, apart=old.number)
    page = desk.get(f"/tickets/{new.number}/intake").text
    kept = db.session.query(AuditEntry).filter_by(action="ticket.kept_apart").all()
    desk.save(new, apart=old.number)

    assert "の続きにする" not in page
    assert [entry.detail for entry in kept] == [{"other": old.number}]
    assert db.session.query(AuditEntry).filter_by(action="ticket.kept_apart").count() == 1


def test_only_tickets_that_are_alike_can_be_another_incident(desk):
    new = opened()
    desk.save(new, apart=["200000004", "x"])

    assert db.session.query(AuditEntry).filter_by(action="ticket.kept_apart").count() == 0


# Two people


def test_the_second_of_two_savers_gets_both_versions_field_by_field(desk, other):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, caller_name="大槻が聞いた名前", callback_hours="夕方")
    answer = desk.send(address(ticket), {**mine, "caller_name": "私が聞いた名前"})

    assert answer.status_code == 409
    assert differing(answer.text) == {"caller_name", "callback_hours"}
    assert "朴 美咲 12:00:00" in answer.text
    assert checked(answer.text, "take.caller_name") == ["mine"]
    assert checked(answer.text, "take.callback_hours") == ["theirs"]
    assert 'value="私が聞いた名前"' in answer.text


@pytest.mark.parametrize(("take", "name"), [("theirs", "大槻の版"), ("mine", "私の版")])
def test_either_version_is_one_press(desk, other, take, name):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, caller_name="大槻の版", callback_hours="夕方")
    again = desk.send(address(ticket), {**mine, "caller_name": "私の版"}).text
    desk.send(
        address(ticket),
        {**mine, **controls(again), "take.caller_name": take},
    )

    assert fresh(ticket).caller_name == name
    assert fresh(ticket).callback_hours == "夕方"


def test_both_versions_of_choices_are_told_in_words(desk, other):
    ticket = opened(case_types=("ransom",))
    mine = desk.form(ticket)
    other.save(
        ticket,
        case_types=["ransom", "leak"],
        occurred_day="11/4",
        occurred_time="7:40",
        company_channels_unsafe="1",
        **{"answers.ongoing": "yes", "consents.agent": "yes"},
    )
    answer = desk.send(address(ticket), {**mine, "answers.ongoing": "no", "consents.agent": "no"})

    assert differing(answer.text) == {
        "case_types", "occurred_at", "company_channels_unsafe", "answers.ongoing", "consents.agent"
    }  # fmt: skip
    for words in (
        "データ暗号化・脅迫、情報漏えい",
        "2026/11/04 7:40",
        "被害は今も広がっていますか",
    ):
        assert words in answer.text


def test_a_company_and_a_kind_that_differ_are_told_in_words_too(desk, other):
    ticket = opened(case_types=("other",))
    mine = desk.form(ticket)
    other.save(ticket, company="大槻の会社㈱", other_kind="ddos")
    answer = desk.send(
        address(ticket), {**mine, "company": "私の会社㈱", "other_kind": "support_scam"}
    )

    assert differing(answer.text) == {"company", "other_kind"}
    for words in ("大槻の会社㈱", "DDoS攻撃", "サポート詐欺"):
        assert words in answer.text


def test_the_same_words_twice_are_saved_once(desk):
    ticket = opened()
    mine = {**desk.form(ticket), "caller_name": "邊見"}
    first, second = (desk.send(address(ticket), mine) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)


@pytest.mark.parametrize("marks", ["", "{", "[]", "null", '{"summary": 5}'])
def test_broken_marks_lose_nothing(desk, other, marks):
    ticket = opened()
    mine = desk.form(ticket)
    other.save(ticket, summary="大槻の版")
    answer = desk.send(address(ticket), {**mine, "summary": "私の版", "marks": marks})

    assert answer.status_code == 409
    assert differing(answer.text) == {"summary"}


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_without_a_version_nothing_is_overwritten(desk, version):
    ticket = opened()
    answer = desk.send(address(ticket), {**desk.form(ticket), "summary": "x", "version": version})

    assert answer.status_code == 409
    assert fresh(ticket).summary == ""


# What the tests use


class Browser:
    """A browser of one person who is signed in, and types into the intake."""

    def __init__(self, app: Flask, role: Role, name: str = "大槻 美咲") -> None:
        self.client = app.test_client()
        with transaction():
            self.person = builders.person(role, name=name)
        sign_in(self.client, self.person)

    def get(self, path: str, headers=None):
        answer = self.client.get(path, headers=headers)
        forget()
        return answer

    def send(self, path: str, fields=None):
        answer = send(self.client, path, fields)
        forget()
        return answer

    def form(self, ticket: Ticket) -> dict[str, list[str]]:
        """Everything that the form of the page would send as it stands."""
        return controls(self.get(address(ticket)).text)

    def save(self, ticket: Ticket, headers=None, **fields: object):
        """Open the page, type this, and send it."""
        mine = {**self.form(ticket), **fields}
        answer = self.client.post(address(ticket), data=mine, headers=headers)
        forget()
        return answer


def forget() -> None:
    """What the test read before is no longer so."""
    db.session.rollback()
    db.session.expire_all()


def address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/intake"


class Controls(HTMLParser):
    """What a browser would send of a page: fields with their values, choices that are ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
        if tag == "input" and ticked and name:
            self.values.setdefault(name, []).append(given.get("value") or "")
        if tag == "textarea":
            self.area = name

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def controls(page: str) -> dict[str, list[str]]:
    reader = Controls()
    reader.feed(page)
    for search in ("q", "language", "back", "line"):
        reader.values.pop(search, None)
    reader.values["csrf_token"] = reader.values.get("csrf_token", [])[:1]
    return reader.values


def checked(page: str, name: str) -> list[str]:
    """The values that are ticked or hidden under this name."""
    return controls(page).get(name, [])


def differing(page: str) -> set[str]:
    return set(re.findall(r'data-part-name="([^"]*)"', page))


def reads(subject: str) -> list[dict[str, object]]:
    entries = db.session.query(AuditEntry).filter_by(action="read", subject=subject)
    return [entry.detail for entry in entries.order_by(AuditEntry.id)]


def spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def opened(**facts: object) -> Ticket:
    with transaction():
        return builders.ticket(now=facts.get("received_at", NOON), **facts)


def fresh(ticket: Ticket) -> Ticket:
    return db.session.get(Ticket, ticket.id)


def company() -> Member:
    """A company with one contact, found by its name, reading, phones and numbers."""
    details = Details(
        number="C900",
        name="ヤマダ部品㈱",
        kana="ヤマダブヒン",
        corporate_number="9180301000418",
        jnx_number="20418",
        phones=("0566-00-1234",),
        sites=(SiteDetails(address="愛知県安城市1-1"), SiteDetails(name="本社工場")),
        contacts=(
            ContactDetails(name="山田 花子", kana="ヤマダ ハナコ", phones=("090-1234-5678",)),
        ),
    )
    with transaction():
        return members.save(None, details, version=1, by_id=None, now=NOON)


def twins() -> tuple[Ticket, Ticket]:
    """Two tickets of the same number, the older one first."""
    phone = {"caller_phone": "+81566001234"}
    return opened(received_at=NOON - HOUR, **phone), opened(case_types=(), **phone)


TYPED = {
    "case_types": ["ransom", "leak"],
    "primary": "leak",
    "company": "ヤマダ部品㈱",
    "caller_name": "邊見 さゆり",
    "callback_phone": "090-0000-7781",
    "company_channels_unsafe": "1",
    "occurred_day": "11/4",
    "occurred_time": "7:40",
    "discovered_by": "警備員",
    "summary": "EDIが開かない。\r\n月曜の出荷に間に合わない。",
    "answers.ongoing": ["", "yes"],
    "consents.sompo_japan": "yes",
    "consents.agent": "no",
    "consents.partners": "",
}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture
def desk(app: Flask) -> Browser:
    return Browser(app, Role.OPERATOR)


@pytest.fixture
def other(app: Flask) -> Browser:
    return Browser(app, Role.OPERATOR, name="朴 美咲")
