"""The console: what rings stands on the screens of people on duty, and nowhere else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.clock import TOKYO
from hotline.db import db
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.web import console
from hotline.web.console import caller
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened, reads
from tests.web.forms import form_token

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NEWS = "/console/ringing"


def test_a_call_rings_on_the_console_and_on_every_page_of_who_is_on_duty(operator):
    call = rang()

    for path in (NEWS, "/console/ringing?view=cards", "/console", "/tickets", "/calendar"):
        assert f'data-call="{call.id}"' in operator.get(path).text, path


def test_nothing_rings_for_who_is_off_duty(be):
    rang()
    browser = be(Role.OPERATOR)

    assert browser.get(NEWS).status_code == 204
    for path in ("/console", "/tickets"):
        assert "data-call" not in browser.get(path).text


@pytest.mark.parametrize("role", set(Role) - {Role.OPERATOR, Role.SUPERVISOR})
def test_nothing_rings_for_who_answers_no_telephone(be, role):
    rang()
    browser = be(role, member_number="JNX-1")
    with transaction():
        builders.shift(browser.person, role)

    assert browser.get(NEWS).status_code == 403
    assert "data-ring" not in browser.get("/calendar").text


def test_nothing_rings_from_a_line_one_is_not_on_duty_for(operator):
    rang(line="sompo_desk")

    assert "data-call" not in operator.get(NEWS).text


def test_ones_own_calls_of_today_are_those_of_this_day_in_japan(operator):
    midnight = NOON.astimezone(TOKYO).replace(hour=0)
    days = {"7001": midnight - SECOND, "7002": midnight, "7003": midnight + DAY}
    for digits, moment in days.items():
        facts = {"answered_by_id": operator.person.id, "status": Status.DONE}
        rang(from_number=f"+8156600{digits}", received_at=moment, **facts)
    page = operator.get("/console").text

    assert [f"0566-00-{digits}" in page for digits in days] == [False, True, False]


def test_what_has_not_changed_is_not_sent_again(operator):
    rang()
    first = operator.get(NEWS)
    again = operator.client.get(NEWS, headers={"If-None-Match": first.headers["ETag"]})
    rang()
    changed = operator.client.get(NEWS, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


def test_asking_costs_four_statements_while_nothing_changes(operator, statements):
    rang()
    etag = operator.get(NEWS).headers["ETag"]
    with statements() as sent:
        operator.client.get(NEWS, headers={"If-None-Match": etag, "X-Poll": "1"})

    assert len([one for one in sent if one.startswith("SELECT")]) <= 4


def test_twenty_rings_cost_no_more_statements_than_one(operator, statements):
    with transaction():
        for number in range(20):
            builders.call(from_number=f"+8156600{number:04}")
    forget()
    with statements() as sent:
        page = operator.get(NEWS).text

    assert page.count("data-call=") == 20
    assert len(sent) <= 15


def test_polls_are_no_reads_and_the_page_is_one(operator):
    rang()
    operator.get(NEWS)
    operator.get("/console")

    assert len(reads("list:console")) == 1
    assert [one.subject for one in entries("read")] == ["list:console"]


def test_whoever_looks_at_the_screen_on_duty_stays_signed_in(operator):
    def asks(minutes: int, **headers: str) -> int:
        operator.later(timedelta(minutes=minutes))
        return operator.client.get(NEWS, headers={"X-Poll": "1", **headers}).status_code

    watching = {"X-Watching": "1"}

    assert [asks(20, **watching), asks(40, **watching), asks(60), asks(71)] == [200, 200, 200, 302]


def test_the_strip_says_who_rings_what_is_open_and_what_must_not_be_used(operator):
    with transaction():
        builders.member("JNX-1", name="髙橋精螺工業㈱")
        for company in ("髙橋精螺工業㈱", "別会社㈱"):
            builders.ticket(company=company, member_number="JNX-1")
        warned = builders.ticket(member_number="JNX-1")
        warned.company_channels_unsafe, warned.safe_phone = True, "090-0000-7781"
        colleague = builders.person(Role.OPERATOR, name="大槻 一")
        builders.shift(colleague)
    rang(from_number="+81120066318", menu_key="1")
    strip, card = operator.get(NEWS).text, operator.get("/console").text

    unsafe = "会社のメールと内線は使わない"
    for words in ("0120-066-318", "髙橋精螺工業㈱", "3件", unsafe, "大槻 一"):
        assert words in strip, words
    for words in ("090-0000-7781", "Alt+L", "JNX-1"):
        assert words in card, words


def test_the_ticket_of_its_own_menu_key_is_no_ticket_a_call_could_go_on_in(operator):
    with transaction():
        own = builders.ticket(caller_phone="+819011112222")
        known = builders.ticket(caller_phone="+819011112222", received_at=NOON - SECOND)
    rang(from_number="+819011112222", ticket_id=own.id, menu_key="1")
    card = operator.get("/console").text

    assert f'value="{known.number}"' in card
    assert f'value="{own.number}"' not in card
    assert "対応中の案件 1件" in card


def test_the_worst_ticket_stands_first_and_the_one_of_the_call_takes_no_place(operator):
    with transaction():
        phone = {"caller_phone": "+819011112222"}
        worst = builders.ticket(received_at=NOON - DAY, **phone)
        others = [builders.ticket(received_at=NOON - SECOND, **phone) for _ in range(3)]
        own = builders.ticket(**phone)
        for one in (*others, own):
            one.severity = "p3"
        worst.severity = "p1"
    rang(from_number="+819011112222", ticket_id=own.id, menu_key="1")
    strip, card = operator.get(NEWS).text, operator.get("/console").text

    assert "対応中の案件 4件 P1" in strip
    assert re.findall(r'name="into" value="(\d+)"', card)[0] == worst.number
    assert card.count('name="into"') == 3
    assert "ほか 1件" in card


def test_the_history_beside_a_call_tells_what_was_ours_and_who_was_told_by_key(operator):
    with transaction():
        known = {"from_number": "+819011112222", "ended_at": NOON}
        builders.call(status="missed", direction="out", **known)
        builders.call(status="missed", menu_key="9", handled_at=NOON, **known)
    rang(from_number="+819011112222")
    history = [operator.get("/console/ringing?view=cards").text for _ in ("looked up", "kept")]

    for page in history:
        assert "不在着信" not in page
        assert "状況を案内" in page
        assert "発信・つながらず" in page


def test_a_withheld_number_and_one_of_several_companies_are_said_to_be_so(operator):
    with transaction():
        builders.member("JNX-1", name="一番工業㈱"), builders.member("JNX-2", name="二番工業㈱")
    rang(from_number="")
    rang(from_number="+81120066318")
    page = operator.get("/console").text

    assert "番号非通知" in page or "非通知" in page
    assert "一番工業㈱" in page
    assert "二番工業㈱" in page


def test_taking_a_call_leads_to_the_page_of_its_new_ticket(operator):
    call = rang()
    answer = operator.send(f"/console/calls/{call.id}/take")
    ticket = db.session.scalars(select(Ticket)).one()

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/tickets/{ticket.number}/intake"
    assert db.session.get(Call, call.id).claimed_by_id == operator.person.id
    assert operator.get(answer.headers["Location"]).status_code == 200


def test_a_script_is_told_where_to_go_and_who_was_quicker(operator, be):
    call, other = rang(), on_duty(be)
    first = ask(other, f"/console/calls/{call.id}/take")
    second = ask(operator, f"/console/calls/{call.id}/take")

    assert (first.status_code, first.headers["X-Go-To"][:9]) == (204, "/tickets/")
    assert second.status_code == 409
    assert f"{other.person.name}" in second.text
    assert f"{other.person.name}が受けています" in operator.get(NEWS).text


def test_a_call_goes_on_in_the_ticket_that_is_named(operator):
    call, ticket = rang(), opened()
    answer = operator.send(f"/console/calls/{call.id}/take", {"into": ticket.number})

    assert answer.headers["Location"] == f"/tickets/{ticket.number}/intake"
    assert db.session.get(Call, call.id).ticket_id == ticket.id


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/console/calls/999/take", {}, 404),
        ("/console/calls/{id}/take", {"into": "1"}, 404),
        ("/console/calls/{other}/take", {}, 404),
    ],
)
def test_what_is_not_there_and_what_one_does_not_answer_look_alike(operator, path, fields, status):
    call, other = rang(), rang(line="sompo_desk")
    answer = operator.send(path.format(id=call.id, other=other.id), fields)

    assert answer.status_code == status


def test_whoever_took_it_is_told_that_somebody_else_pressed_the_key(operator, be):
    call, other = rang(), on_duty(be)
    operator.send(f"/console/calls/{call.id}/take")
    with transaction():
        held = db.session.get(Call, call.id)
        calls.answered_by(held, other.person.id, at=NOON, now=NOON)
    forget()

    assert "電話で受けました" in operator.get(NEWS).text
    assert "聴取票を開く" in other.get(NEWS).text


def test_the_page_of_a_ticket_shows_its_own_call_once(operator):
    call = rang()
    page = operator.send(f"/console/calls/{call.id}/take").headers["Location"]
    number = page.split("/")[2]

    assert "data-call" not in operator.get(f"{NEWS}?on={number}").text
    assert "data-line" in operator.get(f"{NEWS}?on={number}").text
    assert f'data-call="{call.id}"' in operator.get(NEWS).text
    assert operator.get(f"{NEWS}?on=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "着信"),
        ({"status": Status.ANSWERED, "answered_at": NOON}, "通話中"),
        ({"status": Status.DONE, "answered_at": NOON, "ended_at": NOON}, "通話は終わりました"),
        ({"status": Status.MISSED, "ended_at": NOON}, "相手が電話を切りました"),
        ({"status": Status.DONE, "call_sid": None, "ended_at": NOON}, "手で入力"),
        ({"direction": "out"}, "発信中"),
        ({"wrapped_at": NOON, "status": Status.DONE, "ended_at": NOON}, None),
    ],
    ids=str,
)
def test_the_call_of_a_ticket_says_where_it_stands_until_it_is_wrapped_up(operator, facts, words):
    ticket = opened()
    rang(ticket_id=ticket.id, **facts)
    page = operator.get(f"{NEWS}?on={ticket.number}").text

    assert ("data-line-state" in page) is (words is not None)
    assert (words or "") in page


def test_the_page_keeps_ones_own_call_when_the_caller_asks_a_machine_meanwhile(operator):
    ticket = opened()
    own = {"status": Status.DONE, "call_sid": None, "ended_at": NOON}
    rang(ticket_id=ticket.id, answered_by_id=operator.person.id, **own)
    later = {"received_at": NOON + SECOND, "ended_at": NOON + SECOND}
    rang(ticket_id=ticket.id, status=Status.MISSED, **later)
    page = operator.get(f"{NEWS}?on={ticket.number}").text

    assert 'data-line-state="entered"' in page


def test_nobody_writes_down_how_a_call_ended_that_a_machine_answered(operator):
    ticket = opened()
    told = {"menu_key": "9", "handled_at": NOON, "ended_at": NOON, "status": Status.MISSED}
    rang(ticket_id=ticket.id, **told)

    assert "data-line-state" not in operator.get(f"{NEWS}?on={ticket.number}").text


ENTERED = {"status": Status.DONE, "call_sid": None, "ended_at": NOON, "from_number": ""}


@pytest.mark.parametrize(
    ("facts", "large", "small"),
    [
        ({"company": "髙橋精螺工業㈱"}, "髙橋精螺工業㈱", "番号はまだ分かりません"),
        ({"caller_phone": "0566-00-1234"}, "0566-00-1234", ""),
        ({"company": "東海㈱", "caller_phone": "0566-00-1234"}, "東海㈱", "0566-00-1234"),
        ({}, "", "番号はまだ分かりません"),
    ],
)
def test_the_strip_of_a_call_names_the_company_first_then_the_number(operator, facts, large, small):
    ticket = opened(**{"company": "", "caller_phone": "", **facts})
    rang(ticket_id=ticket.id, **ENTERED)
    strip = operator.get(f"{NEWS}?on={ticket.number}").text
    names = strip.partition('id="line-who">')[2].partition('<span class="dim">')[0]

    assert re.findall('class="strip-n[a-z]*">([^<]*)<', names) == ([large] if large else [])
    assert small in names


def test_during_a_call_it_is_another_one_that_does_not_wait(operator):
    ticket = opened()
    call = rang(ticket_id=ticket.id, **ENTERED)
    on_the_phone = [f"/tickets/{ticket.number}/intake", f"{NEWS}?on={ticket.number}"]
    during = [operator.get(path).text for path in on_the_phone]
    with transaction():
        db.session.get(Call, call.id).wrapped_at = NOON
    after = [operator.get(path).text for path in (*on_the_phone, "/tickets", NEWS)]

    assert all("ほかに着信はありません" in page for page in during)
    assert not any("ほかに着信はありません" in page for page in after)
    assert all("着信はありません" in page for page in after)


def test_a_call_out_is_shown_with_whom_it_reaches_and_when_it_was_placed(operator):
    ticket = opened()
    called = {"from_number": "+81120066318", "to_number": "+81312345678"}
    rang(ticket_id=ticket.id, direction="out", **called)
    page = operator.get(f"{NEWS}?on={ticket.number}").text

    assert "03-1234-5678" in page
    assert "発信 12:00:00" in page
    assert "0120-066-318" not in page


def test_the_recording_can_be_stopped_on_the_page_and_after_each_news_of_it(operator):
    ticket = opened()
    rang(ticket_id=ticket.id, status=Status.ANSWERED, answered_at=NOON)

    for path in (f"/tickets/{ticket.number}/intake", f"{NEWS}?on={ticket.number}"):
        assert 'aria-keyshortcuts="Alt+R"' in operator.get(path).text, path


def test_the_console_shows_ones_own_calls_the_missed_ones_and_who_is_free(operator, be):
    other = on_duty(be)
    rang(status=Status.DONE, answered_at=NOON, answered_by_id=operator.person.id, from_number="")
    rang(status=Status.ANSWERED, answered_at=NOON, answered_by_id=other.person.id)
    rang(status=Status.MISSED, from_number="+81566009999")
    rang(status=Status.MISSED, from_number="+81566008888", line="sompo_desk")
    page = operator.get("/console").text

    assert "0566-00-9999" in page
    assert "0566-00-8888" not in page
    assert page.count("通話中") == 1
    assert "終了" in page


def test_off_duty_the_console_names_the_next_shift(be):
    browser = be(Role.OPERATOR)
    with transaction():
        builders.shift(
            browser.person, starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=2)
        )

    assert "次の当番はJNX窓口・あす 12:00" in browser.get("/console").text


def rang(**facts):
    with transaction():
        call = builders.call(**facts)
    forget()
    return call


def forget() -> None:
    """Tests begin anew: what was worked out a moment ago was about other rows."""
    caller._known.forget()
    console.ringing.forget()
    console._written.forget()
    console._pieces.forget()


def on_duty(be):
    browser = be(Role.OPERATOR, name="大槻 一")
    with transaction():
        builders.shift(browser.person)
    return browser


def ask(browser, path):
    data = {"csrf_token": form_token(browser.client)}
    return browser.client.post(path, data=data, headers={"X-Fragment": "1"})


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.fixture
def operator(be):
    browser = be(Role.OPERATOR)
    forget()
    with transaction():
        builders.shift(browser.person)
    return browser
