"""Ask what a page needs in few statements: what several questions want to know is asked at once.

A question is a function that reads and changes nothing. All are begun; each is broken off where
it first wants something of the database, what they all want is asked in one statement, and they
are begun anew with the answers, until each has come to its end. So a page of thirty questions
costs as many statements as the longest of them has steps, and they need to know nothing of it.

Begun anew, a question must want the same in the same order: it asks by statements, and neither
by ``session.get`` nor by a relationship, which ask only while the session does not know. It is
cheap to begin anew where its statements stand in their module, made once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, Select

from hotline.db import WaitingSession, db
from hotline.together.statement import Answer, Asked, answers_to

Question = Callable[[], Any]


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
        session = _session()
        around, session.asker = session.asker, self
        try:
            self.result = self.question()
        except _Wanted as wanted:
            self.wanted = wanted.wishes
        finally:
            session.asker = around

    @property
    def has_ended(self) -> bool:
        """Whether its result is there."""
        return self.begun and not self.wanted

    def answer(self, statement: Select[Any], values: Mapping[str, Any]) -> Result[Any]:
        """What this statement found. Raises _Wanted where that is not there yet."""
        if self.place == len(self.steps):
            raise _Wanted([_Wish(self, Asked(statement, values))])
        found = self._step()
        assert isinstance(found, Answer)  # noqa: S101 - begun anew, it wants the same
        return found.as_result()

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
    around = _session().asker
    assert around is None or isinstance(around, _Run)  # noqa: S101 - nobody else sets it
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


def _session() -> WaitingSession:
    session: WaitingSession = db.session()  # type: ignore[assignment]  # as hotline.db makes it
    return session
