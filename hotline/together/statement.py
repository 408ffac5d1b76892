"""What several questions want to know, as one statement, and its row taken apart again."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Dialect, Select, TextClause, bindparam, text
from sqlalchemy.engine.result import IteratorResult, Result
from sqlalchemy.sql.cache_key import CacheKey

from hotline.db import db
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
    row = db.session.connection().execute(whole.statement, values).one()
    return list(whole.answers(row))


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
class _Asked:
    """How one kind of statement is asked beside others.

    The ``template`` has ``%(name)s`` for each of ``places``; ``names`` are those of its values.
    """

    part: Part
    template: str
    names: Sequence[str]
    places: Mapping[str, BindParameter[Any]]


def _as_asked(statement: Select[Any]) -> _Asked:
    part = Part(statement)
    named: Callable[..., Dialect] = type(db.engine.dialect)
    compiled = part.as_json().compile(dialect=named(paramstyle="pyformat"))
    names = {each.key: name for each, name in compiled.bind_names.items()}
    given = {each.key for each in part.bindparams}
    return _Asked(
        part,
        # Whatever colon there is now belongs to the statement: it names no place.
        POSTPONED.sub(r"%(\1)s", str(compiled)).replace(":", r"\:"),
        [names.get(each.key, UNUSED) for each in part.bindparams],
        {name: _place(each, given) for each, name in compiled.bind_names.items()},
    )


UNUSED = ""

POSTPONED = re.compile(r"\(__\[POSTCOMPILE_(\w+)\]\)")
"""Where the compiler leaves room for the codes of an IN."""


def _place(of: BindParameter[Any], given: Collection[str]) -> BindParameter[Any]:
    """The same place; what the compiler itself added stands there for ever."""
    if of.key in given:
        return bindparam(of.key, type_=of.type, expanding=of.expanding)
    return bindparam(of.key, of.effective_value, type_=of.type)


@dataclass(frozen=True)
class _Whole:
    """Several statements made into one; for each the names of its values in the order they come."""

    parts: Sequence[Part]
    statement: TextClause
    names: Sequence[Sequence[str]]

    def answers(self, row: Sequence[Any]) -> Iterator[Answer]:
        """What came, as each of the statements alone would give it."""
        for part, found in zip(self.parts, row, strict=True):
            rows = json.loads(found) if isinstance(found, str) else found or []
            yield Answer(part, [part.row(values) for values in rows])


@lru_cache(maxsize=1000)
def _whole(kinds: tuple[_Kind, ...]) -> _Whole:
    """Made once for each set of kinds: as text, which costs little to ask again.

    Each has places of its own, numbered: nobody is answered with the value of another.
    """
    asked = [one.asked for one in kinds]
    texts, names, places = [], [], []
    for number, one in enumerate(asked):
        own = {name: f"w{number}_{name}" for name in one.places}
        texts.append("(" + one.template % {name: f":{new}" for name, new in own.items()} + ")")
        names.append([own.get(name, UNUSED) for name in one.names])
        places += [_renamed(one.places[name], new) for name, new in own.items()]
    statement = text(f"SELECT {', '.join(texts)}").bindparams(*places)
    return _Whole([one.part for one in asked], statement, names)


def _renamed(place: BindParameter[Any], name: str) -> BindParameter[Any]:
    if place.required:
        return bindparam(name, type_=place.type, expanding=place.expanding)
    return bindparam(name, place.value, type_=place.type)
