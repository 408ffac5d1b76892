"""How a call ended is one of the words of the configuration."""

import pytest
from pydantic import ValidationError

from hotline.calls.rules import DispositionsPolicy, check_note
from hotline.calls.rules.dispositions import Disposition
from hotline.errors import Problem

WORDS = {"ja": "新しい事故", "en": "A new incident"}


def test_a_code_stands_for_one_thing_in_both_lists():
    with pytest.raises(ValidationError, match="twice is given twice"):
        DispositionsPolicy.model_validate(
            {"disposition": [{"code": "twice", **WORDS}], "missed": [{"code": "twice", **WORDS}]}
        )


def test_codes_lead_to_their_words_in_order():
    policy = DispositionsPolicy.model_validate(
        {
            "disposition": [{"code": "first", **WORDS}, {"code": "second", **WORDS, "ends": True}],
            "missed": [{"code": "gone", **WORDS, "needs_note": True}],
        }
    )

    assert list(policy.by_code) == ["first", "second"]
    assert policy.by_code["second"].ends
    assert policy.reasons["gone"].needs_note


@pytest.mark.parametrize(
    ("note", "needs", "kept", "wrong"),
    [
        (" 静か ", True, "静か", False),
        ("", False, "", False),
        ("  ", True, "", True),
        ("あ" * 2001, False, "", True),
        ("\x00", False, "", True),
    ],
)
def test_a_note_is_kept_as_it_reads_and_asked_for_where_it_is_needed(note, needs, kept, wrong):
    found: dict[str, Problem] = {}
    chosen = Disposition(code="nuisance", needs_note=needs, **WORDS)

    assert check_note(note, chosen, found) == kept
    assert bool(found) == wrong
