"""What is told about the member's side, to whom, and where the link leads."""

from hotline.db import db
from hotline.jobs import mail, sms
from hotline.messages.rules import Asked, Side
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Heard
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

CALLER_PHONE, CALLER_MAIL = "090-1234-5678", "caller@example.jp"
SECRET = "金庫の番号は四二"


def test_each_side_is_told_with_a_number_and_a_link_and_no_word_of_it(
    work, postman, exchange, coordinator
):
    with transaction():
        ticket, member = _ticket()
        tickets.write_message(ticket, SECRET, side=Side.MEMBER, by_id=member.id, now=NINE)
        tickets.write_message(
            ticket, SECRET, side=Side.DESK, by_id=coordinator.id, now=NINE, up_to=0
        )
        tickets.ask_member(ticket, Asked("file", SECRET), by_id=coordinator.id, now=NINE)
    mail.deliver(work)
    sms.deliver(work)
    bodies = {one.to: one.body for one in postman.mails if "/status/" not in one.body}
    sent = str(postman.mails) + str(exchange.texts)

    assert SECRET not in sent
    assert f"/tickets/{ticket.number}/correspondence#thread" in bodies[coordinator.email]
    assert f"/portal/tickets/{ticket.number}#" in bodies[member.email]
    assert bodies[CALLER_MAIL].rstrip().count("/status\n") == 1
    assert any("お願いしたいことがあります" in one.body for one in exchange.texts)


def test_those_reached_until_now_are_warned_where_they_were(work, postman, exchange, coordinator):
    with transaction():
        ticket, member = _ticket()
        change = tickets.give_contact(
            ticket, "safe_phone", "080-1111-2222", by_id=member.id, now=NINE
        )
        heard = Heard("caller_phone", "本人")
        tickets.confirm_contact(ticket, change, heard, by_id=coordinator.id, now=NINE)
    mail.deliver(work)
    sms.deliver(work)
    warned = [one.to for one in exchange.texts if "お心当たりのない場合" in one.body]

    assert warned == ["+819012345678"]
    assert [one.to for one in postman.mails if "お心当たりのない場合" in one.body] == [CALLER_MAIL]
    assert db.session.get_one(Ticket, ticket.id).safe_phone == "080-1111-2222"


def test_a_warning_whose_change_is_gone_is_dropped(work, exchange, coordinator):
    with transaction():
        ticket, member = _ticket()
        change = tickets.give_contact(
            ticket, "safe_phone", "080-1111-2222", by_id=member.id, now=NINE
        )
        heard = Heard("caller_phone", "本人")
        tickets.confirm_contact(ticket, change, heard, by_id=coordinator.id, now=NINE)
        change.told_before = {}
    sms.deliver(work)

    assert [one for one in exchange.texts if "お心当たり" in one.body] == []


def _ticket():
    """A ticket of a company with an account, whose caller can be written to."""
    company = builders.member()
    ticket = builders.ticket(
        now=NINE,
        member_number=company.number,
        caller_phone=CALLER_PHONE,
        caller_email=CALLER_MAIL,
    )
    return ticket, builders.person("member", member_number=company.number)
