"""How times, numbers and codes are written for people, in their language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import phonenumbers
from flask import Flask
from flask_babel import format_date

from hotline import policy
from hotline.calls.rules import STATUS_KEY, DispositionsPolicy, VoicePolicy
from hotline.clock import TOKYO
from hotline.coordination.models import Task
from hotline.coordination.rules import ENDED, TaskStatus
from hotline.edge import stories, words
from hotline.edge.language import current, gettext
from hotline.errors import N_
from hotline.followups.models import Followup
from hotline.followups.rules import Status as Promise
from hotline.tickets.models import Ticket
from hotline.tickets.rules import parse_number, spaced

MINUTE = timedelta(minutes=1)
RESOLUTION = timedelta.resolution
SOON = timedelta(hours=1)
"""From so long before it is due on, a promise is shown as due soon."""

HANDED_IN = ENDED | {TaskStatus.DELIVERED, TaskStatus.CHECKED}
"""Tasks in one of these are not late any more."""

SHOWN_DIGITS_AT_THE_END = 1
MASK = "•"

STEP = re.compile(r"；|; | → ")
"""What stands between two steps of a reason."""


@dataclass(frozen=True)
class When:
    """A moment as the ``when`` part shows it: how urgent (a class), and the words."""

    kind: str
    words: str


def install(app: Flask) -> None:
    """Give the templates these filters."""
    app.jinja_env.globals["tokyo"] = TOKYO
    for one in FILTERS:
        app.jinja_env.filters[one.__name__] = one


def clock_time(at: datetime) -> str:
    """``9:00``."""
    local = at.astimezone(TOKYO)
    return f"{local.hour}:{local.minute:02}"


def clock_seconds(at: datetime) -> str:
    """``10:26:53``."""
    return f"{clock_time(at)}:{at.astimezone(TOKYO).second:02}"


def day(on: date | datetime, today: date | None = None) -> str:
    """``9月24日（木）`` or ``Thu 24 Sep``; with the year when it is not the year of ``today``."""
    local = on.astimezone(TOKYO).date() if isinstance(on, datetime) else on
    if today is not None and today.year != local.year:
        return str(format_date(local, gettext("EEE d MMM y"), rebase=False))
    return str(format_date(local, gettext("EEE d MMM"), rebase=False))


def moment(at: datetime, now: datetime | None = None) -> str:
    """``きょう 9:30``, ``あす 9:00``, ``9月24日（木）9:00``, in another year ``2027年1月4日…``."""
    if now is None:
        return full_moment(at)
    today = now.astimezone(TOKYO).date()
    distance = (at.astimezone(TOKYO).date() - today).days
    if distance in NEAR_DAYS:
        return gettext(NEAR_DAYS[distance], time=clock_time(at))
    return full_moment(at, now)


def full_moment(at: datetime, now: datetime | None = None) -> str:
    """``9月24日（木）9:00``: the date always, the year when it is not the year of ``now``."""
    today = now.astimezone(TOKYO).date() if now else None
    return gettext("%(day)s %(time)s", day=day(at, today), time=clock_time(at))


NEAR_DAYS = {
    -1: N_("yesterday %(time)s"),
    0: N_("today %(time)s"),
    1: N_("tomorrow %(time)s"),
}


def span(length: timedelta) -> str:
    """``20分``, ``1時間12分``, ``3日4時間``: whole minutes, never none."""
    minutes = max(length // MINUTE, 1)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return gettext("%(days)s d %(hours)s h", days=hours // 24, hours=hours % 24)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest)
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def unanswered(since: datetime, *, now: datetime) -> When:
    """For how long people have been rung, and nobody answered: ``応答なし 5分``."""
    return When("is-late", gettext("no answer for %(span)s", span=span(now - since)))


def due(due_at: datetime, take_up_by: datetime, *, now: datetime) -> When:
    """A promise nobody took up yet: later, soon, now, or late (past ``take_up_by`` only)."""
    if now > take_up_by:
        return When("is-late", gettext("late %(span)s", span=span(now - due_at)))
    if now >= due_at:
        return When("is-due", gettext("now %(time)s", time=clock_time(due_at)))
    if due_at - now <= SOON:
        left = due_at - now + (MINUTE - RESOLUTION)  # A minute that has begun is still left.
        return When("is-due", gettext("%(span)s left", span=span(left)))
    return When("", moment(due_at, now))


def left(by: datetime, *, now: datetime) -> When:
    """How long somebody still has, ``あと 6時間30分``, or by how much it is late; no grace."""
    if now > by:
        return When("is-late", gettext("late %(span)s", span=span(now - by)))
    rest = by - now + (MINUTE - RESOLUTION)  # A minute that has begun is still left.
    words = gettext("%(span)s left", span=span(rest))
    return When("is-due" if by - now <= SOON else "", words)


def gone(since: datetime, by: datetime, now: datetime) -> int:
    """How much of the time from ``since`` until ``by`` is over, in whole percent, 0 to 100."""
    if by <= since:
        return 100
    return max(0, min(100, int((now - since) / (by - since) * 100)))


def task_due(task: Task, *, now: datetime) -> When | None:
    """Until when a task is to be handed in; None when no time was set, or it was handed in."""
    if task.due_at is None or task.status in HANDED_IN:
        return None
    if now > task.due_at:
        return left(task.due_at, now=now)
    return due(task.due_at, task.due_at, now=now)


def promise(followup: Followup, *, now: datetime) -> When:
    """A promise in whatever state: waiting, taken up, kept, or ended otherwise."""
    if followup.status in (Promise.PENDING, Promise.ANNOUNCED):
        return due(followup.due_at, followup.take_up_by, now=now)
    if followup.status == Promise.TAKEN:
        return When("", moment(followup.due_at, now))
    if followup.status == Promise.DONE and followup.ended_at is not None:
        return When("is-kept", gettext("kept %(moment)s", moment=moment(followup.ended_at, now)))
    return When("", followup_status(followup.status))


def steps(reason: str) -> list[str]:
    """The steps of a promise's reason, which is kept as one sentence."""
    return [step for step in STEP.split(reason) if step]


def call_length(seconds: int | float) -> str:
    """The length of a call: ``7分42秒``."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return gettext("%(seconds)s s", seconds=rest)
    return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)


def minutes_long(minutes: int) -> str:
    """How long work took: ``1時間12分``."""
    return span(timedelta(minutes=minutes))


def menu_key(key: str) -> str:
    """What the caller chose on the phone: ``1 データ暗号化・脅迫``; "" when nothing was pressed."""
    if key == STATUS_KEY:
        asks = gettext("asks how it stands")
        return f"{key} {asks}"
    code = policy.get(VoicePolicy).menu.get(key)
    return f"{key} {case_type(code)}" if code else key


def in_fours(number: str) -> str:
    """``4821 7093 3``; what is no ticket number stays as it is."""
    return spaced(number) if parse_number(number) else number


def phone_of(ticket: Ticket) -> str:
    """The caller's phone; nobody has withheld what nobody was asked for yet."""
    if not ticket.caller_phone and ticket.opened_by_id is not None:
        return gettext("not known yet")
    return phone(ticket.caller_phone)


def phone(number: str) -> str:
    """``0566-00-1234`` for +81566001234; what was typed or is foreign stays readable."""
    if not number:
        return gettext("number withheld")
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    japanese = parsed.country_code == JAPAN
    style = phonenumbers.PhoneNumberFormat
    written = style.NATIONAL if japanese else style.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, written))


JAPAN = 81


def masked(phone: str) -> str:
    """A phone number that can be recognised but not rung: ``0566-00-•••4``.

    The last group keeps only its last digit; without groups the last four digits are meant.
    """
    if not any(letter.isdecimal() for letter in phone):
        return phone  # Words: the number was withheld, or is not known.
    head, dash, tail = phone.rpartition("-")
    if not dash:
        head, tail = phone[:-4], phone[-4:]
    hidden = max(len(tail) - SHOWN_DIGITS_AT_THE_END, 0)
    return f"{head}{dash}{MASK * hidden}{tail[hidden:]}"


def disposition(code: str) -> str:
    """How a call ended, or why nothing more is owed to its caller; "" while nobody said so."""
    known = policy.get(DispositionsPolicy)
    found = known.by_code.get(code) or known.reasons.get(code)
    if found is not None:
        return str(getattr(found, current()))
    return outcome(code) if code else ""


def phone_name(code: str) -> str:
    """Which phone of a caller it is."""
    return _label(words.PHONES, code)


def severity(code: str) -> str:
    """``P1 緊急``."""
    return _label(words.SEVERITIES, code)


def ticket_status(code: str) -> str:
    """``調整中``."""
    return _label(words.TICKET_STATUSES, code)


def task_status(code: str) -> str:
    """``打診中``."""
    return _label(words.TASK_STATUSES, code)


def offer_status(code: str) -> str:
    """``回答待ち``."""
    return _label(words.OFFER_STATUSES, code)


def answered_by(code: str) -> str:
    """By which way a partner answered: ``ポータル``; "" for silence."""
    return _label(words.ANSWERED_BY, code)


def call_status(code: str) -> str:
    """``不在着信``."""
    return _label(words.CALL_STATUSES, code)


def followup_status(code: str) -> str:
    """``引き受け済み``."""
    return _label(words.FOLLOWUP_STATUSES, code)


def audience(code: str) -> str:
    """``社内だけ``."""
    return _label(words.AUDIENCES, code)


def wanted(code: str) -> str:
    """What the desk needs from a member: ``ファイル``."""
    return _label(words.WANTED, code)


def contact(code: str) -> str:
    """Which contact of a ticket: ``安全な電話``."""
    return _label(words.CONTACTS, code)


def rung(code: str) -> str:
    """Which known number was rung to check a contact."""
    return _label(words.RUNG, code)


def listed(said: Iterable[str]) -> str:
    """``サーバー・NAS``: several things in one breath."""
    return gettext(", ").join(said)


def cause(code: str) -> str:
    """Why somebody is rung at once: ``時間外のP1``."""
    return _label(words.CAUSES, code)


def outcome(code: str) -> str:
    """How a call back went: ``不在``."""
    return _label(words.OUTCOMES, code)


def consent(code: str) -> str:
    """``同意あり``."""
    return _label(words.ANSWERS, code)


def said_how(code: str) -> str:
    """``電話で``: how the member said something."""
    return _label(words.SAID_HOW, code)


def piece(code: str) -> str:
    """The name of something that can be released to a partner: ``会社名``."""
    return stories.piece(code, current())


def channel(code: str) -> str:
    """``SMS``."""
    return _label(words.CHANNELS, code)


def receiver(code: str) -> str:
    """Whom a notice is meant for, when it is not one person: ``SV``."""
    return _label(words.RECEIVERS, code)


def notice(kind: str) -> str:
    """What a notice is about: ``お約束の時刻``."""
    return _label(words.NOTICES, kind)


def notice_status(code: str) -> str:
    """What became of a notice that did not arrive."""
    return _label(words.NOTICE_STATUSES, code)


def work(kind: str) -> str:
    """One kind of work of the worker: ``メールの送信``."""
    return _label(words.WORKS, kind)


def role_names(roles: Iterable[str]) -> str:
    """``オペレーター・SV``, in the order of the roles."""
    held = [gettext(label) for role, label in words.ROLES.items() if role in set(roles)]
    return gettext(", ").join(held)


def line(code: str) -> str:
    """The name of a line, as ``config/lines.toml`` gives it."""
    return stories.line_name(code, current())


def case_type(code: str) -> str:
    """The name of a case type, as ``config/case_types.toml`` gives it."""
    return stories.case_type(code, current())


def function(code: str) -> str:
    """What a partner is asked for, as ``config/functions.toml`` gives it."""
    return stories.function_name(code, current())


def _label(labels: dict[str, str], code: str) -> str:
    return gettext(labels[code]) if code in labels else code


FILTERS = (
    answered_by,
    audience,
    call_length,
    call_status,
    case_type,
    cause,
    channel,
    clock_seconds,
    clock_time,
    consent,
    contact,
    day,
    disposition,
    full_moment,
    function,
    gone,
    in_fours,
    left,
    line,
    listed,
    masked,
    menu_key,
    minutes_long,
    moment,
    notice,
    notice_status,
    offer_status,
    outcome,
    phone,
    phone_of,
    phone_name,
    piece,
    promise,
    receiver,
    role_names,
    rung,
    said_how,
    severity,
    span,
    unanswered,
    steps,
    task_due,
    task_status,
    ticket_status,
    wanted,
    work,
)
