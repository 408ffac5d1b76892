"""Their words in, our words out: what the fields of a webhook may hold, and what they mean."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from werkzeug.datastructures import MultiDict

from hotline.calls.rules import Event, Happening, Kind

NO_ACCOUNT = "AC" + "0" * 32
"""The account of a hotline without one: the console phone still takes signed webhooks."""

MESSAGE_LETTERS = 1600
_NUMBER = r"\+[1-9][0-9]{6,14}"

WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "restricted",
        "blocked",
        "unknown",
        "unavailable",
        # The same words, keyed on a telephone with a plus sign in front.
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
    }
)
"""What stands in From when the caller withheld the number."""

EVENTS = {
    "queued": Event.RINGING,
    "initiated": Event.RINGING,
    "ringing": Event.RINGING,
    # Our own spoken menu is enough for this one: it is not a person.
    "in-progress": Event.CONNECTED,
    "completed": Event.ENDED,
    "busy": Event.ENDED,
    "no-answer": Event.ENDED,
    "failed": Event.ENDED,
    "canceled": Event.ENDED,
}

PATTERNS = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "CallSid": "CA[0-9a-f]{32}",
        "ParentCallSid": "CA[0-9a-f]{32}",
        "AccountSid": "AC[0-9a-f]{32}",
        "From": f"{_NUMBER}|{'|'.join(map(re.escape, sorted(WITHHELD)))}",
        "To": _NUMBER,
        "Digits": "[0-9*#]{0,20}|hangup",  # "hangup" ends a recording.
        "CallStatus": "|".join(EVENTS),
        "DialCallStatus": "|".join(("answered", *EVENTS)),
        "Direction": "inbound|outbound-api|outbound-dial",
        "SequenceNumber": "[0-9]{1,6}",
        "RecordingSid": "RE[0-9a-f]{32}",
        "RecordingDuration": "[0-9]{1,6}",
        "RecordingSource": "[A-Za-z]{1,40}",
        "RecordingStatus": "in-progress|completed|absent|failed",
        "QueueResult": "[a-z-]{1,30}",
        "MessageSid": "(?:SM|MM)[0-9a-f]{32}",
    }.items()
}
"""The fields we use. The signature joins names and values without a mark between them, so that
a signed request can be split anew: only what matches whole is believed."""

OWN_PATTERNS = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "language": "ja|en",
        "attempt": "[1-9]",
        "step": "operator|claimer|others|supervisor|duty",
        "call": "CA[0-9a-f]{32}",
        "person": "[0-9]{1,9}",
        "line": "[a-z][a-z0-9_]{0,19}",
        "page": "[0-9]{1,9}",
        "out": "[0-9]{1,9}",
        "offer": "[0-9]{1,10}",
        "contact": "[0-9]{1,10}",
        "number": "[0-9]{9}",
    }.items()
}
"""What we put behind the question mark of the addresses that we name in our documents."""

SENDERS = re.compile(rf"{_NUMBER}|[0-9]{{3,8}}|[A-Za-z0-9 ]{{1,11}}", re.ASCII)
"""A text message may also come from a short number or a company's name."""

VOICEMAIL = "RecordVerb"
"""The source of a recording that the caller left; the others are of conversations."""

NOTHING_RECORDED = frozenset({"absent", "failed"})
"""Too short, silent, or lost there: there is nothing to fetch."""

ODD_CALLERS = re.compile(
    rf"\+?[0-9*#() -]{{0,30}}|sips?:[!-~]{{1,200}}|{'|'.join(map(re.escape, sorted(WITHHELD)))}",
    re.ASCII | re.IGNORECASE,
)
"""What networks put into From for a real caller besides E.164: an extension, a national number,
a SIP address. Nobody is refused for it: the number counts as withheld."""

NOT_NEEDED_TO_ANSWER = ("CallStatus", "DialCallStatus", "Direction", "QueueResult")
"""A new word in one of these must not cost a caller the answer: it is left out."""

Fields = Mapping[str, str]


class Malformed(ValueError):
    """A signed webhook that cannot be believed; the message names fields, never their values."""


def read(form: MultiDict[str, str], *, account: str, needed: Collection[str]) -> Fields:
    """The fields of ``form`` that we use, each at most once and of the right shape.

    Raises Malformed when one is wrong, when one of ``needed`` is missing, or when the request
    is for another account.
    """
    text = "MessageSid" in needed
    form = form if text else _plain_caller(form, needed)
    patterns = {**PATTERNS, "From": SENDERS} if text else PATTERNS
    wrong = {name for name in patterns if not _fits(patterns[name], form.getlist(name))}
    wrong |= {name for name in ("AccountSid", *needed) if name not in form}
    if form.get("AccountSid") != account:
        wrong.add("AccountSid")
    if len(form.getlist("Body")) > 1 or len(form.get("Body", "")) > MESSAGE_LETTERS:
        wrong.add("Body")
    if wrong:
        raise Malformed(", ".join(sorted(wrong)))
    return {name: form[name] for name in (*patterns, "Body") if name in form}


def _plain_caller(form: MultiDict[str, str], needed: Collection[str]) -> MultiDict[str, str]:
    """The fields of a call without what would refuse a real caller for how it is written."""
    plain = MultiDict(form)
    callers = form.getlist("From")
    if len(callers) == 1 and not _fits(PATTERNS["From"], callers) and _fits(ODD_CALLERS, callers):
        plain["From"] = ""
    for name in NOT_NEEDED_TO_ANSWER:
        if name not in needed and not _fits(PATTERNS[name], form.getlist(name)):
            del plain[name]
    return plain


def read_query(query: MultiDict[str, str]) -> Fields:
    """The parts of the query that we wrote ourselves. Raises Malformed."""
    wrong = [name for name in OWN_PATTERNS if not _fits(OWN_PATTERNS[name], query.getlist(name))]
    if wrong:
        raise Malformed(", ".join(sorted(wrong)))
    return {name: query[name] for name in OWN_PATTERNS if name in query}


def _fits(pattern: re.Pattern[str], values: list[str]) -> bool:
    return len(values) <= 1 and all(pattern.fullmatch(value) for value in values)


def came(fields: Fields, *, at: datetime) -> Happening:
    """A call has come."""
    return _of_a_call(Kind.CAME, fields, at)


def chose(fields: Fields, *, at: datetime) -> Happening:
    """The caller pressed a key of the menu, or none: then the key is ""."""
    return replace(_of_a_call(Kind.CHOSE, fields, at), key=_key(fields))


def _key(fields: Fields) -> str:
    pressed = fields.get("Digits", "")
    return "" if pressed == "hangup" else pressed[:1]


def told(fields: Fields, *, at: datetime) -> Happening:
    """The telephone company reports where a call stands."""
    event, sequence = EVENTS[fields["CallStatus"]], int(fields.get("SequenceNumber", "0"))
    return replace(_of_a_call(Kind.TOLD, fields, at), event=event, sequence=sequence)


def recorded(fields: Fields, *, at: datetime) -> Happening:
    """The caller left a message, a conversation was recorded, or neither after all."""
    seconds = int(fields.get("RecordingDuration", "0"))
    spoken = fields.get("RecordingSource", VOICEMAIL) != VOICEMAIL
    kind = Kind.TALKED if spoken else Kind.RECORDED
    if fields.get("RecordingStatus") in NOTHING_RECORDED:
        kind = Kind.UNRECORDED
    happening = _of_a_call(kind, fields, at)
    return replace(happening, recording_sid=fields["RecordingSid"], seconds=seconds)


def accepted(call_sid: str, person_id: int | None, *, at: datetime) -> Happening:
    """Somebody we rang pressed the key to take the call ``call_sid``."""
    return Happening(Kind.ACCEPTED, at, call_sid, person_id=person_id)


def texted(fields: Fields, *, at: datetime) -> Happening:
    """Somebody sent a text message; control characters in it become U+FFFD."""
    body = "".join(map(_visible, fields.get("Body", "")))
    return Happening(
        Kind.TEXTED,
        at,
        message_sid=fields["MessageSid"],
        from_number=fields["From"],
        to_number=fields["To"],
        body=body,
    )


def has_ended(fields: Fields) -> bool:
    """Whether a recording is ready, or never will be; not while it still runs."""
    return fields.get("RecordingStatus", "completed") != "in-progress"


def _of_a_call(kind: Kind, fields: Fields, at: datetime) -> Happening:
    caller = fields.get("From", "")
    return Happening(
        kind,
        at,
        fields["CallSid"],
        from_number="" if caller in WITHHELD else caller,
        to_number=fields.get("To", ""),
    )


def _visible(letter: str) -> str:
    hidden = unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\r\n"
    return "\ufffd" if hidden else letter
