"""What a notice is, when it is tried again, and how its text is made."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from string import Template
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Tokyo")
LANGUAGES = ("ja", "en")

LEASE = timedelta(seconds=60)
"""A claim that was not finished after this is taken by another worker."""

FLOOR = timedelta(seconds=60)
"""No notice is tried more often than this."""

FIRST_SPREAD = timedelta(seconds=30)
CAP = timedelta(hours=1)
"""The wait after a failure: FLOOR and a random part that doubles from FIRST_SPREAD up to CAP."""

PARKED_AFTER = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(hours=72)
LEAST_TRIES = 10
LATE_AFTER = timedelta(minutes=5)
"""Beyond this a notice says that it is late, and an unsent one is a reason for an alarm."""
ERROR_LENGTH = 300


class Status(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    """For its time, or for the next try after a failure that may pass."""
    SENDING = "sending"
    """Claimed by a worker; when the claim has run out, nobody knows whether it went out."""
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or failing for a day: people were alarmed; still tried every hour."""
    GIVEN_UP = "given_up"
    """Not tried any more unless a person asks for it; people were alarmed."""
    WITHDRAWN = "withdrawn"
    """No longer true before it was sent: the promise was moved or called off."""


OPEN = frozenset({Status.WAITING, Status.SENDING, Status.FAILED})
"""A worker will look at it again."""


class Channel(StrEnum):
    """How a notice reaches its recipient; each is sent by a kind of work of its own."""

    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"


class Kind(StrEnum):
    """What is told; each has a text for each channel and language in ``config/texts/notices``."""

    PROMISE_DUE = "promise_due"
    INVITE = "invite"
    RESET = "reset"
    NOBODY_ON_DUTY = "nobody_on_duty"
    UNDELIVERED = "undelivered"
    BACKLOG = "backlog"
    CALENDAR_ENDS = "calendar_ends"
    RECEIVED = "received"
    """To the caller: the number, the promise, and where to look."""
    PROMISE_LATE = "promise_late"
    NEXT_TRY = "next_try"
    PAGE = "page"
    """To somebody who is to take up at once what cannot wait."""
    PAGE_UNANSWERED = "page_unanswered"
    """Everybody was paged, and nobody took it."""
    HANDED_OVER = "handed_over"


WORDED: dict[Channel, frozenset[Kind]] = {
    Channel.MAIL: frozenset(Kind),
    Channel.SMS: frozenset(
        {
            Kind.RECEIVED,
            Kind.PAGE,
            Kind.PAGE_UNANSWERED,
            Kind.PROMISE_DUE,
            Kind.PROMISE_LATE,
            Kind.NEXT_TRY,
            Kind.HANDED_OVER,
        }
    ),
    Channel.VOICE: frozenset({Kind.PROMISE_LATE}),
}
"""The kinds that have a text for each channel."""

ASKED_FOR = frozenset({Kind.PAGE})
"""What is said by voice is asked for when somebody picks up: it waits for a key."""


def check_channel(kind: Kind, channel: Channel) -> None:
    """Raises ValueError when ``kind`` cannot be told by ``channel``: there are no words for it."""
    if kind in WORDED[channel] or (channel is Channel.VOICE and kind in ASKED_FOR):
        return
    raise ValueError(f"{kind} has no words for {channel}")


PLACES: dict[Kind, frozenset[str]] = {
    Kind.PROMISE_DUE: frozenset({"number", "due_at", "link", "late"}),
    Kind.INVITE: frozenset({"link", "late"}),
    Kind.RESET: frozenset({"link", "late"}),
    Kind.NOBODY_ON_DUTY: frozenset({"line", "due_at", "link", "late"}),
    Kind.UNDELIVERED: frozenset({"about", "number", "link"}),
    Kind.BACKLOG: frozenset({"minutes", "silent", "link"}),
    Kind.CALENDAR_ENDS: frozenset({"year", "link"}),
    Kind.RECEIVED: frozenset({"number", "promise", "line", "link"}),
    Kind.PROMISE_LATE: frozenset({"number", "due_at", "overdue", "link", "late"}),
    Kind.NEXT_TRY: frozenset({"number", "due_at", "link", "late"}),
    Kind.PAGE: frozenset({"number", "line", "link", "late"}),
    Kind.PAGE_UNANSWERED: frozenset({"number", "line", "link"}),
    Kind.HANDED_OVER: frozenset({"number", "link", "late"}),
}
"""The names a text of each kind may use: numbers, times and links, never case text."""

ALARMS = frozenset({Kind.UNDELIVERED, Kind.BACKLOG, Kind.PAGE_UNANSWERED})
"""An alarm that cannot be delivered raises no further alarm."""

ALERT = "alert"
"""The audience behind HOTLINE_ALERT_MAIL: who is told when the system itself is in trouble."""

CALLER = "caller"
"""Whoever called: the addresses stand on the ticket and are found when it is sent."""

TEAM = "coordinator_team"
"""Every coordinator, on duty or not."""

LEAD = "lead"
"""Every supervisor, on duty or not."""


class Course(Protocol):
    """What is known of how a notice fared."""

    status: str
    due_at: datetime
    wake_at: datetime
    sent_at: datetime | None
    attempts: int
    failures: int


class Mark(StrEnum):
    """What a person must know beside the status."""

    LATE = "late"
    RESENT = "resent"
    """It may have gone out more than once, always under the same key."""
    UNKNOWN = "unknown"
    """A worker claimed it and said no more: nobody knows whether it went out."""


def marks(course: Course, *, now: datetime) -> list[Mark]:
    """The marks of one notice at ``now``."""
    unsent = course.status in OPEN
    told = course.sent_at or (now if unsent else course.due_at)
    claims_without_outcome = course.attempts - course.failures
    found = {
        Mark.LATE: told - course.due_at > LATE_AFTER,
        Mark.RESENT: course.status == Status.SENT and claims_without_outcome > 1,
        Mark.UNKNOWN: course.status == Status.SENDING and course.wake_at <= now,
    }
    return [mark for mark, holds in found.items() if holds]


def dedup_key(subject: str, kind: Kind, due_at: datetime, *, channel: str, recipient: str) -> str:
    """SHA-256 (hex) of what is told, when it is for, how, and to whom; the same for ever."""
    parts = (subject, kind.value, due_at.astimezone(UTC).isoformat(), channel, recipient)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recipient(person_id: int | None, audience: str) -> str:
    """Who is meant, as it enters the key. Raises ValueError unless it is exactly one of both."""
    if (person_id is None) == (audience == ""):
        raise ValueError("A notice is for one person or for one audience.")
    return f"audience:{audience}" if person_id is None else f"person:{person_id}"


def message_id(key: str, host: str) -> str:
    """The mail's Message-ID: the same for every try, so that a mail program folds copies."""
    return f"<{key}@{host}>"


@dataclass(frozen=True)
class Failure:
    """Why a try failed; ``permanent`` when the receiver said that it will never be accepted."""

    reason: str
    permanent: bool = False
    # The receiver asked not to be asked again before this.
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Decision:
    """What happens after a failure: the next status and when a worker looks again."""

    status: Status
    wake_at: datetime

    @property
    def alarm(self) -> bool:
        """Whether people must hear of it."""
        return self.status is not Status.WAITING


def hopeless(tries: int, age: timedelta) -> Status | None:
    """FAILED or GIVEN_UP when ``tries`` without success over ``age`` are enough; else None."""
    if tries < LEAST_TRIES or age < PARKED_AFTER:
        return None
    return Status.GIVEN_UP if age >= GIVEN_UP_AFTER else Status.FAILED


def after_failure(
    failure: Failure, *, failures: int, failing_since: datetime, now: datetime, rng: random.Random
) -> Decision:
    """What to do after the ``failures``-th try that failed.

    Nothing is given up before 72 hours and ten tries; a refusal for good, or a day of failing,
    is tried every hour until then.
    """
    status = hopeless(failures, now - failing_since)
    if status is Status.GIVEN_UP:
        return Decision(status, now)
    if failure.permanent or status is Status.FAILED:
        return Decision(Status.FAILED, now + CAP)
    return Decision(Status.WAITING, now + max(backoff(failures, rng), min(failure.wait, CAP)))


def backoff(failures: int, rng: random.Random) -> timedelta:
    """How long to wait after the ``failures``-th failure: doubling, with full jitter."""
    spread: timedelta = min(CAP - FLOOR, FIRST_SPREAD * 2 ** min(failures - 1, 20))
    return FLOOR + spread * rng.random()


@dataclass(frozen=True)
class Text:
    """The words of one kind of notice for one channel and language; only a mail has a subject."""

    subject: Template
    body: Template
    places: frozenset[str]
    # Numbers are said digit by digit.
    spoken: bool = False


class TextError(ValueError):
    """A text cannot be used; the message says why."""


def parse_text(source: str, kind: Kind, channel: Channel = Channel.MAIL) -> Text:
    """Read a text: for a mail the subject, an empty line, the body; otherwise what is said.

    Raises TextError for a wrong shape, a broken place, a name that PLACES does not list, or a
    text message that can become too long.
    """
    subject, body = _mail_parts(source) if channel is Channel.MAIL else ("", source)
    if not body.strip():
        raise TextError("must say something")
    text = Text(Template(subject), Template(body), PLACES[kind], channel is Channel.VOICE)
    for part in (text.subject, text.body):
        _check_places(part, kind)
    if channel is Channel.SMS:
        _check_length(text)
    return text


def _mail_parts(source: str) -> tuple[str, str]:
    subject, empty, body = [*source.split("\n", 2), "", ""][:3]
    if not subject.strip() or empty.strip() or not body.strip():
        raise TextError("must be a subject, an empty line and a body")
    return subject.strip(), body


def _check_places(part: Template, kind: Kind) -> None:
    if not part.is_valid():
        raise TextError("holds a $ that names no place; write $$ for a dollar sign")
    if unknown := set(part.get_identifiers()) - PLACES[kind]:
        known = ", ".join(sorted(PLACES[kind]))
        raise TextError(f"uses ${', $'.join(sorted(unknown))}; it may use {known}")


MOST_SEGMENTS = 3
"""A text message is charged and lost by the segment: none of ours has more."""

LONGEST = {
    "number": "4821 7093 3",
    "promise": "9" * 60,
    "line": "9" * 20,
    "due_at": "Wed 30 Sep 2027, 22:15 (Japan time)",
    "late": "(Sent 23 hours 59 minutes late.)",
    "overdue": "23 hours 59 minutes",
    "link": "x" * 80,
}
LONGEST_IN_JAPANESE = {
    **LONGEST,
    "due_at": "2027年12月30日（木）22:15",
    "late": "（23時間59分遅れてのお知らせです）",
    "overdue": "23時間59分",
}
"""The places of a text message as long as they become."""


def _check_length(text: Text) -> None:
    longest = LONGEST if text.body.template.isascii() else LONGEST_IN_JAPANESE
    parts = segments(text.body.substitute(longest).strip())
    if parts > MOST_SEGMENTS:
        raise TextError(f"becomes up to {parts} parts as a text message; {MOST_SEGMENTS} at most")


GSM_LETTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")
"""The alphabet of text messages (3GPP TS 23.038), and the letters that count twice in it."""

SEPTETS, SEPTETS_OF_SEVERAL = 160, 153
UCS2, UCS2_OF_SEVERAL = 70, 67
"""Letters in one segment, and in each when there are several; outside the alphabet, as UCS-2."""


def segments(body: str) -> int:
    """In how many parts a text message travels."""
    if set(body) <= GSM_LETTERS | GSM_TWICE:
        length = len(body) + sum(letter in GSM_TWICE for letter in body)
        return 1 if length <= SEPTETS else -(-length // SEPTETS_OF_SEVERAL)
    length = len(body.encode("utf-16-le")) // 2
    return 1 if length <= UCS2 else -(-length // UCS2_OF_SEVERAL)


@dataclass(frozen=True)
class Words:
    """A finished message, before it has a recipient."""

    subject: str
    body: str


@dataclass(frozen=True)
class Told:
    """What fills the places of a text."""

    facts: Mapping[str, object]
    due_at: datetime
    link: str
    language: str


def compose(text: Text, told: Told, *, now: datetime) -> Words:
    """Fill the places of ``text``; a notice that goes out late says by how much."""
    values = {
        **dict.fromkeys(text.places, ""),
        **{name: str(value) for name, value in told.facts.items()},
        "number": (digits if text.spoken else in_fours)(str(told.facts.get("number", ""))),
        "due_at": local_time(_moment(told), told.language),
        "link": told.link,
        "late": lateness(told.due_at, now, told.language),
        "overdue": span(now - _moment(told), told.language),
    }
    subject, body = text.subject.substitute(values), text.body.substitute(values)
    lines = (line.rstrip() for line in body.strip("\n").split("\n"))
    return Words(subject.strip(), "\n".join(lines) + "\n")


def _moment(told: Told) -> datetime:
    """The moment it is about: of a late promise when it was due, not when people are told."""
    due_at = told.facts.get("due_at")
    return datetime.fromisoformat(str(due_at)) if due_at else told.due_at


def in_fours(number: str) -> str:
    """A ticket number as people read it: 4821 7093 3."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def digits(number: str) -> str:
    """A ticket number as it is said, digit by digit: 4 8 2 1, 7 0 9 3, 3."""
    return ", ".join(" ".join(group) for group in in_fours(number).split())


def local_time(at: datetime, language: str) -> str:
    """The instant as people in Japan read it."""
    local = at.astimezone(ZONE)
    clock = f"{local.hour}:{local.minute:02}"
    if language == "ja":
        weekday = "月火水木金土日"[local.weekday()]
        return f"{local.year}年{local.month}月{local.day}日（{weekday}）{clock}"
    return f"{local:%a} {local.day} {local:%b %Y}, {clock} (Japan time)"


UNITS = (
    (timedelta(days=1), "日", "day"),
    (timedelta(hours=1), "時間", "hour"),
    (timedelta(minutes=1), "分", "minute"),
)


def span(time: timedelta, language: str) -> str:
    """How long it is, in days, hours and minutes: "2 hours 5 minutes"; nothing is 0 minutes."""
    rest, parts = max(time, timedelta(0)), []
    for unit, ja, en in UNITS:
        count, rest = divmod(rest, unit)
        if count:
            plural = "s" if count > 1 else ""
            parts.append(f"{count}{ja}" if language == "ja" else f"{count} {en}{plural}")
    if not parts:
        return "0分" if language == "ja" else "0 minutes"
    return ("" if language == "ja" else " ").join(parts)


def lateness(due_at: datetime, now: datetime, language: str) -> str:
    """A sentence such as "Sent 2 hours 5 minutes late.", empty within LATE_AFTER."""
    late = now - due_at
    if late <= LATE_AFTER:
        return ""
    told = span(late, language)
    return f"（{told}遅れてのお知らせです）" if language == "ja" else f"(Sent {told} late.)"
