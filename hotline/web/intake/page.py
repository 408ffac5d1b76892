"""What the intake shows beside its fields: questions, severity, advice, company, duplicates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.edge.language import current, gettext
from hotline.edge.stories import case_type
from hotline.errors import N_
from hotline.members import queries as members
from hotline.members.models import Member
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries, rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import (
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    Severity,
)
from hotline.web import console
from hotline.web.console import pane
from hotline.web.formats import in_fours
from hotline.web.intake import form as intake_form
from hotline.web.intake import saving
from hotline.web.intake.form import ANSWER, CONSENT, GROUPS, Difference, Form
from hotline.web.saying import rail

HITS = 8
HALF_SHEET, SHEET = 340, 720
AROUND = 24
LETTER = {"ja": 14, "en": 8}
"""Pixels of the sheet, around an answer, and of a letter at the desk."""


@dataclass(frozen=True)
class Judged:
    """The severity as it will be saved, what speaks for it, and what may be chosen instead."""

    severity: str
    note: str
    reasons: tuple[rules.Reason, ...]
    lower: Collection[str]
    may_lower: bool


def parts(ticket: Ticket, form: Form, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """What changes with what is chosen: the parts of the page that are asked for again."""
    kinds, hearing = policy.get(CaseTypesPolicy), policy.get(HearingPolicy)
    chosen = [code for code in intake_form.case_types(form) if code in kinds.by_code]
    kind = form.get("other_kind", "") if rules.OTHER in chosen else ""
    given = intake_form.answers(form)
    facts = {"company_channels_unsafe": bool(form.get("company_channels_unsafe"))}
    heard = rules.with_fields(hearing, given, facts)
    proposal = rules.propose(chosen, heard, kind, kinds=kinds, hearing=hearing)
    sheet = hearing.sheet(chosen, kind)
    answered = queries.kept(ticket.id).answers
    return {
        "ticket": ticket,
        "values": form,
        "chosen": chosen,
        "kinds": kinds,
        "questions": side_by_side([one for one in sheet if one.at_intake and not one.field]),
        "then": side_by_side([one for one in sheet if not one.at_intake and not one.field]),
        "counted": _counted(queries.intake_of(ticket), sheet),
        "heard": answered,
        "heard_by": people.names({row.answered_by_id for row in answered.values()}),
        "tagged": set(chosen) if len(chosen) > 1 else set(),
        "is_wide": is_wide,
        "is_long": is_long,
        "asked": {one.field: one for one in hearing.question if one.field},
        "signals": _by_question((*proposal.reasons, *proposal.notes)),
        "judged": _judged(ticket, form, proposal, viewer),
        **console.beside(ticket, form, viewer, now=now),
        **_similar(ticket, form, now=now),
        **rail.beside(ticket, chosen, other_kind=kind, now=now),
        "now": now,
    }


def _counted(intake: rules.Intake, sheet: Sequence[rules.Question]) -> tuple[int, int]:
    """How much is filled in, and how much is asked: each question, and the caller's own words."""
    told = int(bool(intake.summary))
    return len(rules.answered(intake, sheet)) + told, len(sheet) + 1


def is_wide(question: rules.Question) -> bool:
    """Whether its answers need the whole width of the sheet."""
    return _width(question) > HALF_SHEET


def is_long(question: rules.Question) -> bool:
    """Whether its answers take more than one row even so."""
    return _width(question) > SHEET


def _width(question: rules.Question) -> int:
    """About how wide the answers are side by side, in pixels, in the language that takes more.

    So the questions stand in the same order whoever looks.
    """
    return max(
        sum(AROUND + letter * len(getattr(one, language)) for one in question.options)
        for language, letter in LETTER.items()
    )


def side_by_side(questions: Sequence[rules.Question]) -> list[rules.Question]:
    """The questions in their order, but a narrow one never stands alone while another follows."""
    left, placed = list(questions), []
    while left:
        first = left.pop(0)
        placed.append(first)
        partner = next((one for one in left if not is_wide(one)), None)
        if partner is not None and not is_wide(first):
            left.remove(partner)
            placed.append(partner)
    return placed


def whole(ticket: Ticket) -> dict[str, Any]:
    """What stays as it is while somebody writes: the consents, and who saved last."""
    return {
        "title": title(ticket),
        "consents": policy.get(ConsentsPolicy),
        "groups": {name: controls for name, (_, controls) in GROUPS.items()},
        "names": people.names([ticket.changed_by_id]),
    }


def title(ticket: Ticket) -> str:
    """What the page is called, from what is saved: the number, and the company or the caller."""
    named = ticket.company or ticket.caller_name or gettext("New call")
    return f"{in_fours(ticket.number)} {named}"


def hits(q: str) -> list[Member]:
    """The companies that ``q`` may mean: a name, its reading, a number, a phone, an address."""
    return members.search(q, limit=HITS) if q.strip() else []


def versions(ticket: Ticket, differing: Sequence[Difference]) -> list[dict[str, Any]]:
    """Both versions of every part that differs, in words, with who wrote the saved one and when."""
    changed = saving.changed_by(ticket) if differing else {}
    last = (ticket.changed_by_id, ticket.changed_at)
    names = people.names({by_id for by_id, _ in [last, *changed.values()]})
    return [
        {
            "name": one.name,
            "label": _label(one.name),
            "theirs": _said(one.name, one.theirs),
            "mine": _said(one.name, one.mine),
            "their_values": one.theirs,
            "my_values": one.mine,
            "touched": one.touched,
            "joined": _joined(one),
            "by": names.get(changed.get(one.name, last)[0], ""),
            "at": changed.get(one.name, last)[1],
        }
        for one in differing
    ]


def _joined(one: Difference) -> dict[str, str] | None:
    """Both texts one below the other, for what is free text; None for the rest."""
    name = next(iter(one.mine), "")
    question = policy.get(HearingPolicy).by_key.get(name.removeprefix(ANSWER))
    if name != "summary" and (question is None or question.input != "text"):
        return None
    return {name: "\n".join([*one.theirs.get(name, ()), *one.mine[name]])}


def _by_question(given: Sequence[rules.Reason | rules.Note]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in given:
        found.setdefault(one.question, []).append(one)
    return found


def _judged(ticket: Ticket, form: Form, proposal: rules.Proposal, viewer: Person) -> Judged:
    saved = [ticket.severity] if ticket.assessed else []
    proposed = min([str(proposal.severity), *saved])
    wanted = form.get("severity", "")
    severity = wanted if wanted in set(Severity) else proposed
    return Judged(
        severity=severity,
        note=_note(severity, proposed, str(proposal.severity)),
        reasons=proposal.reasons,
        lower=[one for one in Severity if one > proposed],
        may_lower=Role.SUPERVISOR in viewer.roles,
    )


def _note(severity: str, standing: str, proposed: str) -> str:
    """Where the severity comes from, in a few words."""
    if severity > standing:
        return gettext("lowered by hand")
    if severity == proposed:
        return gettext("as proposed")
    return gettext("raised by hand") if severity < standing else gettext("as it was saved")


def _similar(ticket: Ticket, form: Form, *, now: datetime) -> dict[str, Any]:
    """The tickets that may be the same incident; those somebody said are another one come last."""
    given, _ = intake_form.read(form, now=now)
    given = replace(given, member_number=pane.usable(given.member_number))
    found = queries.similar(ticket, now=now, given=given)
    apart = set(form.getlist("apart")) | (saving.kept_apart(ticket) if found else set())
    return {
        "offered": [one for one in found if one.number not in apart],
        "others": [one for one in found if one.number in apart],
        "apart": sorted(apart & {one.number for one in found}),
    }


def elsewhere(said: Mapping[str, str], shown: Mapping[str, Any]) -> list[str]:
    """The sentences of fields that do not stand on the page, to be told on top of it."""
    consents = [f"{CONSENT}{one.code}" for one in shown["consents"].recipient]
    questions = [f"{ANSWER}{one.key}" for one in (*shown["questions"], *shown["then"])]
    here = {*GROUPS, "severity", "severity_reason", *BESIDE_COMPANY, *consents, *questions}
    return [sentence for name, sentence in said.items() if name not in here]


BESIDE_COMPANY = ("member_number",)
"""Its sentence stands beside the company."""


# Both versions in words


def _label(name: str) -> str:
    language = current()
    if name.startswith(ANSWER):
        question = policy.get(HearingPolicy).by_key.get(name.removeprefix(ANSWER))
        return str(getattr(question, language, name))
    if name.startswith(CONSENT):
        recipient = policy.get(ConsentsPolicy).by_code.get(name.removeprefix(CONSENT))
        return gettext("Consent: %(recipient)s", recipient=str(getattr(recipient, language, name)))
    return gettext(GROUPS[name][0])


def _said(name: str, values: Mapping[str, Sequence[str]]) -> str:
    flat = [text for texts in values.values() for text in texts]
    if name == "case_types":
        order = sorted(values["case_types"], key=lambda code: code not in values["primary"])
        return gettext(" / ").join(case_type(code, current()) for code in order)
    if name == "company":
        return "　".join(flat)
    if name.endswith("_at"):
        return " ".join(flat)
    called = _names_of_codes(name)
    return gettext(", ").join(called.get(text, text) for text in flat)


def _names_of_codes(name: str) -> dict[str, str]:
    """Code to what it is called, for the parts that hold codes."""
    if name.startswith(CONSENT):
        return {code: gettext(said) for code, said in AGREED.items()}
    if name == "company_channels_unsafe":
        return {"1": gettext("Yes")}
    if name == "other_kind":
        return {one.code: getattr(one, current()) for one in policy.get(CaseTypesPolicy).other_kind}
    question = policy.get(HearingPolicy).by_key.get(name.removeprefix(ANSWER))
    options = question.options if question is not None else ()
    return {one.code: getattr(one, current()) for one in options}


AGREED = {"yes": N_("agrees"), "no": N_("does not agree")}
