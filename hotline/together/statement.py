"""What several questions want to know, as one statement, and its row taken apart again."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, Select, TextClause, bindparam, select, text
from sqlalchemy.sql.cache_key import CacheKey

from hotline.db import db
from hotline.together.rows import Part, Rows, key_of

Answer = tuple[list[str], Rows]


@dataclass(frozen=True)
class Asked:
    """One statement with its values."""

    statement: Select[Any]
    parameters: dict[str, Any]


def answers_to(wanted: Sequence[Asked]) -> Sequence[Answer]:
    """The answers to all of it, asked in one statement."""
    keys = [key_of(one.statement) for one in wanted]
    shape = _shape(tuple(map(_Known, keys, (one.statement for one in wanted))))
    values: dict[str, Any] = {}
    for key, one, names in zip(keys, wanted, shape.names, strict=True):
        given = (one.parameters.get(each.key, each.effective_value) for each in key.bindparams)
        if not _agree(values, zip(names, given, strict=True)):
            # As those did for which the text was made, two share a name, but not its value.
            return [answer for one in wanted for answer in answers_to([one])]
    row = db.session.execute(shape.statement, values).one()
    return list(shape.rows_of(row))


def _agree(values: dict[str, Any], given: Iterable[tuple[str, Any]]) -> bool:
    """Whether what is ``given``, which is added to ``values``, has no other value there."""
    used = ((name, value) for name, value in given if name != UNUSED)
    return all(values.setdefault(name, value) == value for name, value in used)


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

    parts: Sequence["Part"]
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
    parts = [Part(one.statement) for one in wanted]
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
