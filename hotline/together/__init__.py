"""Ask what a page needs in few statements: what several questions want to know is asked at once.

A question is a function that reads and changes nothing. All are begun; each is broken off where
it first wants something of the database, what they all want is asked in one statement, and they
are begun anew with the answers, until each has come to its end. So a page of thirty questions
costs as many statements as the longest of them has steps, and they need to know nothing of it.

Begun anew, a question must want the same in the same order: it asks by statements, and neither
by ``session.get`` nor by a relationship, which ask only while the session does not know.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, event
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState

from hotline.db import db
from hotline.together.statement import Answer, Asked, answers_to

Question = Callable[[], Any]


AT_WORK = "hotline.together"


class _Run:
    """One question, and step by step what it was told so far or the questions it asks itself."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.steps: list[Answer | list[_Run]] = []
        self.place = 0
        self.wanted: Sequence[_Wish] = ()
        self.begun = False
        self.result: Any = None

    def go(self) -> None:
        """To the end, or to what was not asked yet."""
        self.begun, self.place, self.wanted = True, 0, ()
        around = db.session.info.get(AT_WORK)
        db.session.info[AT_WORK] = self
        try:
            self.result = self.question()
        except _Wanted as wanted:
            self.wanted = wanted.wishes
        finally:
            db.session.info[AT_WORK] = around

    @property
    def has_ended(self) -> bool:
        """Whether its result is there."""
        return self.begun and not self.wanted

    def answer(self, asked: Asked) -> Answer:
        """What this statement found. Raises _Wanted where that is not there yet."""
        if self.place == len(self.steps):
            raise _Wanted([_Wish(self, asked)])
        found = self._step()
        assert isinstance(found, tuple)  # noqa: S101 - begun anew, it wants the same
        return found

    def parts(self, questions: Sequence[Question]) -> "list[_Run]":
        """The questions it asks itself: begun anew, it meets those again that have ended."""
        if self.place == len(self.steps):
            self.steps.append([_Run(question) for question in questions])
        known = self._step()
        assert isinstance(known, list)  # noqa: S101 - begun anew, it wants the same
        for run, question in zip(known, questions, strict=True):
            run.question = question
        return known

    def _step(self) -> "Answer | list[_Run]":
        self.place += 1
        return self.steps[self.place - 1]


@dataclass(frozen=True)
class _Wish:
    """Which question wants to know what."""

    run: _Run
    asked: Asked


class _Wanted(BaseException):
    """Breaks a question off; no ``except Exception`` inside it stops that."""

    def __init__(self, wishes: Sequence[_Wish]) -> None:
        self.wishes = wishes


def ask(*questions: Question) -> list[Any]:
    """What each question answers, in their order; a question may ask several itself."""
    around: _Run | None = db.session.info.get(AT_WORK)
    runs = around.parts(questions) if around is not None else [_Run(one) for one in questions]
    while wishes := _go_on(runs):
        if around is not None:
            raise _Wanted(wishes)
        answers = answers_to([wish.asked for wish in wishes])
        for wish, answer in zip(wishes, answers, strict=True):
            wish.run.steps.append(answer)
    return [run.result for run in runs]


def _go_on(runs: Sequence[_Run]) -> Sequence[_Wish]:
    """Let each go on that has not ended; what they want to know."""
    for run in runs:
        if not run.has_ended:
            run.go()
    return [wish for run in runs for wish in run.wanted]


def named(**questions: Question) -> dict[str, Any]:
    """What each question answers, under its name."""
    return dict(zip(questions, ask(*questions.values()), strict=True))


@event.listens_for(db.session, "do_orm_execute")
def _intercept(state: ORMExecuteState) -> Result[Any] | None:
    run: _Run | None = state.session.info.get(AT_WORK)
    if run is None or not isinstance(state.statement, Select):
        return None
    if state.is_relationship_load or state.is_column_load:
        return None
    given = state.parameters if isinstance(state.parameters, dict) else {}
    names, rows = run.answer(Asked(state.statement, dict(given)))
    return IteratorResult(SimpleResultMetaData(names), iter(rows))
