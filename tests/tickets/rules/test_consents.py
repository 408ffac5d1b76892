"""With whom an incident may be shared."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.errors import Invalid
from hotline.tickets.rules import ConsentsPolicy, check_consents

CONSENTS = policy.read(Path("config/consents.toml"), ConsentsPolicy)


def test_everybody_the_notice_of_the_service_names_is_asked_for():
    assert list(CONSENTS.by_code) == [
        "sompo_japan",
        "agent",
        "partners",
        "sompo_group",
        "policyholder_group",
        "reinsurers",
    ]


def test_what_was_not_asked_is_neither_yes_nor_no():
    said = {"sompo_japan": True, "agent": False, "partners": None}

    assert check_consents(CONSENTS, said) == {"sompo_japan": True, "agent": False}


def test_a_recipient_there_is_none_of_is_refused():
    with pytest.raises(Invalid) as refused:
        check_consents(CONSENTS, {"neighbours": True, "agent": True})

    assert list(refused.value.fields) == ["consents.neighbours"]


def test_the_same_recipient_stands_once():
    words = {"ja": "あ", "en": "A"}
    one = {"code": "agent", **words, "purpose": words}
    with pytest.raises(ValidationError, match="the recipient agent is given twice"):
        ConsentsPolicy.model_validate({"notice": words, "recipient": [one, one]})
