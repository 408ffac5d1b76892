"""Show partners facts and files, and take them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.coordination import queries, rules
from hotline.coordination.models import Release, Task
from hotline.coordination.rules import ASK, Both
from hotline.coordination.service.holding import hold_task, ticket_of
from hotline.coordination.service.telling import tell_partner
from hotline.coordination.service.writing import soon
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.tickets.rules import HearingPolicy
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day


@dataclass(frozen=True)
class _Showing:
    """One release: what of which task is shown to whom, by whom and when."""

    task: Task
    vendor: Vendor
    by_id: int
    now: datetime


def release(
    task: Task,
    vendor_id: int,
    pieces: Mapping[str, tuple[str, str]],
    *,
    by_id: int,
    now: datetime,
) -> list[Release]:
    """Show a partner these pieces in these words (Japanese, English); returns what is new.

    The words stay as they are, whatever becomes of the ticket. A piece that was released in
    other words is replaced, and both stay on record. Raises Invalid naming pieces that cannot be
    released, and Refused when the partner does not work on the task or the member has not said
    that it may be told.
    """
    showing = _begin(task, vendor_id, by_id=by_id, now=now)
    clean = rules.checked(pieces, policy.get(HearingPolicy).by_key)
    fresh = [_show(showing, code, Both(*words)) for code, words in clean.items()]
    return _tell(showing, [one for one in fresh if one is not None])


def release_file(
    task: Task, vendor_id: int, file: File, *, by_id: int, now: datetime
) -> list[Release]:
    """Let a partner fetch one file of the ticket; like ``release`` otherwise."""
    showing = _begin(task, vendor_id, by_id=by_id, now=now)
    if file.id not in {one.file.id for one in queries.files_for(showing.task)}:
        raise Invalid({"pieces": Problem(N_("This file does not belong to the ticket."))})
    piece = rules.file_piece(file.id)
    fresh = _show(showing, piece, Both(file.name, file.name), file_id=file.id)
    if fresh is not None:
        evidence.released(file, vendor_id, by_id=by_id, now=now)
    return _tell(showing, [fresh] if fresh is not None else [])


def take_back(release: Release, *, by_id: int, now: datetime) -> None:
    """Show it no longer; what was seen or fetched before stays on record."""
    task = hold_task(release.task_id)
    db.session.refresh(release)
    if release.withdrawn_at is not None:
        return
    _withdraw(release, by_id=by_id, now=now)
    if release.file_id is not None:
        file = db.session.get_one(File, release.file_id)
        evidence.withheld(file, release.vendor_id, by_id=by_id, now=now)
    vendor = vendors.by_id(release.vendor_id)
    _line(Event.TAKEN_BACK, _Showing(task, vendor, by_id, now), [release])
    if not queries.released_to(task.id, vendor.id):
        notices.withdraw(rules.subject(task.id), {Kind.RELEASED})


def _begin(task: Task, vendor_id: int, *, by_id: int, now: datetime) -> _Showing:
    task = hold_task(task.id)
    vendor = vendors.by_id(vendor_id)
    partner = vendors.is_partner(vendor, on=contract_day(now))
    if not partner or not queries.works_on(vendor.id, task.id):
        sentence = N_("%(partner)s does not work on this task: nothing can be released to it.")
        raise Refused(sentence, partner=vendor.name)
    lacks = queries.lacks(ticket_of(task), vendor)
    if lacks is not None:
        raise Refused(ASK[lacks], partner=vendor.name, country=vendor.country)
    return _Showing(task, vendor, by_id, now)


def _show(
    showing: _Showing, piece: str, words: Both, *, file_id: int | None = None
) -> Release | None:
    """The new row; None when the same words stand already."""
    stands = _standing(showing, piece)
    if stands is not None:
        if (stands.ja, stands.en) == (words.ja, words.en):
            return None
        _withdraw(stands, by_id=showing.by_id, now=showing.now)
    made = Release(
        task_id=showing.task.id,
        vendor_id=showing.vendor.id,
        piece=piece,
        ja=words.ja,
        en=words.en,
        file_id=file_id,
        released_at=showing.now,
        released_by_id=showing.by_id,
    )
    db.session.add(made)
    db.session.flush()
    _note("release.made", made, by_id=showing.by_id, now=showing.now)
    return made


def _standing(showing: _Showing, piece: str) -> Release | None:
    query = select(Release).where(
        Release.task_id == showing.task.id,
        Release.vendor_id == showing.vendor.id,
        Release.piece == piece,
        Release.withdrawn_at.is_(None),
    )
    return db.session.scalar(query)


def _withdraw(release: Release, *, by_id: int, now: datetime) -> None:
    release.withdrawn_at, release.withdrawn_by_id = now, by_id
    db.session.flush()
    _note("release.taken_back", release, by_id=by_id, now=now)


def _tell(showing: _Showing, fresh: list[Release]) -> list[Release]:
    """One line of the story and one notice for everything that is new."""
    if fresh:
        _line(Event.RELEASED, showing, fresh)
        now = showing.now
        tell_partner(showing.task, showing.vendor.id, Kind.RELEASED, due_at=soon(now), now=now)
    return fresh


def _line(event: Event, showing: _Showing, about: Sequence[Release]) -> None:
    facts = {"vendor": showing.vendor.name, "pieces": [one.piece for one in about]}
    timeline.write(
        showing.task.ticket_id,
        event,
        at=showing.now,
        by_id=showing.by_id,
        subject=rules.subject(showing.task.id),
        facts=facts,
    )


def _note(what: str, release: Release, *, by_id: int, now: datetime) -> None:
    audit.write(
        what, f"release:{release.id}", by_id=by_id, now=now,
        task=release.task_id, vendor=release.vendor_id, piece=release.piece,
    )  # fmt: skip
