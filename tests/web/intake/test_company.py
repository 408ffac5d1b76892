"""The company is found and chosen; tickets of the same one are offered first."""

import pytest

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.members import queries as members
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.intake.browser import (
    HOUR,
    Browser,
    company,
    fresh,
    opened,
    reads,
    spaced,
    twins,
)


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

    assert f"会員番号 {made.number}・JNX番号 20418" in page
    assert "JNX会員" in page
    assert "確認できないことがあっても、受付は続けてください。" in page


def test_the_number_that_rang_is_put_on_file_with_one_press(desk):
    made = company()
    ticket = opened(caller_phone="0566-00-9999")
    page = desk.save(ticket, choose=made.number).text
    answer = desk.send(f"/tickets/{ticket.number}/caller-number", on_file(made))
    kept = members.by_phone("0566009999")

    assert "0566-00-9999 はどなたの番号ですか" in page
    assert answer.headers["Location"] == f"/tickets/{ticket.number}/intake"
    assert [one.number for one in kept] == [made.number]


def test_the_number_that_rang_may_be_that_of_somebody_there(desk):
    made = company()
    ticket = opened(caller_phone="090-0000-5521")
    desk.send(f"/tickets/{ticket.number}/caller-number", on_file(made, made.contacts[0].id))
    [place] = members.places_of_phones({"09000005521"})

    assert place.contact == made.contacts[0].name


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"member": "JNX-999"}, 404),
        ({"member": "a\0b"}, 404),
        ({"contact": "999999"}, 404),
        ({"contact": "x"}, 404),
        ({"version": "0"}, 409),
    ],
)
def test_a_number_is_put_on_file_with_nobody_else(desk, changed, status):
    made = company()
    ticket = opened(caller_phone="0566-00-9999")
    answer = desk.send(f"/tickets/{ticket.number}/caller-number", {**on_file(made), **changed})

    assert answer.status_code == status
    assert members.by_phone("0566009999") == []


def test_a_withheld_number_is_put_on_file_with_nobody(desk):
    made = company()
    answer = desk.send(f"/tickets/{opened(caller_phone='').number}/caller-number", on_file(made))

    assert answer.status_code == 422


def on_file(made, contact: object = "") -> dict[str, str]:
    """What the button sends that puts the caller's number on file."""
    return {"member": made.number, "version": str(made.version), "contact": str(contact)}


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


def test_what_another_ticket_says_of_the_company_s_own_channels_stands_beside_it(desk):
    made = company()
    said = opened(member_number=made.number, received_at=NOON - 200 * HOUR)
    with transaction():
        said.company_channels_unsafe, said.safe_phone = True, "090-0000-7781"
    ticket = opened(member_number=made.number)
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert "会社のメールと内線は使わない" in page
    assert "090-0000-7781" in page


# Duplicates


def test_a_ticket_of_the_same_number_is_offered_first(desk):
    old = opened(caller_phone="+81566001234", received_at=NOON - HOUR, company="ヤマダ部品㈱")
    new = opened(caller_phone="0566-00-1234", case_types=())
    page = desk.get(f"/tickets/{new.number}/intake").text

    assert f"{spaced(old.number)} の続きにする" in page
    assert page.index(spaced(old.number)) < page.index('id="company"')


def test_a_ticket_of_the_chosen_company_is_offered_as_soon_as_it_is_chosen(desk):
    made = company()
    old = opened(member_number=made.number, received_at=NOON - HOUR)
    new = opened(case_types=())
    parts = desk.types(new, company="", member_number=made.number).json["parts"]

    assert f"{spaced(old.number)} の続きにする" in parts["part-duplicates"]


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


def test_nobody_is_asked_again_what_somebody_has_answered(app, desk):
    old, new = twins()
    desk.save(new, apart=old.number)
    page = Browser(app, Role.OPERATOR).get(f"/tickets/{new.number}/intake").text

    assert "の続きにする" not in page


def test_only_tickets_that_are_alike_can_be_another_incident(desk):
    new = opened()
    desk.save(new, apart=["200000004", "x"])

    assert db.session.query(AuditEntry).filter_by(action="ticket.kept_apart").count() == 0
