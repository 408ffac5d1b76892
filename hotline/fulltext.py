"""Find rows by any part of their text, through an index on both databases.

Japanese has no spaces between words, so a text is indexed by its pairs of letters: the column
``search_text`` holds them as ``searchkeys.grams`` writes them, PostgreSQL keeps a GIN index over
it and SQLite an FTS5 table beside it (``<table>_search``, kept in step by triggers). A phrase of
neighbouring pairs is found exactly where the text holds its letters in a row.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, column, func, literal_column, select, table
from sqlalchemy.orm import InstrumentedAttribute

from hotline.db import db

Phrase = Sequence[str]
"""Tokens in a row, each of letters and digits only; the last may end with PREFIX."""

SIMPLE: ColumnElement[str] = literal_column("'simple'::regconfig")
PREFIX = "*"
"""A token that ends with this is the beginning of what is looked for."""


def matches(
    search_text: InstrumentedAttribute[str], wanted: Sequence[Sequence[Phrase]]
) -> ColumnElement[bool]:
    """Whether the indexed column holds, of each group in ``wanted``, at least one phrase."""
    if db.engine.dialect.name == "postgresql":
        groups = (" | ".join(map(_postgresql_phrase, group)) for group in wanted)
        query = " & ".join(f"({group})" for group in groups)
        indexed = func.to_tsvector(SIMPLE, search_text)
        found: ColumnElement[bool] = indexed.bool_op("@@")(func.to_tsquery(SIMPLE, query))
        return found
    groups = (" OR ".join(map(_sqlite_phrase, group)) for group in wanted)
    name = f"{search_text.class_.__table__.name}_search"
    index = table(name, column("rowid"), column(name))
    query = " AND ".join(f"({group})" for group in groups)
    rows = select(index.c.rowid).where(index.c[name].op("MATCH")(query))
    within: ColumnElement[bool] = search_text.class_.id.in_(rows)
    return within


def _postgresql_phrase(phrase: Phrase) -> str:
    tokens = (f"{one.removesuffix(PREFIX)}:*" if one.endswith(PREFIX) else one for one in phrase)
    return f"({' <-> '.join(tokens)})"


def _sqlite_phrase(phrase: Phrase) -> str:
    joined = " ".join(token.removesuffix(PREFIX) for token in phrase)
    return f'"{joined}"{" *" if phrase[-1].endswith(PREFIX) else ""}'


def is_declared(name: str | None, kind: str, _parents: object = None) -> bool:
    """Whether the models declare this table or index; the search indexes only migrations know."""
    indexes = (kind == "table" and "_search" in (name or "")) or (
        kind == "index" and (name or "").endswith("_search_text")
    )
    return not indexes
