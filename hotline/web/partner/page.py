"""One task on the page of its partner: what stands there, by how far the partner is with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from hotline import policy
from hotline.coordination import queries
from hotline.coordination.models import Task
from hotline.coordination.queries import costs, own, working
from hotline.coordination.queries.own import Own, Part
from hotline.coordination.rules import Actor, FunctionsPolicy, TaskStatus
from hotline.coordination.rules.approving import OPEN_TO_PRICES
from hotline.coordination.rules.offers import Standing
from hotline.coordination.rules.tasks import TaskStep, steps_by_hand, subject
from hotline.duty.rules import LinesPolicy
from hotline.edge import language
from hotline.edge.identity import person
from hotline.errors import N_
from hotline.timeline import queries as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience
from hotline.vendors.models import Vendor
from hotline.web import releases
from hotline.web.partner import briefs
from hotline.web.partner.turns import turn
from hotline.web.tasks import threads
from hotline.web.tickets.story import by_day

BUTTONS = {
    (TaskStatus.ACCEPTED, TaskStatus.ESTIMATING): N_("Begin the estimate"),
    (TaskStatus.ACCEPTED, TaskStatus.IN_PROGRESS): N_("Begin without charge"),
    (TaskStatus.APPROVED, TaskStatus.IN_PROGRESS): N_("Begin the work"),
    (TaskStatus.IN_PROGRESS, TaskStatus.DELIVERED): N_("Hand it over for checking"),
    (TaskStatus.IN_PROGRESS, TaskStatus.ESTIMATING): N_("More is needed: estimate anew"),
    (TaskStatus.RETURNED, TaskStatus.DELIVERED): N_("Hand it over anew"),
}
"""What the button of each step of a partner says."""


@dataclass(frozen=True)
class Choice:
    """One step the partner may make now."""

    to: str
    label: str
    needs_reason: bool


@dataclass(frozen=True)
class Mark:
    """One milestone, in the order of config/functions.toml."""

    code: str
    label: str
    due_at: datetime | None
    reached_at: datetime | None


def whole(vendor: Vendor, one: Own, *, now: datetime) -> dict[str, Any]:
    """Everything the template needs; of a task that was only offered the brief alone."""
    quoted = bool(own.quoted([one.task.id], vendor.id))
    shown = {
        "vendor": vendor,
        "one": one,
        "task": one.task,
        "ticket": one.ticket,
        "brief": briefs.of(one.task, one.ticket, one.offer),
        "turn": turn(one, quoted=quoted, now=now),
        "reasons": briefs.reasons(),
        "line": policy.get(LinesPolicy).line(one.ticket.line),
        "now": now,
    }
    if one.standing is not Standing.OFFERED:
        shown |= _agreed(vendor, one, now=now)
    if one.standing is Standing.ENGAGED:
        shown |= _engaged(vendor, one)
    return shown


def _agreed(vendor: Vendor, one: Own, *, now: datetime) -> dict[str, Any]:
    """What was released to the partner, its thread and its estimate."""
    task, viewer = one.task, person()
    released = queries.seen_by(viewer, task, now=now)
    return {
        "releases": released,
        "released": releases.shown(released),
        "held_back": queries.is_held_back(one.ticket, vendor, task.id),
        "threads": threads.of_task(task, viewer, now=now),
        "quote": costs.quote_of(task.id, vendor.id),
        "change_to": lambda line: url_for("partner.change_line", task_id=task.id, line_id=line),
        "drop_to": lambda line: url_for("partner.drop_line", task_id=task.id, line_id=line),
        "may_quote": costs.may_quote(task, vendor.id) and task.status in OPEN_TO_PRICES,
    }


def _engaged(vendor: Vendor, one: Own) -> dict[str, Any]:
    """The steps, the milestones, the log, what was handed in, and the story of the task."""
    task = one.task
    brought = working.deliverables_of([task.id]).get(task.id, [])
    log = working.log_of(task.id)
    story = timeline.about(subject(task.id), Audience.VENDOR)
    by = {line.person_id for line, _ in story} | {entry.written_by_id for entry, _ in log}
    part = own.part_of(one, vendor.code, by | {given.handed_in_by_id for given, _ in brought})
    told = list(_told(story, part))
    return {
        "lacking": _lacking(task, told),
        "choices": _choices(task),
        "marks": _marks(task),
        "log": [each for each in log if part.holds(each[0].written_at, each[0].written_by_id)],
        "brought": [
            each for each in brought if part.holds(each[0].handed_in_at, each[0].handed_in_by_id)
        ],
        "outputs": labels(task, "outputs"),
        "story": by_day(told),
    }


def _lacking(task: Task, told: Iterable[tuple[Line, str | None]]) -> str:
    """What the desk wrote when it sent the work back; "" while nothing is to be done again."""
    if task.status != TaskStatus.RETURNED:
        return ""
    moved = (line for line, _ in told if line.facts.get("task_status") == TaskStatus.RETURNED)
    last = max(moved, key=lambda line: (line.at, line.id), default=None)
    return str(last.facts.get("reason", "")) if last else ""


def _told(story: list[tuple[Line, str | None]], part: Part) -> Iterator[tuple[Line, str | None]]:
    """The lines that the partner may read; of another one's people not even the names."""
    for line, name in story:
        if line.at >= part.since or line.person_id in part.colleagues:
            yield line, None if line.person_id in part.strangers else name


def _choices(task: Task) -> list[Choice]:
    steps = steps_by_hand(task.status, Actor.VENDOR)
    return [Choice(step.to, _label(task, step), step.needs_reason) for step in steps]


def _label(task: Task, step: TaskStep) -> str:
    return BUTTONS[TaskStatus(task.status), step.to]


def _marks(task: Task) -> list[Mark]:
    on_record = {one.code: one for one in working.milestones_of([task.id]).get(task.id, [])}
    return [
        Mark(code, label, on_record[code].due_at, on_record[code].reached_at)
        for code, label in labels(task, "milestones").items()
        if code in on_record
    ]


def labels(task: Task, what: str) -> Mapping[str, str]:
    """Code to label of one list of the function, in the reader's language and in order."""
    rule = policy.get(FunctionsPolicy).by_code.get(task.function)
    listed = getattr(rule, what) if rule else ()
    return {one.code: str(getattr(one, language.current())) for one in listed}
