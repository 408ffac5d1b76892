"""How the rows of one statement go through JSON, and are made of it again."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    Float,
    Interval,
    LargeBinary,
    Numeric,
    Select,
    String,
    Time,
    cast,
    func,
    inspect,
    select,
)
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

from hotline.db import Base, UtcDateTime, db, hold

Rows = list[tuple[Any, ...]]
Decode = Callable[[Any], Any]


def key_of(statement: Select[Any]) -> CacheKey:
    found = statement._generate_cache_key()
    assert found is not None  # noqa: S101 - only parts of our own making have none
    return found


class Part:
    """One statement among others: its columns, and how its rows are made of what came."""

    def __init__(self, statement: Select[Any]) -> None:
        self.names: list[str] = []
        self.made: list[tuple[int, Decode]] = []
        self.bindparams = key_of(statement).bindparams
        columns: list[Any] = []
        for told in statement.column_descriptions:
            known = inspect(told["expr"], raiseerr=False)
            mapper = getattr(known, "mapper", None) if told["expr"] is told.get("entity") else None
            own = _columns_of(told.get("entity"), mapper) if mapper is not None else [told["expr"]]
            decoders = [_decoder(one.type) for one in own]
            self.names.append(told["name"])
            self.made.append((len(own), _maker(mapper, own, decoders)))
            columns += own
        self.described = SimpleResultMetaData(self.names)
        plain = statement.with_only_columns(*columns)
        plain._with_options = ()  # What would be loaded beside it is loaded when it is wanted.
        self.rows = plain.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).subquery()

    def as_json(self) -> Select[Any]:
        """All rows as one value: a list of lists."""
        values = [_as_json(column) for column in self.rows.c]
        if db.engine.dialect.name == "postgresql":
            rows = func.json_agg(func.json_build_array(*values))
        else:
            rows = func.json_group_array(func.json_array(*values))
        return select(rows).select_from(self.rows)

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
    return partial(_instance, mapper.class_, keys, primary, decoders)


def _decoded(decode: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else decode(value)


def _instance(
    model: type[Base],
    keys: Sequence[str],
    primary_keys: Sequence[str],
    decoders: Sequence[Callable[[Any], Any]],
    values: Sequence[Any],
) -> Any:
    """The object of this row: the one that the session has, or a new one; None for an outer join
    that found nothing."""
    known = {
        key: None if value is None else decode(value)
        for key, decode, value in zip(keys, decoders, values, strict=True)
    }
    if any(known[key] is None for key in primary_keys):
        return None
    return hold(model, known)


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
