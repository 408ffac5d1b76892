"""A call that is taken as it stands is what its schema would read."""

import marshmallow as ma
import pytest

from hotline.api.schemas import NewTicket, _as_it_stands

CALL = {"line": "jnx", "case_types": ["leak"]}
BY_FIELDS = type("ByFields", (ma.Schema,), dict(NewTicket().declared_fields))()

PLAIN = [
    CALL,
    {**CALL, "caller": {"company": "Acme", "phone": "03"}, "summary": "x", "drill": True},
    {**CALL, "caller": {}},
    {**CALL, "received_at": None, "severity": None, "member_number": "1", "caller": {"name": ""}},
]
TO_BE_READ = [
    None,
    [CALL],
    {"line": "jnx"},
    {**CALL, "line": 1},
    {**CALL, "case_types": []},
    {**CALL, "case_types": ["leak"] * 21},
    {**CALL, "case_types": [1]},
    {**CALL, "drill": "yes"},
    {**CALL, "other": ""},
    {**CALL, "caller": {"fax": ""}},
    {**CALL, "caller": {"name": None}},
    {**CALL, "received_at": "2026-11-04T12:00:00+09:00"},
]


@pytest.mark.parametrize("call", PLAIN)
def test_a_plain_call_is_taken_as_the_schema_would_read_it(call):
    assert _as_it_stands(call) == NewTicket().load(call) == BY_FIELDS.load(call)


@pytest.mark.parametrize("call", TO_BE_READ)
def test_what_is_wrong_or_has_to_be_read_is_left_to_the_schema(call):
    assert _as_it_stands(call) is None
