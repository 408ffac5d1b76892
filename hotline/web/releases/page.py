"""What the pages about released facts show: what could be released, what is, and as whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import Template
from typing import Any

from babel import Locale

from hotline import policy
from hotline.coordination import queries
from hotline.coordination.models import Release, Task
from hotline.coordination.queries import Held
from hotline.coordination.rules import (
    ANSWER,
    ARRANGERS,
    ASK,
    FILE,
    PIECE_LETTERS,
    PIECES,
    SAID_BY_LETTERS,
    Both,
    Lacking,
    Proposed,
    ReleasingPolicy,
    Row,
    SaidHow,
    arranged,
    file_piece,
    label,
    moment,
)
from hotline.db import db
from hotline.edge import stories
from hotline.edge.language import LANGUAGES, current, gettext
from hotline.evidence.models import File
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets.models import Ticket
from hotline.tickets.rules import HearingPolicy
from hotline.vendors.models import Vendor
from hotline.web import typed


@dataclass(frozen=True)
class Shown:
    """One released fact or file in the reader's language; ``tongue`` is that of its words.

    ``release_id`` is None in a preview.
    """

    code: str
    label: str
    words: str
    tongue: str
    file: File | None
    released_at: datetime | None
    release_id: int | None


@dataclass(frozen=True)
class Given:
    """What was typed into the form: which pieces are ticked, and their words."""

    chosen: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)

    def pieces(self) -> dict[str, tuple[str, str]]:
        """The facts that are ticked, in Japanese and English."""
        facts = sorted(code for code in self.chosen if not code.startswith(FILE))
        return {
            code: (self.words.get(f"ja.{code}", ""), self.words.get(f"en.{code}", ""))
            for code in facts
        }

    def file_ids(self) -> list[int]:
        """The files that are ticked; what names none is left out."""
        named = (one.removeprefix(FILE) for one in self.chosen if one.startswith(FILE))
        ids = (typed.id_or_none(one) for one in named)
        return sorted(one for one in ids if one is not None)


@dataclass(frozen=True)
class Sent:
    """A form that comes back, and what to do about it."""

    given: Given | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    preview: bool = False
    consent: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Fact:
    """One row of the form: what it is, the words as they would be released, and what stands."""

    code: str
    label: str
    ja: str
    en: str
    typed: bool
    chosen: bool
    stands: Release | None
    now: str
    """What the ticket says by now where something else stands; "" when it is the same."""


@dataclass(frozen=True)
class Paper:
    """One file of the form."""

    code: str
    held: Held
    chosen: bool
    stands: Release | None


def shown(released: Sequence[Release]) -> list[Shown]:
    """What was released as a reader sees it, in the order of the pieces, files last."""
    files = queries.files_of(released)
    rows = [_shown(one.piece, one.ja, one.en, files.get(one.file_id or 0), one) for one in released]
    return sorted(rows, key=_place)


def whole(
    task: Task, partner: Vendor | None, viewer: Person, *, sent: Sent, now: datetime
) -> dict[str, Any]:
    """Everything the desk needs to release something of a task to ``partner``."""
    ticket = db.session.get_one(Ticket, task.ticket_id)
    told = queries.partners_told(task)
    partner = partner or (told[0] if told else None)
    common = {
        "task": task,
        "ticket": ticket,
        "partner": partner,
        "partners": told,
        "may_act": bool(viewer.roles & ARRANGERS),
        "may_fetch": bool(viewer.roles & DESK),
        "sent": sent,
        "now": now,
    }
    return common if partner is None else {**common, **_with(task, ticket, partner, sent)}


def brief(
    task: Task, partner: Vendor, released: Sequence[Release], *, now: datetime
) -> dict[str, Any]:
    """The two-language brief out of what was released; files are named, not shown."""
    told, questions = policy.get(ReleasingPolicy), policy.get(HearingPolicy).by_key
    ticket = db.session.get_one(Ticket, task.ticket_id)
    facts = [one for one in released if one.file_id is None]
    rows = [
        Row(one.piece, label(one.piece, told, questions), Both(one.ja, one.en), one.released_at)
        for one in facts
    ]
    return {
        "task": task,
        "ticket": ticket,
        "partner": partner,
        "told": told,
        "sections": arranged(sorted(rows, key=lambda row: _rank(row.code)), told),
        "files": [one for one in shown(released) if one.file is not None],
        "as_of": moment(now, told),
        "now": now,
    }


def country(code: str) -> str:
    """The name of a country in the reader's language."""
    return str(Locale(current()).territories.get(code, code))


def _with(task: Task, ticket: Ticket, partner: Vendor, sent: Sent) -> dict[str, Any]:
    standing = {one.piece: one for one in queries.released_to(task.id, partner.id)}
    heard, lacks = queries.heard(ticket, partner.id), queries.lacks(ticket, partner)
    record = queries.releases_of(task.id, partner.id)
    facts = [_fact(one, standing, sent.given) for one in _known(ticket, standing)]
    papers = [_paper(one, standing, sent.given) for one in queries.files_for(task)]
    file_ids = [one.file_id for one in record if one.file_id is not None]
    ids = [one.released_by_id for one in record] + [one.withdrawn_by_id for one in record]
    said_by = [one.asked_by_id for one in (heard.general, heard.own) if one is not None]
    return {
        "facts": facts,
        "papers": papers,
        "works": queries.works_on(partner.id, task.id),
        "lacks": lacks,
        "lacking": _lacking(lacks, partner),
        "heard": heard,
        "country": country(partner.country),
        "ask": _ask(partner),
        "ways": tuple(SaidHow),
        "tongues": LANGUAGES,
        "limits": {"words": PIECE_LETTERS, "said_by": SAID_BY_LETTERS},
        "released": shown(list(standing.values())),
        "preview": _preview(facts, papers, standing) if sent.preview else None,
        "ended": [one for one in reversed(record) if one.withdrawn_at is not None],
        "looks": queries.looks(task.id, partner, file_ids),
        "names": people.names([*ids, *said_by]),
    }


def _known(ticket: Ticket, standing: Mapping[str, Release]) -> list[Proposed]:
    """What the ticket knows, and what was released although the ticket knows it no more."""
    proposed = queries.pieces_for(ticket)
    told, questions = policy.get(ReleasingPolicy), policy.get(HearingPolicy).by_key
    gone = set(standing) - {one.code for one in proposed}
    left = [
        Proposed(code, label(code, told, questions), Both(standing[code].ja, standing[code].en))
        for code in gone
        if standing[code].file_id is None
    ]
    return sorted([*proposed, *left], key=lambda one: _rank(one.code))


def _lacking(lacks: Lacking | None, partner: Vendor) -> str:
    """What to ask the member first; "" when nothing lacks."""
    if lacks is None:
        return ""
    return gettext(ASK[lacks], partner=partner.name, country=country(partner.country))


def _ask(partner: Vendor) -> str:
    """The sentence to read out to the member."""
    words = getattr(policy.get(ReleasingPolicy).ask, current())
    return Template(words).safe_substitute(partner=partner.name, country=country(partner.country))


def _fact(one: Proposed, standing: Mapping[str, Release], given: Given | None) -> Fact:
    stands = standing.get(one.code)
    # What somebody shortened or translated for this partner is not typed twice.
    kept = stands is not None and one.typed
    ja, en = (stands.ja, stands.en) if stands is not None and kept else (one.words.ja, one.words.en)
    words = given.words if given is not None else {}
    ja, en = words.get(f"ja.{one.code}", ja), words.get(f"en.{one.code}", en)
    differs = stands is not None and stands.ja != one.words.ja
    return Fact(
        one.code,
        getattr(one.label, current()),
        ja,
        en,
        one.typed,
        given is not None and one.code in given.chosen,
        stands,
        one.words.ja if differs else "",
    )


def _paper(held: Held, standing: Mapping[str, Release], given: Given | None) -> Paper:
    code = file_piece(held.file.id)
    chosen = given is not None and code in given.chosen
    return Paper(code, held, chosen, standing.get(code))


def _preview(
    facts: Sequence[Fact], papers: Sequence[Paper], standing: Mapping[str, Release]
) -> list[Shown]:
    """What the partner sees once the ticked pieces are released: these, and what stands."""
    fresh = [_shown(one.code, one.ja, one.en, None, None) for one in facts if one.chosen]
    fresh += [
        _shown(one.code, one.held.file.name, one.held.file.name, one.held.file, None)
        for one in papers
        if one.chosen and one.stands is None
    ]
    chosen = {one.code for one in fresh}
    stays = shown([one for code, one in standing.items() if code not in chosen])
    return sorted([*fresh, *stays], key=_place)


def _shown(code: str, ja: str, en: str, file: File | None, release: Release | None) -> Shown:
    by_tongue = {"ja": ja, "en": en}
    tongue = (
        current()
        if by_tongue.get(current())
        else next((one for one, words in by_tongue.items() if words), "ja")
    )
    return Shown(
        code,
        stories.piece(code, current()),
        by_tongue[tongue],
        tongue,
        file,
        release.released_at if release is not None else None,
        release.id if release is not None else None,
    )


def _place(one: Shown) -> tuple[int, int]:
    return _rank(one.code)


def _rank(code: str) -> tuple[int, int]:
    """Facts as they are listed, answers as they are asked, then files."""
    if code in PIECES:
        return 0, PIECES.index(code)
    if code.startswith(ANSWER):
        asked = list(policy.get(HearingPolicy).by_key)
        key = code.removeprefix(ANSWER)
        return 1, asked.index(key) if key in asked else len(asked)
    return 2, int(code.removeprefix(FILE))
