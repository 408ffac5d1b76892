"""Save what is typed part by part, while it is typed: what cannot stand yet is kept as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from hotline.audit import queries as audit
from hotline.edge import requests
from hotline.errors import N_, Invalid, Problem
from hotline.people.models import Person
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Intake
from hotline.web.intake import form as intake_form
from hotline.web.intake.form import ANSWER, CONSENT, Difference, Form

Value = TypeVar("Value")

LOOKED_AT = 60
PART_LETTERS = 60
ROUNDS = 3
"""So often a save is tried again without the parts that stood in its way."""


@dataclass
class Outcome:
    """What became of the parts that were sent.

    ``saved``: they stand in the ticket. ``problems``: field to what is wrong with it.
    ``conflicts``: somebody else changed the part meanwhile; both versions are to be shown.
    """

    saved: list[str] = field(default_factory=list)
    problems: dict[str, Problem] = field(default_factory=dict)
    conflicts: list[Difference] = field(default_factory=list)


def standing(ticket: Ticket) -> Form:
    """The form as it stands in the database."""
    return intake_form.written(queries.intake_of(ticket))


def save_parts(ticket: Ticket, sent: Form, *, by: Person, now: datetime) -> Outcome:
    """Save every part that was sent and that nobody else changed since it was last seen saved.

    Whoever calls holds the ticket. A part that cannot be used, or that somebody else changed, is
    kept as this person's draft. The same again changes nothing. Raises Invalid for a part that
    no form has.
    """
    parts, stands = _known(sent), standing(ticket)
    alike, foreign, fresh = _sorted(parts, sent, stands, now=now)
    outcome = Outcome(saved=alike)
    outcome.conflicts = [
        one for one in intake_form.differences(stands, intake_form.over(stands, sent, parts))
        if one.name in foreign
    ]  # fmt: skip
    typed = _Typed(stands, sent, now, by)
    outcome.saved += _save_all(ticket, typed, fresh, outcome)
    left = [part for part in parts if part not in outcome.saved]
    tickets.drop_drafts(ticket, outcome.saved, by_id=by.id)
    tickets.keep_drafts(ticket, _controls(sent, left), by_id=by.id, now=now)
    return outcome


def changed_by(ticket: Ticket) -> dict[str, tuple[int | None, datetime]]:
    """Part to who changed it last, and when, as far as the last changes tell."""
    entries = audit.newest("ticket.filled", rules.subject(ticket.number), LOOKED_AT)
    return {
        intake_form.part_of(name): (entry.person_id, entry.at)
        for entry in reversed(entries)
        for name in entry.detail.get("fields", ())
    }


def kept_apart(ticket: Ticket) -> set[str]:
    """The numbers of the tickets that somebody said are another incident."""
    entries = audit.newest("ticket.kept_apart", rules.subject(ticket.number), LOOKED_AT)
    return {str(entry.detail.get("other", "")) for entry in entries}


def with_drafts(ticket: Ticket, stands: Form, *, by: Person, now: datetime) -> tuple[Form, Outcome]:
    """The form with this person's drafts in it, and what keeps each of them from being saved."""
    drafts = queries.drafts_of(ticket.id, by.id)
    outcome = Outcome()
    if not drafts:
        return stands, outcome
    mine: Form = intake_form.Form(stands)
    for part, draft in drafts.items():
        for control in intake_form.groups(stands).get(part, (part,)):
            mine.setlist(control, draft.typed.get(control, []))
    for part in drafts:
        one = intake_form.over(stands, mine, [part])
        intake, wrong = intake_form.read(one, now=now)
        outcome.problems |= wrong or _checked(intake, now)[1]
    differing = intake_form.differences(stands, mine)
    wrong_parts = {intake_form.part_of(name) for name in outcome.problems}
    outcome.conflicts = [one for one in differing if one.name not in wrong_parts]
    return mine, outcome


def _known(sent: Form) -> list[str]:
    """The parts that are sent. Raises Invalid for what is none."""
    parts = list(dict.fromkeys(sent.getlist("part")))
    named = intake_form.GROUPS
    for part in parts:
        known = part in named or part.startswith((ANSWER, CONSENT))
        if not known or len(part) > PART_LETTERS or not part.isprintable():
            raise Invalid({"part": Problem(N_("There is no such part of the form."))})
    return parts


def _sorted(
    parts: Sequence[str], sent: Form, stands: Form, *, now: datetime
) -> tuple[list[str], list[str], list[str]]:
    """The parts that stand already, those somebody else changed, and those that are to be saved."""
    theirs, mine = intake_form.digests(stands), intake_form.digests(sent)
    alike: list[str] = []
    foreign: list[str] = []
    fresh: list[str] = []
    for part in parts:
        now_there = theirs.get(part, "")
        if mine.get(part, "") == now_there:
            alike.append(part)
        elif sent.get(f"base.{part}", "") == now_there:
            fresh.append(part)
        else:
            same = _once_saved(stands, sent, part, now=now) == now_there
            (alike if same else foreign).append(part)
    return alike, foreign, fresh


def _once_saved(stands: Form, sent: Form, part: str, *, now: datetime) -> str | None:
    """The digest that the part would have if it were saved: people type dates in many ways."""
    intake, wrong = intake_form.read(intake_form.over(stands, sent, [part]), now=now)
    checked, refused = _checked(intake, now)
    if wrong or refused:
        return None
    return intake_form.digests(intake_form.written(checked)).get(part, "")


def _checked(intake: Intake, now: datetime) -> tuple[Intake, dict[str, Problem]]:
    try:
        return rules.check_intake(intake, tickets.choices(), now=now), {}
    except Invalid as invalid:
        return intake, dict(invalid.fields)


@dataclass(frozen=True)
class _Typed:
    """What stands in the form, what was sent on top of it, by whom and when."""

    stands: Form
    sent: Form
    now: datetime
    by: Person


def _save_all(ticket: Ticket, typed: _Typed, fresh: Sequence[str], outcome: Outcome) -> list[str]:
    """Save what can be saved of these parts; problems go into ``outcome``."""
    left = list(fresh)
    for _ in range(ROUNDS):
        wrong = _save(ticket, typed, left) if left else {}
        if not wrong:
            return left
        outcome.problems |= wrong
        hit = {intake_form.part_of(name) for name in wrong}
        left = [part for part in left if part not in hit] if hit & set(left) else []
    return []


def _save(ticket: Ticket, typed: _Typed, parts: Sequence[str]) -> dict[str, Problem]:
    form = intake_form.over(typed.stands, typed.sent, parts)
    intake, wrong = intake_form.read(form, now=typed.now)
    if wrong:
        return wrong
    intake = replace(
        intake,
        answers=_only(intake.answers, ANSWER, parts),
        consents=_only(intake.consents, CONSENT, parts),
    )
    try:
        tickets.fill_in_typed(
            ticket, intake, heard=_heard(typed, parts), by=typed.by, now=typed.now
        )
    except Invalid as invalid:
        return dict(invalid.fields)
    return {}


def _only(given: Mapping[str, Value], prefix: str, parts: Sequence[str]) -> dict[str, Value]:
    """What was sent: an answer that was left out stays as it is."""
    return {name: value for name, value in given.items() if f"{prefix}{name}" in parts}


def _heard(typed: _Typed, parts: Sequence[str]) -> dict[str, datetime]:
    """Question key to when its answer was typed."""
    return {
        part.removeprefix(ANSWER): requests.before(typed.now, typed.sent.get(f"ago.{part}", ""))
        for part in parts
        if part.startswith(ANSWER)
    }


def _controls(sent: Form, parts: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    named = intake_form.groups(sent)
    return {
        part: {control: sent.getlist(control) for control in named.get(part, (part,))}
        for part in parts
    }
