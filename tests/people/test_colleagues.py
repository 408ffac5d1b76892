"""Managers look after the accounts of their own company, and learn nothing of any other."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Refused, Slowed
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Passkey
from hotline.people.rules import LinkKind
from hotline.people.service import Colleague
from hotline.people.service.colleagues import INVITED_A_DAY
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source
from tests import builders
from tests.builders import NOON

COMPANY = "JNX-1"
GIVEN = Colleague("saki@example.jp", "瀬戸 咲", "090-1234-5678", manager=True)

pytestmark = pytest.mark.usefixtures("writing")


def account(company: str | None = COMPANY, *, role: str = "member", **facts):
    """Somebody who has used the invitation."""
    return builders.person(role, member_number=company, password_hash="x", **facts)


def invite(given: Colleague = GIVEN, *, company: str = COMPANY, now=NOON):
    return people.invite_colleague(company, given, by_id=None, now=now)


def shown(company: str = COMPANY) -> list[tuple[str, str, bool]]:
    return [(one.email, one.name, one.manager) for one in queries.invitations(company)]


def audited(action: str) -> list[tuple[str, dict]]:
    query = select(AuditEntry).where(AuditEntry.action == action)
    return [(one.subject, one.detail) for one in db.session.scalars(query)]


def test_an_invited_colleague_has_an_account_of_the_company():
    person = queries.by_id(invite().person_id)

    assert (person.member_number, person.roles, person.manager) == (COMPANY, {"member"}, True)
    assert shown() == [(GIVEN.email, GIVEN.name, True)]
    assert queries.colleagues(COMPANY) == []


def test_whoever_came_is_a_colleague_and_no_longer_invited():
    person = queries.by_id(invite().person_id)
    people.set_password(person, "quiet harbour light", common=frozenset(), now=NOON)

    assert queries.colleagues(COMPANY) == [person]
    assert shown() == []


def test_inviting_again_is_one_invitation():
    first = invite()
    again = people.invite_again(first, by_id=None, now=NOON + timedelta(minutes=1))

    assert (again.id, again.person_id) == (first.id, first.person_id)
    assert again.sent_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("role", ["member", "operator", "vendor"])
def test_an_address_in_use_elsewhere_looks_invited_and_nobody_is(role):
    foreign = account("JNX-2" if role == "member" else None, role=role)
    given = Colleague(foreign.email.upper(), "瀬戸 咲")
    row = invite(given)

    assert row.person_id is None
    assert shown() == [(given.email, given.name, False)]
    assert audited("invitation.not_sent") == [(f"person:{foreign.id}", {"company": COMPANY})]


def test_an_account_invited_elsewhere_stays_where_it_is():
    theirs = queries.by_id(invite(company="JNX-2").person_id)
    ours = invite()

    assert (ours.person_id, theirs.member_number) == (None, "JNX-2")


@pytest.mark.parametrize("resets", [0, 3])
def test_a_company_s_invitations_of_an_hour_end_alike_for_every_address(resets):
    """Whoever was mailed before, by anybody, the answers to this company are the same."""
    foreign = account("JNX-2")
    for email in (foreign.email, "new@example.jp"):
        for _ in range(resets):
            people.request_reset(email, source=Source(), now=NOON)
            sessions.note(Kind.MAIL, email, Source(), now=NOON)
        for _ in range(3):
            invite(Colleague(email, "瀬戸 咲"))

        with pytest.raises(Slowed):
            invite(Colleague(email, "瀬戸 咲"))


def test_an_address_gets_three_mails_an_hour_and_the_others_later():
    minutes = (0, 10, 20, 30, 31)
    row, left = invite(), []
    for minute in minutes:
        now = NOON + timedelta(minutes=minute)
        left.append(people.invitation_leaves_at(row, now=now) - NOON)

    assert [one.total_seconds() / 60 for one in left] == [0, 10, 20, 60, 70]


def test_for_an_address_elsewhere_no_mail_is_counted():
    row = invite(Colleague(account("JNX-2").email, "瀬戸 咲"))
    for _ in range(4):
        leaves_at = people.invitation_leaves_at(row, now=NOON)

    assert leaves_at == NOON


def test_a_manager_opens_what_a_manager_of_the_company_shut():
    me, other, gone = account(manager=True), account(manager=True), account(manager=False)
    people.disable(gone, by_id=other.id, now=NOON)
    people.let_in_again(gone, by=me, now=NOON)

    assert (gone.disabled_at, gone.disabled_by_id) == (None, None)


@pytest.mark.parametrize("role", ["coordinator", "administrator", None])
@pytest.mark.parametrize("shut_before", [True, False])
def test_a_manager_does_not_open_what_we_shut(role, shut_before):
    me, gone = account(manager=True), account(manager=False)
    us = account(None, role=role).id if role else None
    if shut_before:
        people.disable(gone, by_id=me.id, now=NOON)
    people.disable(gone, by_id=us, now=NOON)
    people.disable(gone, by_id=me.id, now=NOON)  # Not made weaker afterwards.

    with pytest.raises(Refused, match="We shut this account"):
        people.let_in_again(gone, by=me, now=NOON)


def test_a_manager_does_not_invite_whom_we_shut_before_the_first_visit():
    person = queries.by_id(invite().person_id)
    people.disable(person, by_id=None, now=NOON)

    with pytest.raises(Refused, match="We shut this account"):
        invite()
    assert people.invite_contact(COMPANY, GIVEN, by_id=None, now=NOON).person_id == person.id


def test_an_invitation_elsewhere_uses_up_no_mails_of_the_account():
    foreign = account("JNX-2")
    for _ in range(3):
        invite(Colleague(foreign.email, "瀬戸 咲"))

    assert people.request_reset(foreign.email, source=Source(), now=NOON) == foreign


def test_an_invitation_that_is_taken_back_is_worthless_whatever_it_was():
    foreign = account("JNX-2")
    ours, theirs = invite(), invite(Colleague(foreign.email, "瀬戸 咲"))
    token = people.mint_link(ours.person_id, LinkKind.INVITE, now=NOON)
    for row in (ours, theirs):
        people.take_back(row, by_id=None, now=NOON)

    assert queries.by_link(token, now=NOON) is None
    assert (shown(), queries.colleagues(COMPANY)) == ([], [])
    assert foreign.disabled_at is None


def test_whoever_was_taken_back_can_be_invited_once_more():
    people.take_back(invite(), by_id=account(manager=True).id, now=NOON)
    person = queries.by_id(invite().person_id)

    assert person.disabled_at is None
    assert len(shown()) == 1


@pytest.mark.parametrize(
    ("shut_out", "sentence"), [(None, "has an account"), (NOON, "is shut out")]
)
def test_an_address_of_the_own_company_is_not_invited_twice(shut_out, sentence):
    known = account(disabled_at=shut_out)

    with pytest.raises(Invalid, match=sentence):
        invite(Colleague(known.email, "瀬戸 咲"))


def test_a_company_invites_so_many_within_a_day():
    for number in range(INVITED_A_DAY):
        invite(Colleague(f"p{number}@example.org", "瀬戸 咲"))

    with pytest.raises(Refused, match="within a day"):
        invite()
    assert invite(company="JNX-2").person_id
    assert invite(Colleague("z@example.org", "瀬戸 咲"), now=NOON + timedelta(days=1)).person_id


def test_the_desk_is_told_that_an_address_is_in_use_elsewhere():
    foreign = account("JNX-2")

    with pytest.raises(Invalid, match="elsewhere"):
        people.invite_contact(COMPANY, Colleague(foreign.email, "咲"), by_id=None, now=NOON)
    assert people.invite_contact(COMPANY, GIVEN, by_id=None, now=NOON).person_id


def test_a_colleague_is_found_in_the_own_company_alone():
    ours, theirs, staff = account(), account("JNX-2"), account(None, role="operator")

    assert queries.colleague(COMPANY, ours.id) == ours
    assert [queries.colleague(COMPANY, one.id) for one in (theirs, staff)] == [None, None]


def test_s_07_a_new_manager_signs_in_anew():
    me, other = account(manager=True), account(manager=False)
    cookie = sessions.start(other.id, complete=True, address="", now=NOON)
    people.set_manager(other, True, by=me, now=NOON)
    people.set_manager(other, True, by=me, now=NOON)

    assert queries.managers(COMPANY) == [me, other]
    assert sessions.find(cookie, now=NOON) is None
    assert audited("person.manager_set") == [(f"person:{other.id}", {"manager": True})]


def test_nobody_changes_the_own_account():
    me = account(manager=True)

    with pytest.raises(Refused, match="Your own account"):
        people.check_leaves(me, by=me)
    with pytest.raises(Refused, match="Your own account"):
        people.describe(me, "瀬戸 咲", "", by=me, now=NOON)


def test_the_last_manager_stays_but_for_the_desk():
    last, before = account(manager=True), account(manager=False)
    desk = account(None, role="coordinator")

    with pytest.raises(Refused, match="Nobody else"):
        people.check_leaves(last, by=before)
    people.set_manager(last, False, by=desk, now=NOON)
    assert queries.managers(COMPANY) == []


def test_somebody_is_named_and_described():
    me, other = account(manager=True), account(manager=False)
    people.name_seeing(other, True, by=me, now=NOON)
    people.describe(other, "瀬戸 咲", "090-1234-5678", by=me, now=NOON)

    assert (other.sees_company, other.name, other.phone) == (True, "瀬戸 咲", "+819012345678")
    assert (other.roles, other.member_number) == ({"member"}, COMPANY)


def test_who_has_a_second_factor_and_when_somebody_came():
    app, key, neither = account(totp_secret="x"), account(), account()
    db.session.add(Passkey(person_id=key.id, credential_id="k", public_key=b"k", made_at=NOON))
    db.session.flush()
    people.signed_in(app, source=Source(), now=NOON)

    assert queries.with_second_factor([app.id, key.id, neither.id]) == {app.id, key.id}
    assert queries.last_sign_ins([app.id, key.id]) == {app.id: NOON}
