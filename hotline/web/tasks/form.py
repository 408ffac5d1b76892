"""The form of a task: what the desk says about it, as typed and as it is meant."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from hotline.clock import TOKYO
from hotline.coordination.models import Task
from hotline.coordination.rules import TaskGiven
from hotline.errors import N_, Invalid, Problem
from hotline.web import typed

Form = MultiDict[str, str]

TEXTS = ("scope", "scale", "region", "place", "language")
MOMENTS = ("starts_at", "first_result_by", "due_at")
"""Each is a day and a time in the form: ``due_at_day``, ``due_at_time``."""


def written(given: TaskGiven | Task) -> Form:
    """The form of a task that is on record, or of one that is proposed."""
    form: Form = MultiDict((name, getattr(given, name)) for name in TEXTS)
    form.setlist("works", list(given.works))
    for name in MOMENTS:
        if (at := getattr(given, name)) is not None:
            local = at.astimezone(TOKYO)
            form[f"{name}_day"] = f"{local:%Y/%m/%d}"
            form[f"{name}_time"] = f"{local.hour}:{local.minute:02}"
    waits = given.waits_for if isinstance(given, TaskGiven) else ()
    form.setlist("waits_for", [write_wait(*one) for one in waits])
    return form


def read(form: Form) -> TaskGiven:
    """What the form says. Raises Invalid, naming the fields."""
    problems: dict[str, Problem] = {}
    moments = {name: _moment(form, name, problems) for name in MOMENTS}
    waits = _waits(form.getlist("waits_for"), problems)
    if problems:
        raise Invalid(problems)
    facts: dict[str, Any] = {
        **{name: form.get(name, "").replace("\r\n", "\n") for name in TEXTS},
        **moments,
    }
    return TaskGiven(**facts, works=tuple(form.getlist("works")), waits_for=waits)


def write_wait(needs_id: int, output: str) -> str:
    """One thing to wait for, as a choice of the form carries it."""
    return f"{needs_id}:{output}"


def read_wait(text: str) -> tuple[int, str]:
    """The other task, and what it has to bring. Raises Problem for what is no choice of ours."""
    needs_id, colon, output = text.partition(":")
    task_id = typed.id_or_none(needs_id) if colon else None
    if task_id is None:
        raise Problem(N_("There is no such choice."))
    return task_id, output


def version(form: Form) -> int:
    """Which save the sender saw; 0, which is none, for what is no number."""
    return typed.id_or_none(form.get("version", "")) or 0


def moment(form: Form, name: str) -> datetime | None:
    """The typed moment of one pair of fields; None when both are empty. Raises Invalid."""
    problems: dict[str, Problem] = {}
    at = _moment(form, name, problems)
    if problems:
        raise Invalid(problems)
    return at


def _waits(texts: Iterable[str], problems: dict[str, Problem]) -> tuple[tuple[int, str], ...]:
    try:
        return tuple(read_wait(one) for one in texts if one)
    except Problem as problem:
        problems["waits_for"] = problem
        return ()


def _moment(form: Form, name: str, problems: dict[str, Problem]) -> datetime | None:
    day, at = form.get(f"{name}_day", "").strip(), form.get(f"{name}_time", "").strip()
    if not day and not at:
        return None
    try:
        on = typed.parse_day(day)
    except Problem as problem:
        problems[f"{name}_day"] = problem
        return None
    try:
        return datetime.combine(on, typed.parse_time(at), TOKYO).astimezone(UTC)
    except Problem as problem:
        problems[f"{name}_time"] = problem
        return None
