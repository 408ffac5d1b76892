"""A link to send files says which row it is of, and nobody can make one."""

import pytest

from hotline.edge import upload_links
from tests.conftest import settings_for

SETTINGS = settings_for("sqlite:///")


def test_a_link_says_which_row_it_is_of_and_is_short_enough_for_a_text_message():
    token = upload_links.mint(12, SETTINGS)

    assert upload_links.read(token, SETTINGS) == 12
    assert len(token) <= 40


@pytest.mark.parametrize(
    "token", ["", "AAAADA", "AAAADA.xxxxxxxx", "x" * 101, "é", upload_links.mint(12, SETTINGS)[:-1]]
)
def test_what_we_did_not_make_opens_nothing(token):
    assert upload_links.read(token, SETTINGS) is None


def test_an_id_that_no_row_can_have_opens_nothing():
    assert upload_links.read(upload_links.mint(2**32 - 1, SETTINGS), SETTINGS) is None
