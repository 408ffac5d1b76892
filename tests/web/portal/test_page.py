"""The member's page of one ticket: what happens next and when, before everything else."""

import re
from datetime import timedelta

from hotline.messages.rules import Asked, Side
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.transaction import transaction
from tests.builders import NOON
from tests.web.desk import colleague, opened, reads

DAY = timedelta(days=1)


def test_a_member_is_led_from_the_desks_page_to_the_own_one(be):
    ticket = opened(member_number="JNX-1")
    member = be(Role.MEMBER, member_number="JNX-1")
    spaced = f"{ticket.number[:4]}-{ticket.number[4:]}"

    assert member.get(f"/tickets/{ticket.number}").location == f"/portal/tickets/{ticket.number}"
    assert member.get(f"/portal/tickets/{spaced}").location == f"/portal/tickets/{ticket.number}"


def test_what_is_for_staff_stays_hidden_and_every_look_is_on_record(be):
    ticket = opened(member_number="JNX-1")
    writer = colleague()
    with transaction():
        tickets.add_note(ticket, "社内の話", audience="staff", by_id=writer.id, now=NOON)
        tickets.add_note(ticket, "会員への話", audience="member", by_id=writer.id, now=NOON)
    page = be(Role.MEMBER, member_number="JNX-1").get(f"/portal/tickets/{ticket.number}").text

    assert "会員への話" in page
    assert "社内の話" not in page
    assert len(reads(f"ticket:{ticket.number}")) == 1


def test_who_waits_too_long_reads_that_we_are_late_and_whom_to_call(be):
    ticket = opened(received_at=NOON - DAY, member_number="JNX-1", severity="p1")
    page = be(Role.MEMBER, member_number="JNX-1").get(f"/portal/tickets/{ticket.number}").text

    assert "お待たせして申し訳ありません" in page
    assert "お電話いたします。</p>" not in page
    assert "0120-066-318" in page


def test_an_exercise_is_never_late(be):
    ticket = opened(received_at=NOON - DAY, member_number="JNX-1", severity="p1", drill=True)
    member = be(Role.MEMBER, member_number="JNX-1")
    pages = [member.get(page).text for page in ("/portal", f"/portal/tickets/{ticket.number}")]

    assert ["お待たせして申し訳ありません" in page for page in pages] == [False, False]
    assert ["訓練" in page for page in pages] == [True, True]


def test_every_part_of_a_long_page_is_one_press_away_and_says_how_much_is_in_it(be):
    ticket = opened(member_number="JNX-1")
    writer = colleague()
    with transaction():
        tickets.ask_member(ticket, Asked("file", "接続記録", None), by_id=writer.id, now=NOON)
        tickets.write_message(ticket, "着きました", side=Side.DESK, by_id=writer.id, now=NOON)
    page = be(Role.MEMBER, member_number="JNX-1").get(f"/portal/tickets/{ticket.number}").text
    jumps = page.split('aria-label="このページの内容"')[1].split("</nav>")[0]
    parts = re.findall('href="#([a-z]+)"', jumps)

    assert parts == ["needs", "thread", "files", "obligations", "contacts", "story"]
    assert all(f'id="{part}"' in page for part in parts)
    assert re.findall(r"(\S+) <b[^>]*>(\d)</b>", jumps)[0][1] == "1"


def test_a_foreign_ticket_and_a_missing_one_are_the_same_bytes(be):
    ticket = opened(member_number="JNX-2")
    member = be(Role.MEMBER, member_number="JNX-1")
    for page in ("/tickets/", "/portal/tickets/"):
        foreign, missing = member.get(page + ticket.number), member.get(page + "123456782")

        assert foreign.status_code == missing.status_code == 404
        assert foreign.data == missing.data


def test_the_newest_lines_of_the_story_come_first_and_the_others_when_asked(be):
    ticket = opened(member_number="JNX-1")
    writer = colleague()
    with transaction():
        for line in range(8):
            tickets.add_note(
                ticket, f"記録その{line}", audience="member", by_id=writer.id, now=NOON
            )
    member = be(Role.MEMBER, member_number="JNX-1")
    page = member.get(f"/portal/tickets/{ticket.number}").text
    whole = member.get(f"/portal/tickets/{ticket.number}?story=all").text

    assert ("記録その7" in page, "記録その1" in page) == (True, False)
    assert f"/portal/tickets/{ticket.number}?story=all#story-h" in page
    assert "記録その1" in whole
    assert "これより前の記録" not in whole
