"""Rows in the order of a table's columns, with the model's own defaults for what nobody names."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Table

from hotline.db import Base

EMPTY = {str: "", int: 0, bool: False, dict: {}, list: []}


class Shape:
    """One table: its columns in order, and what stands in each that is not given."""

    def __init__(self, model: type[Base]) -> None:
        table = model.__table__
        assert isinstance(table, Table)
        self.table = table
        self.columns = [column.name for column in table.columns]
        self.defaults = {column.name: _default(column) for column in table.columns}

    def row(self, values: dict[str, Any]) -> list[Any]:
        """``values`` as a row. Raises KeyError for a name that is no column."""
        merged = {**self.defaults, **values}
        if len(merged) != len(self.defaults):
            unknown = ", ".join(set(values) - set(self.defaults))
            raise KeyError(f"{self.table.name} has no column {unknown}")
        return list(merged.values())


def _default(column: Column[Any]) -> Any:
    """What the model says; where it says nothing, the emptiest value that the column allows."""
    default = column.default
    if default is not None and default.is_scalar:
        return getattr(default, "arg", None)
    if column.nullable or column.primary_key:
        return None
    return EMPTY.get(column.type.python_type)


@cache
def shape_of(model: type[Base]) -> Shape:
    """The shape of a model's table."""
    return Shape(model)


class Sheaf:
    """Rows by table, for writing many at once."""

    def __init__(self) -> None:
        self.rows: dict[type[Base], list[list[Any]]] = defaultdict(list)

    def add(self, model: type[Base], **values: Any) -> None:
        """One more row of this model; what is not named has the model's default."""
        self.rows[model].append(shape_of(model).row(values))

    def many(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Several rows of one model."""
        self.rows[model].extend(map(shape_of(model).row, rows))
