"""The shapes of the JSON API; times are ISO 8601 with a zone, answers in Tokyo time."""

from datetime import UTC, datetime
from typing import Any

import marshmallow as ma

from hotline.clock import TOKYO


class Instant(ma.fields.AwareDateTime):
    """A moment: a zone is required on the way in, Tokyo time on the way out."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own form
        "invalid": "Give a time such as 2026-12-30T22:15:00+09:00.",
        "invalid_awareness": "Give the zone too, such as 2026-12-30T22:15:00+09:00.",
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        found: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return found.astimezone(UTC)
        except OverflowError:  # A year whose neighbour no computer can count.
            raise self.make_error("invalid", input=value, obj_type="datetime") from None

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return value.astimezone(TOKYO).isoformat() if isinstance(value, datetime) else None


def printable(text: str) -> None:
    """Refuse control characters in what is searched for. Raises marshmallow's ValidationError."""
    if not text.isprintable():
        raise ma.ValidationError("There is a character here that cannot be seen.")


class Both(ma.Schema):
    """A sentence in both languages."""

    ja = ma.fields.String()
    en = ma.fields.String()


class Caller(ma.Schema):
    """Who called."""

    company = ma.fields.String(load_default="")
    name = ma.fields.String(load_default="")
    phone = ma.fields.String(load_default="")
    email = ma.fields.String(load_default="")


MOST_CASE_TYPES = 20


class NewTicket(ma.Schema):
    """A call that becomes a ticket; without ``received_at`` it came now."""

    received_at = Instant(load_default=None, allow_none=True)
    line = ma.fields.String(required=True)
    case_types = ma.fields.List(
        ma.fields.String(), required=True, validate=ma.validate.Length(min=1, max=MOST_CASE_TYPES)
    )
    severity = ma.fields.String(load_default=None, allow_none=True)
    caller = ma.fields.Nested(Caller, load_default=dict)
    member_number = ma.fields.String(load_default=None, allow_none=True)
    summary = ma.fields.String(load_default="")
    drill = ma.fields.Boolean(load_default=False)

    def load(self, data: Any, **options: Any) -> Any:
        """As ever; what needs no reading is taken as it stands, past the walk over every field."""
        plain = _as_it_stands(data)
        return super().load(data, **options) if plain is None else plain


_NOTHING_SAID = {
    "received_at": None, "severity": None, "member_number": None, "summary": "", "drill": False,
}  # fmt: skip
_KINDS: dict[str, tuple[type, ...]] = {
    "line": (str,), "case_types": (list,), "caller": (dict,), "summary": (str,), "drill": (bool,),
    "received_at": (type(None),), "severity": (str, type(None)),
    "member_number": (str, type(None)),
}  # fmt: skip
_NO_CALLER = {"company": "", "name": "", "phone": "", "email": ""}


def _as_it_stands(data: Any) -> dict[str, Any] | None:
    """What ``NewTicket`` loads of a call that is right in form and leaves its time to us.

    None for all others: of them the schema says what is wrong, or reads their time.
    """
    if type(data) is not dict or not {"line", "case_types"} <= data.keys():
        return None
    if any(type(value) not in _KINDS.get(name, ()) for name, value in data.items()):
        return None
    caller, codes = data.get("caller", {}), data["case_types"]
    plain = _NO_CALLER.keys() >= caller.keys() and 0 < len(codes) <= MOST_CASE_TYPES
    if not plain or any(type(text) is not str for text in (*codes, *caller.values())):
        return None
    whole = {**_NO_CALLER, **caller} if "caller" in data else {}
    return {**_NOTHING_SAID, **data, "caller": whole}


class PriceLine(ma.Schema):
    """One item of a price; whole yen, ``gross_yen`` with tax."""

    item = ma.fields.String()
    unit = ma.fields.String()
    quantity = ma.fields.String()
    unit_price_yen = ma.fields.Integer()
    tax_mode = ma.fields.String()
    tax_percent = ma.fields.Integer()
    gross_yen = ma.fields.Integer()


class FollowupOut(ma.Schema):
    """A promise: late when ``take_up_by`` passed and nobody took it up."""

    id = ma.fields.Integer()
    ticket = ma.fields.String()
    status = ma.fields.String()
    due_at = Instant()
    take_up_by = Instant()
    in_hours = ma.fields.Boolean()
    late = ma.fields.Boolean()
    explanation = ma.fields.Nested(Both)


class Company(ma.Schema):
    """A member company that is on file."""

    number = ma.fields.String()
    name = ma.fields.String()


def _meaning(text: str) -> dict[str, Any]:
    return {"description": text}


class When(ma.Schema):
    """The next call of ours, as its caller is told: state is later, soon, taken or late."""

    due_at = Instant()
    state = ma.fields.String()
    sentence = ma.fields.Nested(Both)


class TicketOut(ma.Schema):
    """A ticket with its promises; ``promised_at`` is the next one owed, or the last one."""

    number = ma.fields.String()
    status = ma.fields.String()
    line = ma.fields.String()
    case_types = ma.fields.List(ma.fields.String())
    severity = ma.fields.String()
    assessed = ma.fields.Boolean(
        metadata=_meaning("False while the severity is only what its case types start with.")
    )
    drill = ma.fields.Boolean()
    received_at = Instant()
    opened_at = Instant()
    in_hours = ma.fields.Boolean()
    promised_at = Instant()
    explanation = ma.fields.Nested(Both)
    caller = ma.fields.Nested(Caller)
    member_number = ma.fields.String(metadata=_meaning("As it was given, known or not."))
    member = ma.fields.Nested(
        Company, metadata=_meaning("The company behind member_number; null if none.")
    )
    site = ma.fields.String()
    occurred_at = Instant(metadata=_meaning("When it happened, as far as the caller knows."))
    discovered_at = Instant(metadata=_meaning("When it was first noticed, in any department."))
    summary = ma.fields.String()
    coordinator = ma.fields.String(
        metadata=_meaning(
            "Who is responsible; null while nobody is, and for readers outside the desk."
        )
    )
    duplicate_of = ma.fields.String(
        metadata=_meaning(
            "The number under which the incident goes on; null unless status is duplicate."
        )
    )
    followups = ma.fields.List(ma.fields.Nested(FollowupOut))
    label = ma.fields.Nested(
        Both, metadata=_meaning("Where it stands, in the words of the member's pages.")
    )
    next = ma.fields.Nested(Both, metadata=_meaning("What happens next, in the same words."))
    when = ma.fields.Nested(When, metadata=_meaning("When we call; null when nothing is owed."))


class TicketPage(ma.Schema):
    """One page of tickets."""

    items = ma.fields.List(ma.fields.Nested(TicketOut))
    next_cursor = ma.fields.String()


class FollowupPage(ma.Schema):
    """One page of promises."""

    items = ma.fields.List(ma.fields.Nested(FollowupOut))
    next_cursor = ma.fields.String()


class LineOut(ma.Schema):
    """One line of a ticket's story."""

    at = Instant()
    event = ma.fields.String()
    text = ma.fields.Nested(Both)
    facts = ma.fields.Dict()
    visible_to = ma.fields.String()
    by = ma.fields.String()


class Story(ma.Schema):
    """A ticket's story, newest first."""

    items = ma.fields.List(ma.fields.Nested(LineOut))
    next_cursor = ma.fields.String()
