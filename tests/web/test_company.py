"""A company's managers look after its accounts; everybody else finds nothing here."""

import re

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.members.models import Member
from hotline.notices.models import Notice
from hotline.people import queries
from hotline.people import service as people
from hotline.people.rules import Role
from hotline.people.service import Colleague
from hotline.sessions.rules import Source
from hotline.tickets.models import Follower
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import sign_in

COMPANY = "JNX-1001"
GIVEN = {"email": "saki@example.jp", "name": "瀬戸 咲", "phone": "", "manager": "yes"}


@pytest.fixture
def manager(be, app):
    with transaction():
        builders.member(COMPANY, name="㈱ヤマダ部品")
    return be(Role.MEMBER, member_number=COMPANY, manager=True, password_hash="x")


@pytest.fixture
def saki(app):
    return colleague()


def colleague(company: str = COMPANY, *, name: str = "瀬戸 咲", **facts):
    """Somebody of a company who has signed in before, and looks after nothing."""
    values = {"manager": False, "password_hash": "x", **facts}
    with transaction():
        return builders.person("member", member_number=company, name=name, **values)


def invited() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == "invite")))


def text_of(page: str) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# Who may


@pytest.mark.parametrize("path", ["/company", "/company/people/{id}"])
def test_a_member_who_is_no_manager_gets_the_answer_of_something_missing(be, saki, path):
    me = be(Role.MEMBER, member_number=COMPANY, manager=False)
    here = me.get(path.format(id=saki.id))
    missing = me.get("/company/people/2000000000")

    assert here.status_code == 404
    assert without_id(here) == without_id(missing)


def without_id(answer) -> str:
    """A page without its number, and without its own address."""
    return re.sub(r"[0-9a-f]{12,}|/company[^\"]*", "", answer.text)


@pytest.mark.parametrize("form", ["", "/manager", "/seeing", "/shut-out", "/let-in"])
def test_s_04_nobody_of_another_company_can_be_touched(manager, form):
    foreign = colleague("JNX-1002")
    before = (foreign.name, foreign.manager, foreign.sees_company, foreign.disabled_at)
    path = "/company/people/{}" + form
    fields = {"manager": "yes", "sees": "yes", "name": "よその人"}
    theirs = manager.send(path.format(foreign.id), fields)
    missing = manager.send(path.format(2_000_000_000), fields)
    db.session.refresh(foreign)

    assert (theirs.status_code, without_id(theirs)) == (404, without_id(missing))
    assert (foreign.name, foreign.manager, foreign.sees_company, foreign.disabled_at) == before


def test_an_invitation_of_another_company_is_not_found(manager):
    with transaction():
        given = Colleague("saki@example.jp", "瀬戸 咲")
        row = people.invite_colleague("JNX-1002", given, by_id=None, now=NOON)
    answers = [
        manager.send(f"/company/invitations/{row.id}/{verb}").status_code
        for verb in ("again", "take-back")
    ]

    assert answers == [404, 404]
    assert queries.invitation("JNX-1002", row.id) is not None


# The list


def test_a_manager_sees_the_colleagues_and_nobody_else(manager, saki):
    colleague("JNX-1002", name="別会社 太郎")
    colleague(name="去った 人", disabled_at=NOON)
    with transaction():
        people.signed_in(saki, source=Source(), now=NOON)
    page = text_of(manager.get("/company").text)

    assert "瀬戸 咲 " + saki.email in page
    assert "利用停止" in page.partition("去った 人")[2]
    assert "別会社" not in page


def test_looking_at_the_accounts_is_on_record(manager, saki):
    manager.get("/company")
    manager.get(f"/company/people/{saki.id}")
    query = select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id)
    reads = [(one.subject, one.detail) for one in db.session.scalars(query)]

    assert reads == [
        (f"member:{COMPANY}", {"part": "accounts"}),
        (f"member:{COMPANY}", {"part": "accounts", "account": saki.id}),
    ]


# Inviting


def test_a_colleague_is_invited_by_mail(manager):
    answer = manager.send("/company/invitations", GIVEN)
    made = queries.by_email(GIVEN["email"])

    assert (answer.status_code, answer.location) == (303, "/company")
    assert (made.member_number, made.manager) == (COMPANY, True)
    assert [one.person_id for one in invited()] == [made.id]


@pytest.mark.parametrize("role", ["member", "operator"])
def test_s_13_an_address_in_use_elsewhere_answers_alike_and_gets_nothing(manager, role):
    with transaction():
        theirs = builders.person(role, member_number="JNX-2" if role == "member" else None)
    pages = []
    for email in (theirs.email, "free@example.jp"):
        manager.send("/company/invitations", {**GIVEN, "email": email})
        page = manager.get("/company").text
        number = re.search(r"/company/invitations/(\d+)/again", page)[1]
        manager.send(f"/company/invitations/{number}/again")
        pages.append(shape(manager.get("/company").text, email))
        manager.send(f"/company/invitations/{number}/take-back")
        pages[-1] += shape(manager.get("/company").text, email)

    assert pages[0] == pages[1]
    assert {one.person_id for one in invited()} == {queries.by_email("free@example.jp").id}


def shape(page: str, email: str) -> str:
    """A page without what every page has of its own."""
    page = re.sub(r'value="[^"]{40,}"|/invitations/\d+/', "", page)
    return page.replace(email, "")


def test_what_was_typed_comes_back_with_a_sentence(manager):
    answer = manager.send("/company/invitations", {**GIVEN, "email": "saki@", "name": "瀬戸 咲"})

    assert answer.status_code == 422
    assert 'value="瀬戸 咲"' in answer.text
    assert 'id="email-error"' in answer.text
    assert invited() == []


def test_s_11_the_fourth_mail_of_an_hour_waits(manager):
    answers = [manager.send("/company/invitations", GIVEN).status_code for _ in range(4)]

    assert answers == [303, 303, 303, 429]
    assert len(invited()) == 1  # One at this very moment.


def test_while_the_companys_mail_is_not_safe_the_page_says_why_it_waits(manager):
    with transaction():
        builders.ticket(member_number=COMPANY).company_channels_unsafe = True
    manager.send("/company/invitations", GIVEN)
    page = manager.get("/company").text

    assert "会社のメールは、現在安全でない" in page
    assert "保留" in page


# Rights


def test_a_company_decides_who_sees_all_its_tickets(manager, saki):
    before = text_of(manager.get("/company").text)
    answer = manager.send("/company/seeing", {"sees": "everybody"})
    wrong = manager.send("/company/seeing", {"sees": "some"})

    assert "1人が全件を見られます" in before
    assert (answer.status_code, wrong.status_code) == (303, 422)
    assert db.session.scalars(select(Member.sees)).all() == ["everybody"]


def test_a_company_that_is_not_on_file_has_nothing_to_choose(be):
    me = be(Role.MEMBER, member_number="JNX-9", manager=True, password_hash="x")

    assert 'name="sees"' not in me.get("/company").text
    assert me.send("/company/seeing", {"sees": "everybody"}).status_code == 404


def test_a_colleague_becomes_manager_and_is_named(manager, saki):
    with transaction():
        db.session.scalars(select(Member)).one().sees = "named"
    path = f"/company/people/{saki.id}"
    for form, fields in (
        ("/manager", {"manager": "yes"}), ("/seeing", {"sees": "yes"}),
        ("", {"name": "瀬戸 さき", "phone": "090-1234-5678"}),
    ):  # fmt: skip
        assert manager.send(path + form, fields).status_code == 303
    db.session.refresh(saki)

    assert (saki.manager, saki.sees_company, saki.name) == (True, True, "瀬戸 さき")
    assert "会社の全件" in text_of(manager.get(path).text)
    for form in ("/manager", "/seeing"):
        manager.send(path + form, {"manager": "no", "sees": "no"})
    db.session.refresh(saki)
    assert (saki.manager, saki.sees_company) == (False, False)


@pytest.mark.parametrize("form", ["", "/manager", "/shut-out"])
def test_a_manager_changes_not_the_own_account(manager, form):
    answer = manager.send(f"/company/people/{manager.person.id}{form}", {"name": "x"})

    assert answer.status_code == 409
    assert "ほかの管理者" in answer.text


# Leaving


def test_s_05_whoever_leaves_is_out_at_once_and_what_was_written_stays(app, manager, saki):
    browser = app.test_client()
    sign_in(browser, saki, now=NOON)
    with transaction():
        token = builders.token(saki)
        made = builders.ticket(member_number=COMPANY)
        db.session.add(Follower(ticket_id=made.id, person_id=saki.id, since=NOON))
    headers = {"Authorization": f"Bearer {token}"}
    before = browser.get("/me").status_code, browser.get("/api/v1/tickets", headers=headers)
    manager.send(f"/company/people/{saki.id}/shut-out")
    after = browser.get("/me").status_code, browser.get("/api/v1/tickets", headers=headers)

    assert (before[0], before[1].status_code) == (200, 200)
    assert (after[0], after[1].status_code) == (302, 401)
    assert db.session.scalars(select(Follower)).all() == []


def test_somebody_can_be_let_in_again(manager):
    other = colleague(manager=True)
    gone = colleague(disabled_at=NOON, disabled_by_id=other.id)
    page = manager.get(f"/company/people/{gone.id}").text
    manager.send(f"/company/people/{gone.id}/let-in")
    db.session.refresh(gone)

    assert "shut-out" not in page
    assert gone.disabled_at is None


def test_a_manager_reads_that_we_shut_an_account_and_cannot_open_it(manager):
    gone = colleague(disabled_at=NOON)
    page = manager.get(f"/company/people/{gone.id}").text
    answer = manager.send(f"/company/people/{gone.id}/let-in")
    db.session.refresh(gone)

    assert "let-in" not in page
    assert answer.status_code == 409
    assert gone.disabled_at == NOON


# The desk


@pytest.fixture
def company(app):
    with transaction():
        made = builders.member(COMPANY)
        made.contacts[0].email = "hanako@example.jp"
    return made


@pytest.mark.parametrize("tick", ["yes", ""])
def test_the_desk_invites_a_contact_with_what_is_on_file(desk, company, tick):
    path = f"/members/{COMPANY}/contacts/{company.contacts[0].id}/invite"
    answer = desk.send(path, {"manager": tick, "email": "thief@example.com"})
    made = queries.by_email("hanako@example.jp")

    assert answer.location == f"/members/{COMPANY}#accounts"
    assert (made.name, made.member_number, made.manager) == ("山田 花子", COMPANY, tick == "yes")
    assert [one.person_id for one in invited()] == [made.id]


def test_the_desk_reads_that_the_address_of_a_contact_is_in_use_elsewhere(desk, company):
    theirs = colleague("JNX-1002")
    with transaction():
        company.contacts[0].email = theirs.email
        db.session.add(company)
    answer = desk.send(f"/members/{COMPANY}/contacts/{company.contacts[0].id}/invite")

    assert answer.status_code == 422
    assert "ほかで使われています" in answer.text


def test_the_desk_sees_the_accounts_and_what_was_never_sent(desk, company, saki):
    theirs = colleague("JNX-1002")
    with transaction():
        given = Colleague(theirs.email, "瀬戸 望")
        people.invite_colleague(COMPANY, given, by_id=None, now=NOON)
    page = text_of(desk.get(f"/members/{COMPANY}").text).partition("会員ページのアカウント")[2]

    assert "瀬戸 咲 " + saki.email in page
    assert "送信なし ほかで使われている" in page.partition("瀬戸 望")[2]


def test_the_desk_shuts_somebody_out_and_lets_them_in_again(desk, company):
    last = colleague(manager=True)
    path = f"/members/{COMPANY}/accounts/{last.id}"
    desk.send(f"{path}/shut-out")
    db.session.refresh(last)
    shut = last.disabled_at
    desk.send(f"{path}/let-in")
    desk.send(f"{path}/manager", {"manager": "no"})
    db.session.refresh(last)

    assert shut is not None
    assert (last.disabled_at, last.manager) == (None, False)


@pytest.mark.parametrize(
    "path", ["contacts/0/invite", "accounts/{id}/shut-out", "invitations/1/take-back"]
)
def test_the_desk_touches_nobody_of_another_company_by_a_wrong_address(desk, company, path):
    theirs = colleague("JNX-1002")
    answer = desk.send(f"/members/{COMPANY}/{path.format(id=theirs.id)}")
    db.session.refresh(theirs)

    assert answer.status_code == 404
    assert theirs.disabled_at is None


def test_the_desk_takes_an_invitation_back(desk, company):
    with transaction():
        given = Colleague("saki@example.jp", "瀬戸 咲")
        row = people.invite_colleague(COMPANY, given, by_id=None, now=NOON)
    desk.send(f"/members/{COMPANY}/invitations/{row.id}/take-back")

    assert queries.invitations(COMPANY) == []


def test_an_administrator_who_reads_no_companies_goes_back_to_the_accounts(be, company):
    me = be(Role.ADMINISTRATOR)
    path = f"/members/{COMPANY}/contacts/{company.contacts[0].id}/invite"
    locations = [me.send(path).location for _ in range(3)]

    assert locations == ["/people"] * 3
    assert me.send(path).status_code == 429
