"""How the text of a notice is checked when it is loaded, and filled when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import Template
from zoneinfo import ZoneInfo

from hotline.notices.rules.kinds import LATE_AFTER, PLACES, Channel, Kind

ZONE = ZoneInfo("Asia/Tokyo")
LANGUAGES = ("ja", "en")


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
    "first": "999999999: Wed 30 Sep 2027, 22:15 (Japan time) - Wed 30 Sep 2027, 22:15 (Japan time)",
    "num": "999",
    "clock": "My Number, final report / long",
    "until": "the end of Wed 30 Sep 2027 (Japan time)",
    "drill": "[DRILL] ",
    "link": "x" * 80,
    "code": "482709",
    "host": "x" * 40,
}
LONGEST_IN_JAPANESE = {
    **LONGEST,
    "due_at": "2027年12月30日（木）22:15",
    "late": "（23時間59分遅れてのお知らせです）",
    "overdue": "23時間59分",
    "clock": "マイナンバー 速報（目安）",
    "until": "2027年12月30日（木）いっぱい",
    "drill": "【訓練】",
    "first": "999999999：2027年12月30日（木）22:15〜2027年12月30日（木）22:15",
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
        "code": (digits_of_code if text.spoken else str)(str(told.facts.get("code", ""))),
        "due_at": local_time(_moment(told), told.language),
        "link": told.link,
        "late": lateness(told.due_at, now, told.language),
        "overdue": span(now - _moment(told), told.language),
    }
    subject, body = text.subject.substitute(values), _filled(text, values)
    lines = (line.rstrip() for line in body.strip("\n").split("\n"))
    return Words(subject.strip(), "\n".join(lines) + "\n")


def _filled(text: Text, values: Mapping[str, str]) -> str:
    """The body; on a telephone a line that has nothing to say is left out."""
    if text.subject.template:
        return text.body.substitute(values)
    lines = text.body.template.split("\n")
    said = {line: Template(line).substitute(values) for line in lines}
    return "\n".join(said[line] for line in lines if said[line].strip() or not line.strip())


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


def digits_of_code(code: str) -> str:
    """A code as it is said, three digits and then three: 4 8 2, 7 0 9."""
    return ", ".join(" ".join(code[start : start + 3]) for start in range(0, len(code), 3))


def local_time(at: datetime, language: str) -> str:
    """The instant as people in Japan read it."""
    local = at.astimezone(ZONE)
    clock = f"{local.hour}:{local.minute:02}"
    if language == "ja":
        weekday = "月火水木金土日"[local.weekday()]
        return f"{local.year}年{local.month}月{local.day}日（{weekday}）{clock}"
    return f"{local:%a} {local.day} {local:%b %Y}, {clock} (Japan time)"


def local_day(text: str, language: str) -> str:
    """The whole of a date that is written as ISO, as people read it; "" for an instant."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return ""
    if language == "ja":
        return f"{on.year}年{on.month}月{on.day}日（{'月火水木金土日'[on.weekday()]}）いっぱい"
    return f"the end of {on:%a} {on.day} {on:%b %Y} (Japan time)"


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
