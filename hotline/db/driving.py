"""Statements of the busiest paths, taken to the driver themselves.

SQLAlchemy keeps books around every statement: an execution context, a cache key, a result with its
metadata. For a statement whose words never change they cost more than its rows. Here it is put
into words once, and goes out with the values alone. Who listens to the statements of an
engine hears of it as ever: a transaction begins when it is needed, and the watch is kept.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from psycopg import RawCursor
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Maker = Callable[[Any], Any] | None

STYLES = {"postgresql": "numeric_dollar", "sqlite": "qmark"}
"""How the places of values are written: as the servers themselves read them."""

_NOTHING: Mapping[str, Any] = {}


class _Context(NamedTuple):
    """What the listeners of an engine ask of a statement's context."""

    execution_options: Mapping[str, Any]


def run(
    connection: Connection,
    statement: str,
    values: Sequence[Any],
    *,
    many: bool = False,
    options: Mapping[str, Any] = _NOTHING,
) -> Any:
    """Have the driver run ``statement``; the cursor, of which the rows can be fetched.

    ``values``: in the order of their places; with ``many`` those of one row after the other.
    Raises what SQLAlchemy raises.
    """
    cursor, context = _cursor(connection), _Context(options)
    for listen in connection.dispatch.before_cursor_execute:
        listen(connection, cursor, statement, values, context, many)
    try:
        (cursor.executemany if many else cursor.execute)(statement, values)
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, statement, error)
    connection.dispatch.after_cursor_execute(connection, cursor, statement, values, context, many)
    return cursor


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver.cursor()
    kept = connection.info
    if "cursor" not in kept:
        kept["cursor"] = RawCursor(driver)
    return kept["cursor"]


def _fail(connection: Connection, statement: str, error: Exception) -> NoReturn:
    """Say it as SQLAlchemy does, and give a connection up whose server is gone."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]  # as above
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        statement,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    ) from error


class _Worded:
    """A question in the words of one kind of database."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        style = type(dialect)(paramstyle=STYLES[dialect.name])  # type: ignore[call-arg]  # all take it
        compiled = statement.compile(dialect=style)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - a SELECT is put into words
        self.text = str(compiled)
        self.places = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        columns = list(statement.selected_columns)
        self.row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # known only now
        readers = [
            one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns
        ]
        self.readers = readers if any(readers) else []

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        return [make(given[name]) if make else given[name] for name, make in self.places]

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        if not self.readers:
            return [*map(self.row._make, found)]
        return [self.row._make(map(_read, self.readers, one)) for one in found]


def _read(reader: Maker, value: Any) -> Any:
    return reader(value) if reader else value


class Ready:
    """A question that is asked so often that it is kept in the words of the database.

    Its values have names (``bindparam``); what it finds are columns, and no objects. The
    execution options of the statement hold, such as ``EARLY``.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._options = statement.get_execution_options()
        self._worded: dict[str, _Worded] = {}

    def ask(self, connection: Connection, **values: Any) -> list[Any]:
        """All rows, whose columns go by their names."""
        dialect = connection.dialect
        worded = self._worded.get(dialect.name)
        if worded is None:
            worded = self._worded[dialect.name] = _Worded(self._statement, dialect)
        wanted = worded.values(values)
        return worded.rows(run(connection, worded.text, wanted, options=self._options).fetchall())
