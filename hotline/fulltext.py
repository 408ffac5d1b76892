"""Find rows by any part of their text, through an index on both databases.

Japanese has no spaces between words, so a text is indexed by its pairs of letters: the column
``search_text`` holds them as ``searchkeys.grams`` writes them, PostgreSQL keeps a GIN index over
it and SQLite an FTS5 table beside it (``<table>_search``, kept in step by triggers). A phrase of
neighbouring pairs is found exactly where the text holds its letters in a row.
"""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
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
    """Whether the indexed column holds, of each group in ``wanted``, at least one phrase.

    Nothing wanted is nothing found.
    """
    if not wanted:
        return false()
    hits = _hits(search_text, wanted)
    if db.engine.dialect.name == "postgresql":
        # The list of hits is made first: to serve an ORDER BY with a LIMIT the planner would
        # rather walk along the whole table.
        made = hits.cte("hits", nesting=True).prefix_with("MATERIALIZED", dialect="postgresql")
        hits = select(made.c.id)
    within: ColumnElement[bool] = search_text.class_.id.in_(hits)
    return within


def _hits(
    search_text: InstrumentedAttribute[str], wanted: Sequence[Sequence[Phrase]]
) -> Select[int]:
    """The ids of the rows that match, as the index of the database in use knows them."""
    is_postgresql = db.engine.dialect.name == "postgresql"
    return (_on_postgresql if is_postgresql else _on_sqlite)(search_text, wanted)


MOST_HITS = 1000
"""Words that stand in more rows than this are common: they are found soonest by walking along
the rows in the order of the list."""

ONE_TOO_MANY: ColumnElement[int] = literal_column(str(MOST_HITS + 1))
"""Written out: for an end it is not told a planner would read every text of a small table."""


def found(
    search_text: InstrumentedAttribute[str], wanted: Sequence[Sequence[Phrase]]
) -> tuple[ColumnElement[bool], bool]:
    """``matches``, for lists of which only the first rows are wanted; and whether it is common.

    Looks first how many rows there are: few are named by their ids, of common words each row is
    read as it comes. One more statement, and neither sorts a hundred thousand hits.
    """
    if not wanted:
        return false(), False
    table_ = search_text.class_
    ids = list(db.session.scalars(_hits(search_text, wanted).limit(ONE_TOO_MANY)))
    if len(ids) > MOST_HITS:
        return and_(*(_stands_in(search_text, group) for group in wanted)), True
    return table_.id.in_(ids), False


def _stands_in(
    search_text: InstrumentedAttribute[str], group: Sequence[Phrase]
) -> ColumnElement[bool]:
    """Whether the text of a row holds one of these phrases; every token is equally long."""
    place = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    text = literal(" ").concat(search_text)
    return or_(*(place(text, _in_a_row(phrase)) > 0 for phrase in group))


def _on_postgresql(
    search_text: InstrumentedAttribute[str], wanted: Sequence[Sequence[Phrase]]
) -> Select[int]:
    """The index knows which tokens a text holds, and the text itself how they follow each other.

    PostgreSQL would look at positions too, but it keeps 256 of each word and none behind the
    16,383rd, and it would parse every text again.
    """
    table_ = search_text.class_
    query = " & ".join(f"({' | '.join(map(_all_tokens, group))})" for group in wanted)
    indexed = func.to_tsvector(SIMPLE, search_text)
    # As a question of its own: a planner that sees how common a word is would read every text
    # again, because it thinks that reading is cheap.
    asked = select(func.to_tsquery(SIMPLE, query)).scalar_subquery()
    hits = select(table_.id).where(indexed.bool_op("@@")(asked))
    for group in wanted:
        if max(map(len, group)) > 1:
            hits = hits.where(_stands_in(search_text, group))
    return hits


def _all_tokens(phrase: Phrase) -> str:
    tokens = (f"{one.removesuffix(PREFIX)}:*" if one.endswith(PREFIX) else one for one in phrase)
    return f"({' & '.join(tokens)})"


def _in_a_row(phrase: Phrase) -> str:
    return f" {' '.join(phrase).removesuffix(PREFIX)}"


def _on_sqlite(
    search_text: InstrumentedAttribute[str], wanted: Sequence[Sequence[Phrase]]
) -> Select[int]:
    name = f"{search_text.class_.__table__.name}_search"
    index = table(name, column("rowid"), column(name))
    query = " AND ".join(f"({' OR '.join(map(_sqlite_phrase, group))})" for group in wanted)
    return select(index.c.rowid).where(index.c[name].op("MATCH")(query))


def _sqlite_phrase(phrase: Phrase) -> str:
    joined = " ".join(phrase).removesuffix(PREFIX)
    return f'"{joined}"{" *" if phrase[-1].endswith(PREFIX) else ""}'


def keep_in_step(connection: Connection) -> None:
    """Lay the triggers of SQLite's indexes again where a rebuilt table has lost them."""
    if connection.dialect.name != "sqlite":
        return
    known = connection.exec_driver_sql("SELECT name, type, sql FROM sqlite_master").all()
    laid = {row.name for row in known if row.type == "trigger"}
    for row in known:
        wanted = _triggers(row.name) if "USING fts5" in (row.sql or "") else {}
        missing = [statement for name, statement in wanted.items() if name not in laid]
        for statement in [*missing, REBUILD.replace("INDEX", row.name)] if missing else []:
            connection.exec_driver_sql(statement)


FORGET = "INSERT INTO INDEX (INDEX, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
LEARN = "INSERT INTO INDEX (rowid, search_text) VALUES (new.id, new.search_text);"
REBUILD = "INSERT INTO INDEX (INDEX) VALUES ('rebuild')"
TRIGGERS = {
    "INDEX_insert": f"CREATE TRIGGER INDEX_insert AFTER INSERT ON ROWS BEGIN {LEARN} END",
    "INDEX_delete": f"CREATE TRIGGER INDEX_delete AFTER DELETE ON ROWS BEGIN {FORGET} END",
    "INDEX_update": (
        "CREATE TRIGGER INDEX_update AFTER UPDATE OF search_text ON ROWS"
        f" BEGIN {FORGET} {LEARN} END"
    ),
}
"""What keeps an FTS5 table INDEX in step with the table ROWS, as the migration laid it first."""


def _triggers(index: str) -> dict[str, str]:
    rows = index.removesuffix("_search")
    return {
        name.replace("INDEX", index): statement.replace("INDEX", index).replace("ROWS", rows)
        for name, statement in TRIGGERS.items()
    }


def is_declared(name: str | None, kind: str, _parents: object = None) -> bool:
    """Whether the models declare this table or index; the search indexes only migrations know."""
    indexes = (kind == "table" and "_search" in (name or "")) or (
        kind == "index" and (name or "").endswith("_search_text")
    )
    return not indexes
