"""Codes in words, as hotline.edge.words and the configuration name them."""

from collections.abc import Iterable

from hotline import policy
from hotline.calls.rules import DispositionsPolicy
from hotline.edge import stories, words
from hotline.edge.language import current, gettext


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
