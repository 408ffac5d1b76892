"""The status without an account: a number, a code on the phone, half an hour in one browser."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from werkzeug.datastructures import Headers

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.evidence.models import UploadLink
from hotline.messages.rules import Asked, Side
from hotline.notices.models import Notice
from hotline.tickets import rules
from hotline.tickets import service as tickets
from hotline.tickets.models import StatusCode
from hotline.tickets.rules import Status
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web import forms

NOBODYS = "999999998"
MINUTE = timedelta(minutes=1)
NAMES = (
    "確認工業",
    "山田 花子",
    "090-1234-5678",
    "09012345678",
    "caller@example.jp",
    "脅迫文が出ている",
)


def test_number_and_code_open_the_status_in_this_browser(client, ticket):
    assert ask(client, ticket.number).location == "/status/code"
    opened = check(client, ticket.number, code_of(ticket))
    page = client.get("/status/mine")

    assert (opened.status_code, opened.location) == (303, "/status/mine")
    assert rules.spaced(ticket.number) in page.text
    assert "こちらからお電話します" in page.text or "お電話" in page.text
    assert 'href="tel:0120066318"' in page.text


def test_the_cookie_is_sent_by_no_other_site_and_read_by_no_script(client, ticket):
    opened = check(client, ticket.number, code_of(ticket))
    (cookie,) = [one for one in opened.headers.getlist("Set-Cookie") if "hotline-status" in one]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age=1800" in cookie


def test_the_page_shows_the_way_the_reason_and_the_terms_and_names_nobody(client, ticket):
    with transaction():
        tickets.take_charge(
            ticket, by_id=builders.person("coordinator", name="髙橋 誠").id, now=NOON
        )
    check(client, ticket.number, code_of(ticket))
    text = client.get("/status/mine").text

    assert 'class="way' in text
    assert "初動のアドバイスを無料" in text
    assert not [name for name in (*NAMES, "髙橋") if name in text]
    assert text.count("<script") == text.count("/js/theme.js") == 1


def test_reading_behind_a_code_is_on_record_without_a_person(client, ticket):
    check(client, ticket.number, code_of(ticket))
    client.get("/status/mine")
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read"))

    assert (entry.subject, entry.person_id) == (f"ticket:{ticket.number}", None)
    assert entry.detail == {"by": "code"}


def test_asking_says_the_same_of_every_number(client, kinds):
    answers = {name: whole(client, number) for name, number in kinds.items()}

    assert set(answers) == {"ours", "no phone", "drill", "closed", "unsafe", "nobody's"}
    assert len(set(answers.values())) == 1


def test_trying_says_the_same_of_every_number(client, kinds):
    answers = {plain(check(client, number, "000000"), number) for number in kinds.values()}

    assert len(answers) == 1
    assert "422" in answers.pop()[0]


def test_asking_does_the_same_work_for_every_number(client, kinds):
    token = forms.form_token(client)
    done = []
    for number in kinds.values():
        with Statements() as seen:
            post(client, "/status", token, number=number, channel="sms")
        done.append(seen.shapes)

    assert len({tuple(shapes) for shapes in done}) == 1


def test_trying_does_the_same_work_for_every_number(client, ticket, kinds):
    digits, done = code_of(ticket), []
    token = forms.form_token(client)
    for number in kinds.values():
        with Statements() as seen:
            post(client, "/status/code", token, number=number, code=wrong(digits))
        done.append(seen.shapes)

    assert len({tuple(shapes) for shapes in done}) == 1


@pytest.mark.slow
def test_asking_takes_the_same_time_for_every_number(client, ticket):
    token, took = forms.form_token(client), {"ours": [], "nobody's": []}
    with transaction():
        ours = [builders.ticket(caller_phone="090-1234-5678").number for _ in range(30)]
    for place, number in enumerate(ours):  # By turns, so that a busy machine is busy for both.
        for who, asked in (("ours", number), ("nobody's", nobodys(place))):
            began = time.process_time()
            post(client, "/status", token, address=f"192.0.{place}.1", number=asked, channel="sms")
            took[who].append(time.process_time() - began)
    known, unknown = (statistics.median(one) for one in took.values())

    assert abs(known - unknown) <= max(0.020, 0.25 * max(known, unknown))


def test_after_five_wrong_codes_the_right_one_waits_in_every_browser(client, app, ticket):
    digits = code_of(ticket)
    answers = [check(client, ticket.number, wrong(digits)).status_code for _ in range(6)]
    late = check(app.test_client(), ticket.number, digits, address="192.0.2.9")

    assert answers == [422] * 5 + [429]
    assert (late.status_code, late.headers["Retry-After"]) == (429, "900")


def test_what_can_be_no_code_uses_up_no_try(client, ticket):
    digits = code_of(ticket)
    answers = [check(client, ticket.number, "12 34").status_code for _ in range(6)]
    mistyped = check(client, "4821 7093 4", digits)

    assert answers == [422] * 6
    assert (mistyped.status_code, 'id="number-error"' in mistyped.text) == (422, True)
    assert check(client, ticket.number, digits).status_code == 303


def test_a_hundred_asks_in_a_hundred_spellings_send_three_messages(client, ticket):
    number, token = ticket.number, forms.form_token(client)
    spellings = (number, f" {number[:4]}-{number[4:]} ", "　".join(number), wide(number))
    answers = [
        post(
            client,
            "/status",
            token,
            headers={"X-Forwarded-For": f"198.51.100.{step}"},
            number=spellings[step % 4],
            channel=("sms", "voice")[step % 2],
        ).status_code
        for step in range(100)
    ]
    sent = select(func.count(Notice.id)).where(Notice.kind == "status_code")

    assert db.session.scalar(sent) == 3
    assert sorted(set(answers)) == [303, 429]


def test_the_form_is_given_back_with_the_words_beside_the_field(client):
    short = ask(client, "4821")
    none = ask(client, "")
    by_mail = ask(client, NOBODYS, channel="mail")

    assert (short.status_code, none.status_code, by_mail.status_code) == (422, 422, 422)
    assert 'value="4821"' in short.text
    assert 'id="number-error"' in short.text
    assert 'id="channel-error"' in by_mail.text


def test_the_number_of_a_link_stands_in_the_form_and_nothing_else_does(client):
    assert 'value="9999 9999 8"' in client.get(f"/status?number={NOBODYS}").text
    assert 'value="hello"' not in client.get("/status?number=hello").text


def test_the_code_page_knows_the_number_in_the_browser_that_asked(client, app):
    ask(client, NOBODYS, channel="voice")

    assert 'value="9999 9999 8"' in client.get("/status/code").text
    assert "9999" not in app.test_client().get("/status/code").text


def test_it_closes_after_half_an_hour_and_says_so(client, ticket, moved_clock):
    check(client, ticket.number, code_of(ticket))
    moved_clock(29 * MINUTE)
    still = client.get("/status/mine").status_code
    moved_clock(30 * MINUTE)
    over = client.get("/status/mine", follow_redirects=True)

    assert still == 200
    assert over.request.path == "/status"
    assert "自動で閉じました" in over.text


def test_closing_it_closes_it_for_a_copied_cookie_too(client, app, ticket):
    check(client, ticket.number, code_of(ticket))
    copied = client.get_cookie("hotline-status").value
    closed = forms.send(client, "/status/mine/close")
    other = app.test_client()
    other.set_cookie("hotline-status", copied)

    assert (closed.status_code, closed.location) == (303, "/status")
    assert client.get_cookie("hotline-status") is None
    assert other.get("/status/mine").location == "/status"


def test_what_the_desk_needs_and_wrote_stands_there_and_an_answer_reaches_it(client, ticket):
    with transaction():
        by_id = builders.person("coordinator", name="髙橋 誠").id
        member = builders.person("member", name="鈴木 一郎").id
        tickets.ask_member(ticket, Asked("file", "VPN装置の記録"), by_id=by_id, now=NOON)
        for side, writer in ((Side.DESK, by_id), (Side.MEMBER, member)):
            tickets.write_message(ticket, f"{side}の文", side=side, by_id=writer, now=NOON)
    check(client, ticket.number, code_of(ticket))
    sent = forms.send(client, "/status/mine/messages", {"body": "広がっています"})
    text = client.get("/status/mine").text

    assert (sent.status_code, sent.location) == (303, "/status/mine#messages")
    assert "VPN装置の記録" in text
    assert "deskの文" in text
    assert "広がっています" in text
    assert not [other for other in ("memberの文", "髙橋", "鈴木") if other in text]


def test_what_specialists_do_stands_there_without_their_names(client, ticket):
    with transaction():
        vendor = partners.vendor("forensics", name="（株）復元ラボ名古屋")
        partners.engaged(vendor, ticket)
        partners.task(ticket, function="pr", status="closed")
        partners.task(ticket, function="legal", status="cancelled")
    check(client, ticket.number, code_of(ticket))
    text = client.get("/status/mine").text
    looks = re.findall(r'class="state (is-\w+)"', text)

    assert "フォレンジック" in text
    assert looks == ["is-wait", "is-done", "is-stop"]
    assert "復元ラボ" not in text


def test_files_are_sent_on_a_page_of_their_own(client, ticket):
    check(client, ticket.number, code_of(ticket))
    answer = forms.send(client, "/status/mine/files")
    link = db.session.scalars(select(UploadLink)).one()

    assert (answer.status_code, answer.location.startswith("/send/")) == (303, True)
    assert (link.ticket_id, link.made_by_id) == (ticket.id, None)
    assert rules.spaced(ticket.number) in client.get(answer.location).text


def test_an_empty_message_comes_back_and_the_look_is_on_record(client, ticket):
    check(client, ticket.number, code_of(ticket))
    answer = forms.send(client, "/status/mine/messages", {"body": " "})
    reads = select(AuditEntry.detail).where(AuditEntry.action == "read")

    assert (answer.status_code, 'id="body-error"' in answer.text) == (422, True)
    assert db.session.scalars(reads).all() == [{"by": "code"}]


def test_what_was_written_after_it_closed_is_given_back(client, ticket, moved_clock):
    check(client, ticket.number, code_of(ticket))
    moved_clock(31 * MINUTE)
    answer = forms.send(client, "/status/mine/messages", {"body": "広がっています"})

    assert answer.status_code == 409
    assert "広がっています" in answer.text


@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        ({"company": "確認工業㈱"}, {"company": "別会社"}),
        ({"member_number": "JNX-1"}, {"member_number": "JNX-2", "company": "確認工業"}),
    ],
    ids=["by name", "by number"],
)
def test_what_another_company_told_of_the_incident_is_not_shown(client, ticket, own, foreign):
    with transaction():
        by_id = builders.person("coordinator").id
        db.session.merge(ticket).member_number = own.get("member_number")
        for facts, text in ((own, "自社への依頼"), (foreign, "他社への依頼")):
            other = builders.ticket(**facts)
            tickets.ask_member(other, Asked("answer", text), by_id=by_id, now=NOON)
            tickets.join(other, ticket, by_id=by_id, now=NOON)
    check(client, ticket.number, code_of(ticket))
    text = client.get("/status/mine").text

    assert "自社への依頼" in text
    assert "他社への依頼" not in text


def test_nobody_without_a_code_sees_anything(client):
    client.set_cookie("hotline-status", "made up")

    assert client.get("/status/mine").status_code == 303
    assert client.get("/status/mine").location == "/status"


def test_a_duplicate_shows_its_own_number_and_the_promise_of_the_other(client, ticket):
    with transaction():
        other = builders.ticket(company="別会社", caller_phone="090-1234-5678")
        tickets.join(other, db.session.merge(ticket), by_id=1, now=NOON)
    check(client, other.number, code_of(other))
    text = client.get("/status/mine").text

    assert rules.spaced(other.number) in text
    assert rules.spaced(ticket.number) not in text


def test_the_first_page_is_small(client):
    """The page with all that it loads: a slow line carries it in a few seconds."""
    page = client.get("/status")
    parts = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg|woff2)[^"]*)"', page.text)
    sizes = [len(page.data), *(transferred(client, path) for path in parts)]

    assert sum(sizes) <= 100_000


@pytest.fixture
def ticket(app, moved_clock):
    with transaction():
        return builders.ticket(
            company="確認工業",
            caller_name="山田 花子",
            caller_phone="090-1234-5678",
            caller_email="caller@example.jp",
            summary="脅迫文が出ている",
        )


@pytest.fixture
def kinds(ticket):
    """A number of each kind that a stranger could want to tell apart."""
    phone = {"caller_phone": "090-1234-5678"}
    with transaction():
        made = {
            "no phone": builders.ticket(),
            "drill": builders.ticket(drill=True, **phone),
            "closed": builders.ticket(**phone),
            "unsafe": builders.ticket(caller_phone="0566-12-3456"),
        }
        made["closed"].status = Status.CLOSED
        made["unsafe"].company_channels_unsafe = True
    numbers = {name: one.number for name, one in made.items()}
    return {"ours": ticket.number, **numbers, "nobody's": NOBODYS}


class Statements:
    """The statements that a block runs, in their order, without their values."""

    def __enter__(self):
        self.shapes = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_):
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_):
        self.shapes.append(statement)


def ask(client, number, *, channel="sms"):
    return forms.send(client, "/status", {"number": number, "channel": channel})


def check(client, number, code, *, address="127.0.0.1"):
    token = forms.form_token(client)
    return post(client, "/status/code", token, address=address, number=number, code=code)


def post(client, path, token, *, address="127.0.0.1", headers=None, **fields):
    data = {"csrf_token": token, **fields}
    where = {"REMOTE_ADDR": address}
    return client.post(path, data=data, headers=headers, environ_overrides=where)


def whole(client, number):
    """Everything that asking answers, and the page it leads to."""
    answer = ask(client, number)
    return plain(answer, number) + plain(client.get(answer.location), number)


def plain(answer, number):
    """Status, headers and bytes, without what was typed and what is new in every answer."""
    fresh = {"x-request-id", "set-cookie", "content-length"}
    headers = Headers((name, value) for name, value in answer.headers if name.lower() not in fresh)
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    return answer.status, str(headers), text.replace(rules.spaced(number), "").replace(number, "")


def code_of(ticket):
    """The digits of a code that has gone out to the phone of this ticket."""
    with transaction():
        tickets.ask_status_code(
            ticket.number, channel="sms", language="ja", source="192.0.2.7", now=NOON
        )
        latest = db.session.scalar(select(func.max(StatusCode.id)))
        digits = tickets.mint_status_code(latest, now=NOON)
        tickets.code_sent(latest, now=NOON)
    return digits


def wrong(digits):
    return f"{(int(digits) + 1) % 10**6:06}"


def wide(number):
    return number.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})


def nobodys(place):
    eight = str(90_000_000 + place)
    return f"{eight}{rules.check_digit(eight)}"


def transferred(client, path):
    """How many bytes the path costs on the line."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    with answer:
        return len(answer.data)
