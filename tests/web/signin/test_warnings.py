"""What owners are told about ways into their accounts."""

from hotline.transaction import transaction
from tests import builders
from tests.web.accounts import NOW, told
from tests.web.forms import send
from tests.web.signin.somebody import give_password, link_for, member, person


def test_the_owner_is_told_of_a_browser_that_was_never_used_before(app, client, at):
    member()
    with at(NOW):
        give_password(client)
        first = told()
        give_password(client)
        again = told()
        give_password(app.test_client())

    assert (first, again) == ([], [])
    assert told() == ["new_browser"]


def test_nobody_is_told_where_an_attacker_reads_the_company_s_mail(app, client):
    member()
    give_password(client)
    with transaction():
        builders.ticket(member_number="JNX-1").company_channels_unsafe = True
    give_password(app.test_client())

    assert told() == []


def test_a_new_password_out_of_a_mail_is_told_and_the_first_one_is_not(client):
    link = f"/reset/{link_for(person())}"
    send(client, link, {"password": "another quiet word", "again": "another quiet word"})

    assert told() == ["password_set"]
