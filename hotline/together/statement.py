"""What several questions want to know, as one statement, and its row taken apart again."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Dialect, Select
from sqlalchemy.engine.result import IteratorResult, Result
from sqlalchemy.sql.cache_key import CacheKey

from hotline.db import db, run
from hotline.together.rows import Part, Rows, key_of


@dataclass(frozen=True)
class Asked:
    """One statement with the values of its named places."""

    statement: Select[Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What one statement found."""

    part: Part
    rows: Rows

    def as_result(self) -> Result[Any]:
        """As the session would give it."""
        return IteratorResult(self.part.described, iter(self.rows))


def answers_to(wanted: Sequence[Asked]) -> Sequence[Answer]:
    """The answers to all of it, asked in one statement."""
    met = [_meet(one.statement) for one in wanted]
    whole = _whole(tuple(one.kind for one in met))
    values = {
        name: value
        for names, known, one in zip(whole.names, met, wanted, strict=True)
        for name, value in zip(names, known.values(one.values), strict=True)
        if name != UNUSED
    }
    cursor = run(db.session.connection(), whole.text, whole.sent(values))
    return list(whole.answers(cursor.fetchone()))


# What differs in its values alone


class _Kind:
    """All statements that differ in their values alone, on one kind of database."""

    def __init__(self, dialect: str, key: CacheKey, statement: Select[Any]) -> None:
        self.key = (dialect, key.key)
        self.hashed = hash(self.key)
        self.statement = statement

    def __hash__(self) -> int:
        return self.hashed

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, _Kind) and self.key == other.key)

    @cached_property
    def asked(self) -> "_Asked":
        """How it is asked; made once."""
        return _as_asked(self.statement)


@dataclass(frozen=True)
class _Met:
    """A statement that was met: its kind, and its own values."""

    kind: _Kind
    own: Sequence[BindParameter[Any]]

    def values(self, given: Mapping[str, Any]) -> Iterator[Any]:
        """Its values in their order; what is ``given`` by name stands in place of its own.

        Raises KeyError where one must be given and is not.
        """
        for one in self.own:
            if one.required or one.key in given:
                yield given[one.key]
            else:
                yield one.effective_value


_known: WeakKeyDictionary[Select[Any], dict[str, _Met]] = WeakKeyDictionary()
"""Statements that stand in a module are met again and again; all others are forgotten at once."""


def _meet(statement: Select[Any]) -> _Met:
    dialect = db.engine.dialect.name
    by_dialect = _known.setdefault(statement, {})
    if dialect not in by_dialect:
        key = key_of(statement)
        by_dialect[dialect] = _Met(_the_same(_Kind(dialect, key, statement)), key.bindparams)
    return by_dialect[dialect]


@lru_cache(maxsize=1000)
def _the_same(kind: _Kind) -> _Kind:
    """The first one that was equal."""
    return kind


# One of them, and several made into one


@dataclass(frozen=True)
class _Place:
    """How a value is sent to the database, and what is sent where nobody gives one."""

    send: Callable[[Any], Any]
    fixed: Any


@dataclass(frozen=True)
class _Asked:
    """How one kind of statement is asked beside others.

    The ``template`` has ``%(name)s`` for each of ``places``; ``names`` are those of its values.
    """

    part: Part
    template: str
    names: Sequence[str]
    places: Mapping[str, _Place]


def _as_asked(statement: Select[Any]) -> _Asked:
    part = Part(statement)
    dialect: Dialect = _named_places(db.engine.dialect)
    compiled = part.as_json().compile(dialect=dialect)
    names = {each.key: name for each, name in compiled.bind_names.items()}
    given = {each.key for each in part.bindparams}
    types = {
        name: dialect.type_compiler_instance.process(each.type)
        for each, name in compiled.bind_names.items()
        if each.expanding
    }
    return _Asked(
        part,
        MANY.sub(partial(_among, dialect.name, types), str(compiled)),
        [names.get(each.key, UNUSED) for each in part.bindparams],
        {name: _place(each, given, dialect) for each, name in compiled.bind_names.items()},
    )


def _named_places(of: Dialect) -> Dialect:
    make: Callable[..., Dialect] = type(of)
    return make(paramstyle="pyformat")


UNUSED = ""

MANY = re.compile(r"(NOT )?IN \(__\[POSTCOMPILE_(\w+)\]\)")
"""Where the compiler leaves room for the codes of an IN."""

AMONG = {
    "postgresql": ("= ANY (%({name})s::{type}[])", "<> ALL (%({name})s::{type}[])"),
    "sqlite": (
        "IN (SELECT value FROM json_each(%({name})s))",
        "NOT IN (SELECT value FROM json_each(%({name})s))",
    ),
}
"""An IN whose codes are one value, so that its words are the same for however many."""


def _among(dialect: str, types: Mapping[str, str], found: re.Match[str]) -> str:
    negated, name = found.groups()
    return AMONG[dialect][bool(negated)].format(name=name, type=types[name])


def _place(of: BindParameter[Any], given: Collection[str], dialect: Dialect) -> _Place:
    """What the compiler itself added stands there for ever."""
    make = of.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
    send: Callable[[Any], Any] = partial(_all, dialect.name, make) if of.expanding else make
    return _Place(send, None if of.key in given else of.effective_value)


def _as_it_is(value: Any) -> Any:
    return value


def _all(dialect: str, make: Callable[[Any], Any], values: Collection[Any]) -> Any:
    """Several values as one. A code is sent as its text: in a list the driver looks at types."""
    made = [str(one) if isinstance(one, str) else one for one in map(make, values)]
    return made if dialect == "postgresql" else json.dumps(made)


@dataclass(frozen=True)
class _Whole:
    """Several statements made into one, in the words of the driver.

    ``names``: for each statement those of its values, in the order in which they come; ``places``:
    all of them, in the order of their numbers in the text.
    """

    parts: Sequence[Part]
    text: str
    names: Sequence[Sequence[str]]
    places: Mapping[str, _Place]

    def sent(self, values: Mapping[str, Any]) -> list[Any]:
        """The values as the driver takes them."""
        return [place.send(values.get(name, place.fixed)) for name, place in self.places.items()]

    def answers(self, row: Sequence[Any]) -> Iterator[Answer]:
        """What came, as each of the statements alone would give it."""
        for part, found in zip(self.parts, row, strict=True):
            rows = json.loads(found) if isinstance(found, str) else found or []
            yield Answer(part, [part.row(values) for values in rows])


NUMBER = {"postgresql": "$", "sqlite": "?"}
"""What stands before the number of a place."""


@lru_cache(maxsize=1000)
def _whole(kinds: tuple[_Kind, ...]) -> _Whole:
    """Made once for each set of kinds: as text, which costs little to ask again.

    Each has places of its own, numbered: nobody is answered with the value of another.
    """
    mark = NUMBER[db.engine.dialect.name]
    texts, names, places = [], [], dict[str, _Place]()
    for number, asked in enumerate(one.asked for one in kinds):
        own = {name: f"w{number}_{name}" for name in asked.places}
        numbered = {name: f"{mark}{len(places) + at}" for at, name in enumerate(own, 1)}
        texts.append("(" + asked.template % numbered + ")")
        names.append([own.get(name, UNUSED) for name in asked.names])
        places |= {own[name]: place for name, place in asked.places.items()}
    return _Whole([one.asked.part for one in kinds], f"SELECT {', '.join(texts)}", names, places)
