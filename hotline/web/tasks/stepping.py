"""The steps of a task as buttons: what each is called where it begins and ends."""

from collections.abc import Collection
from dataclasses import dataclass

from hotline.coordination.models import Task
from hotline.coordination.rules import TaskStatus, steps_open_to
from hotline.edge.language import gettext
from hotline.errors import N_

RELEASE = TaskStatus.DRAFTED
"""Back to the beginning: the partner is let go, and another one may be asked."""


@dataclass(frozen=True)
class Way:
    """One step that can be made now: where to, what its button says, and what it brings about."""

    to: str
    words: str
    icon: str
    hint: str
    needs_reason: bool


@dataclass(frozen=True)
class _Called:
    words: str
    icon: str
    hint: str = ""


_ESTIMATE = N_("Have it estimated")
_CALLED: dict[tuple[str, str], _Called] = {
    ("accepted", "estimating"): _Called(
        _ESTIMATE, "pencil", N_("The partner writes its estimate; the member approves the price.")
    ),
    ("accepted", "in_progress"): _Called(
        N_("Begin without a charge"),
        "play-circle",
        N_("Nothing of it costs anything, so that nobody has to approve a price."),
    ),
    ("approved", "in_progress"): _Called(N_("The work begins"), "play-circle"),
    ("in_progress", "estimating"): _Called(
        N_("More is needed: estimate anew"),
        "pencil",
        N_("What is added must be approved before it is done."),
    ),
    ("in_progress", "delivered"): _Called(N_("Everything was handed in"), "file-earmark-check"),
    ("returned", "delivered"): _Called(N_("It was handed in again"), "file-earmark-check"),
    ("delivered", "checked"): _Called(
        N_("Check it off"), "clipboard-check", N_("It is what was asked for; the partner is told.")
    ),
    ("checked", "closed"): _Called(N_("Finish the task"), "check2-all"),
}
_ANYWHERE: dict[str, _Called] = {
    "returned": _Called(
        N_("Send it back"),
        "arrow-counterclockwise",
        N_("The partner reads the reason: say what is to be changed."),
    ),
    "withdrawn": _Called(
        N_("Withdraw the task"), "x-lg", N_("Whoever was asked is told that it is not needed.")
    ),
    "cancelled": _Called(
        N_("Stop the task"), "x-lg", N_("The partner sees it no more. The member reads the reason.")
    ),
}
_PART = {
    "offered": _Called(
        N_("Ask nobody for now"),
        "arrow-counterclockwise",
        N_("Every request that is open is taken back."),
    ),
}
_LET_GO = _Called(
    N_("Let the partner go"),
    "arrow-counterclockwise",
    N_("It sees nothing of this from then on, and another one can be asked."),
)


TURNS = {
    "accepted": N_("The partner is to write its estimate"),
    "estimating": N_("The partner is to write its estimate"),
    "waiting_approval": N_("The member is to approve the price"),
    "in_progress": N_("The partner is at work"),
    "returned": N_("The partner is to hand it in again"),
}
"""Whose turn it is where the desk waits for somebody else."""


def ways(task: Task, roles: Collection[str]) -> list[Way]:
    """The steps that somebody of the desk may make from where it stands, the usual one first."""
    return [
        _way(task.status, step.to, needs_reason=step.needs_reason)
        for step in steps_open_to(task.status, roles)
    ]


def _way(status: str, to: TaskStatus, *, needs_reason: bool) -> Way:
    called = _called(status, to)
    hint = gettext(called.hint) if called.hint else ""
    return Way(str(to), gettext(called.words), called.icon, hint, needs_reason)


def _called(status: str, to: TaskStatus) -> _Called:
    if to is RELEASE:
        return _PART.get(status, _LET_GO)
    return _CALLED.get((status, str(to))) or _ANYWHERE[str(to)]
