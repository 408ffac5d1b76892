"""Ask what a page needs in few statements: what several questions want to know is asked at once.

A question is a function that reads and changes nothing. All are begun; each is broken off where
it first wants something of the database, what they all want is asked in one statement, and they
are begun anew with the answers, until each has come to its end. So a page of thirty questions
costs as many statements as the longest of them has steps, and they need to know nothing of it.

Begun anew, a question must want the same in the same order: it asks by statements, and neither
by ``session.get`` nor by a relationship, which ask only while the session does not know.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    Float,
    Interval,
    LargeBinary,
    Numeric,
    Select,
    String,
    TextClause,
    Time,
    bindparam,
    cast,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.orm import Mapper, ORMExecuteState, make_transient_to_detached
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

from hotline.db import UtcDateTime, db

Question = Callable[[], Any]
Rows = list[tuple[Any, ...]]
Decode = Callable[[Any], Any]


AT_WORK = "hotline.together"


@dataclass(frozen=True)
class _Asked:
    """One statement with its values."""

    statement: Select[Any]
    parameters: dict[str, Any]


Answer = tuple[list[str], Rows]


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

    def answer(self, asked: _Asked) -> Answer:
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
    asked: _Asked


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
        answers = _asked([wish.asked for wish in wishes])
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
    names, rows = run.answer(_Asked(state.statement, dict(given)))
    return IteratorResult(SimpleResultMetaData(names), iter(rows))


def _asked(wanted: Sequence[_Asked]) -> Sequence[Answer]:
    """The answers to all of it, asked in one statement."""
    keys = [_key(one.statement) for one in wanted]
    shape = _shape(tuple(map(_Known, keys, (one.statement for one in wanted))))
    values: dict[str, Any] = {}
    for key, one, names in zip(keys, wanted, shape.names, strict=True):
        given = (one.parameters.get(each.key, each.effective_value) for each in key.bindparams)
        if not _agree(values, zip(names, given, strict=True)):
            # As those did for which the text was made, two share a name, but not its value.
            return [answer for one in wanted for answer in _asked([one])]
    row = db.session.execute(shape.statement, values).one()
    return list(shape.rows_of(row))


def _agree(values: dict[str, Any], given: Iterable[tuple[str, Any]]) -> bool:
    """Whether what is ``given``, which is added to ``values``, has no other value there."""
    used = ((name, value) for name, value in given if name != UNUSED)
    return all(values.setdefault(name, value) == value for name, value in used)


def _key(statement: Select[Any]) -> CacheKey:
    found = statement._generate_cache_key()
    assert found is not None  # noqa: S101 - only parts of our own making have none
    return found


class _Known:
    """A statement as a key: those are the same that differ in their values alone."""

    def __init__(self, key: CacheKey, statement: Select[Any]) -> None:
        self.key = (db.engine.dialect.name, key.key)
        self.statement = statement

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.key == other.key


UNUSED = ""


@dataclass(frozen=True)
class _Shape:
    """Several statements made into one; for each the names of its values in the order they come."""

    parts: Sequence["_Part"]
    statement: TextClause
    names: Sequence[Sequence[str]]

    def rows_of(self, row: Sequence[Any]) -> Iterator[Answer]:
        """What came, as each of the statements alone would give it."""
        for part, found in zip(self.parts, row, strict=True):
            rows = json.loads(found) if isinstance(found, str) else found or []
            yield part.names, [part.row(values) for values in rows]


@lru_cache(maxsize=1000)
def _shape(wanted: tuple[_Known, ...]) -> _Shape:
    """Built once for each set of statements: as text, which costs nothing to ask again."""
    parts = [_Part(one.statement) for one in wanted]
    named: Callable[..., Dialect] = type(db.engine.dialect)
    whole = select(*(part.as_json() for part in parts))
    compiled = whole.compile(dialect=named(paramstyle="named"))
    names = {each.key: name for each, name in compiled.bind_names.items()}
    given = {each.key for part in parts for each in part.bindparams}
    kinds = [_kind(name, each, given) for each, name in compiled.bind_names.items()]
    plain = POSTPONED.sub(r":\1", str(compiled).replace("%%", "%").replace("::", r"\:\:"))
    known = [[names.get(each.key, UNUSED) for each in part.bindparams] for part in parts]
    return _Shape(parts, text(plain).bindparams(*kinds), known)


def _kind(name: str, of: BindParameter[Any], given: Collection[str]) -> BindParameter[Any]:
    """The same value in the text; what the compiler itself added stands for ever."""
    if of.key in given:
        return bindparam(name, type_=of.type, expanding=of.expanding)
    return bindparam(name, of.effective_value, type_=of.type)


POSTPONED = re.compile(r"\(__\[POSTCOMPILE_(\w+)\]\)")
"""Where the compiler leaves room for the codes of an IN."""


class _Part:
    """One statement among others: its columns, and how its rows are made of what came."""

    def __init__(self, statement: Select[Any]) -> None:
        self.names: list[str] = []
        self.made: list[tuple[int, Decode]] = []
        self.bindparams = _key(statement).bindparams
        columns: list[Any] = []
        for told in statement.column_descriptions:
            known = inspect(told["expr"], raiseerr=False)
            mapper = getattr(known, "mapper", None) if told["expr"] is told.get("entity") else None
            own = _columns_of(told.get("entity"), mapper) if mapper is not None else [told["expr"]]
            decoders = [_decoder(one.type) for one in own]
            self.names.append(told["name"])
            self.made.append((len(own), _maker(mapper, own, decoders)))
            columns += own
        plain = statement.with_only_columns(*columns)
        plain._with_options = ()  # What would be loaded beside it is loaded when it is wanted.
        self.rows = plain.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).subquery()

    def as_json(self) -> ColumnElement[Any]:
        """All rows as one value: a list of lists."""
        values = [_as_json(column) for column in self.rows.c]
        if db.engine.dialect.name == "postgresql":
            rows = func.json_agg(func.json_build_array(*values))
        else:
            rows = func.json_group_array(func.json_array(*values))
        return select(rows).select_from(self.rows).scalar_subquery()

    def row(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """One row as the session would give it."""
        made, place = [], 0
        for width, make in self.made:
            made.append(make(values[place : place + width]))
            place += width
        return tuple(made)


def _columns_of(entity: Any, mapper: Mapper[Any]) -> list[Any]:
    return [getattr(entity, one.key) for one in mapper.column_attrs if not one.deferred]


def _maker(
    mapper: Mapper[Any] | None, columns: Sequence[Any], decoders: Sequence[Callable[[Any], Any]]
) -> Callable[[Sequence[Any]], Any]:
    if mapper is None:
        return lambda values: _decoded(decoders[0], values[0])
    keys = [one.key for one in columns]
    primary = [mapper.get_property_by_column(one).key for one in mapper.primary_key]
    return partial(_instance, mapper, keys, primary, decoders)


def _decoded(decode: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else decode(value)


def _instance(
    mapper: Mapper[Any],
    keys: Sequence[str],
    primary_keys: Sequence[str],
    decoders: Sequence[Callable[[Any], Any]],
    values: Sequence[Any],
) -> Any:
    """The object of this row: the one that the session has, or a new one; None for an outer join
    that found nothing."""
    known = dict(zip(keys, map(_decoded, decoders, values), strict=True))
    primary = tuple(known[key] for key in primary_keys)
    if None in primary:
        return None
    found = db.session.identity_map.get(mapper.identity_key_from_primary_key(primary))
    if found is None:
        found = mapper.class_manager.new_instance()
        found.__dict__.update(known)
        make_transient_to_detached(found)
        db.session.add(found)
    elif inspect(found).expired_attributes:  # A refused save was rolled back.
        db.session.refresh(found)
    return found


# What does not go through JSON as it is


def _as_json(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Decimals as text: a number of JSON has no exact places."""
    return cast(column, String) if isinstance(column.type, Numeric) else column


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _kept_json(value: Any) -> Any:
    return json.loads(value) if db.engine.dialect.name == "sqlite" else value


def _as_it_is(value: Any) -> Any:
    return value


DECODERS: tuple[tuple[type[Any], Decode], ...] = (
    (UtcDateTime, _moment),
    (Date, date.fromisoformat),
    (JSON, _kept_json),
    (Boolean, bool),
    (Numeric, Decimal),
)


NOT_IN_JSON = (LargeBinary, Float, Interval, Time)
"""They come back as something else, or with fewer places."""


def _decoder(of: Any) -> Decode:
    if isinstance(of, NOT_IN_JSON):
        raise TypeError(f"JSON holds no {of}: ask for it alone.")
    return next((decode for kind, decode in DECODERS if isinstance(of, kind)), _as_it_is)
