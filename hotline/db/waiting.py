"""Rows that wait: what is only added is written together, before anybody asks the database.

A row that waits is in the table as soon as the same session asks for anything, changes anything
else, or commits. So a verb that only adds rows costs one statement, however many it adds.
"""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar, cast

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, Result, Select, Table, event
from sqlalchemy.orm import DeclarativeBase, SessionTransaction
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from hotline.db.drawing import draw_id
from hotline.db.driving import run
from hotline.db.rows import Row, as_json, one_by_one, plan_of, together

ALONE = "alone"
"""The execution option of a statement that is a whole transaction by itself."""

One = TypeVar("One", bound=DeclarativeBase)


class Asker(Protocol):
    """Who knows what a statement finds, and asks it together with others: see hotline.together."""

    def answer(self, statement: Select[Any], values: Mapping[str, Any]) -> Result[Any]:
        """What the statement finds, with these values in its named places."""


class WaitingSession(FlaskSession):
    """A session whose new rows may wait; it writes them before it does anything else.

    While it has an ``asker``, this answers what is selected. What a relationship or ``get`` loads
    comes with options of its own, and from the database.
    """

    asker: Asker | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: dict[tuple[Table, bool], list[Row]] = {}
        self._put: list[object] = []
        self._engine: Engine | Connection | None = None

    def append(self, table: Table, values: Mapping[str, object]) -> None:
        """Have a row of ``table`` wait; what is not in ``values`` has the column's default."""
        row = plan_of(table).row(values)
        self._waiting.setdefault((table, "id" in row), []).append(row)

    def put(self, model: type[One], values: Mapping[str, object]) -> One:
        """Have a new row wait, and hold its object as if it had been read from its table.

        Its id is drawn ahead, so that other rows can name it: the unit of work would need an
        answer of the database for each such row, and as long again to keep its books.
        """
        table = cast(Table, model.__table__)
        whole = plan_of(table).whole(values)
        if plan_of(table).has_id:
            self._give_id(table, whole)
        else:
            self._waiting.setdefault((table, False), []).append(whole)
        held = self._fresh(model, _key(model, whole), whole)
        self._put.append(held)
        return held

    def hold(self, model: type[One], row: Mapping[str, Any]) -> One:
        """The object of a row that was read past the session: the one it has, or a new one.

        ``row`` has every column that is not deferred. What was changed meanwhile stays.
        """
        key = _key(model, row)
        known: One | None = self.identity_map.get(key)
        if known is None:
            return self._fresh(model, key, row)
        for name in row.keys() - vars(known).keys():
            set_committed_value(known, name, row[name])
        return known

    def _give_id(self, table: Table, row: Row) -> None:
        engine = self.get_bind().engine
        if engine.dialect.name == "postgresql":
            row["id"] = draw_id(engine, table, super().connection)
            self._waiting.setdefault((table, True), []).append(row)
            return
        # Nothing travels to SQLite, and whoever writes is alone: the row goes in at once.
        words = one_by_one(table, engine.dialect, with_id=False)
        [values] = words.values([row])
        row["id"] = run(super().connection(), words.text, values).lastrowid

    def _fresh(self, model: type[One], key: Any, row: Mapping[str, Any]) -> One:
        """As a SELECT makes it: without a constructor that notes changes."""
        held: One = model.__mapper__.class_manager.new_instance()
        vars(held).update(row)
        state = instance_state(held)
        state.key = key
        state.session_id = self.hash_key
        self.identity_map.add(state)
        return held

    def send(self, *, alone: bool = False) -> None:
        """Write what waits. ``alone``: it is all that this transaction writes, and ends it."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        connection = super().connection()
        if connection.dialect.name == "postgresql":
            texts = [*map(as_json, waiting.values())]
            run(connection, together(tuple(waiting)), texts, options={ALONE: alone})
            return
        for (table, with_id), rows in waiting.items():
            words, plan = one_by_one(table, connection.dialect, with_id=with_id), plan_of(table)
            run(connection, words.text, words.values([*map(plan.whole, rows)]), many=True)

    def forget(self) -> None:
        """Drop what waits, and let go of what was put: it will not be in the database."""
        self._waiting = {}
        for row in self._put:
            if row in self:
                self.expunge(row)
        self._put = []

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """As ever; what waits is written first."""
        if self._is_answered(statement, options):
            return cast(Asker, self.asker).answer(statement, params or {})
        self.send()
        return super().execute(statement, params, **options)

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """As ever; what waits is written first."""
        if self._is_answered(statement, options):
            return cast(Asker, self.asker).answer(statement, params or {}).scalar()
        self.send()
        return super().scalar(statement, params, **options)

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """As ever; what waits is written first."""
        if self._is_answered(statement, options):
            return cast(Asker, self.asker).answer(statement, params or {}).scalars()
        self.send()
        return super().scalars(statement, params, **options)

    def _is_answered(self, statement: Any, options: Mapping[str, Any]) -> bool:
        plain = self.asker is not None and not any(options.values())
        return plain and isinstance(statement, Select)

    def connection(self, *args: Any, **options: Any) -> Connection:
        """As ever; what waits is written first."""
        self.send()
        return super().connection(*args, **options)

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """There is one database: it need not be looked for at every statement."""
        if self._engine is None or options.get("bind") is not None:
            self._engine = super().get_bind(*args, **options)
        return self._engine

    def begin_nested(self) -> SessionTransaction:
        """As ever; what waits is written first, and stays when only the inner part fails."""
        self.send()
        self._put = []
        return super().begin_nested()

    def rollback(self) -> None:
        """As ever; what waits is dropped."""
        self.forget()
        super().rollback()

    def close(self) -> None:
        """As ever; what waits is dropped."""
        self.forget()
        super().close()


def _key(model: type[DeclarativeBase], row: Mapping[str, Any]) -> Any:
    mapper = model.__mapper__
    primary = tuple([row[one.name] for one in mapper.primary_key])
    return mapper.identity_key_from_primary_key(primary)


@event.listens_for(WaitingSession, "before_flush")
@event.listens_for(WaitingSession, "before_commit")
def _send_first(session: WaitingSession, *_rest: object) -> None:
    session.send()


@event.listens_for(WaitingSession, "after_soft_rollback")
def _forget(session: WaitingSession, _previous: SessionTransaction) -> None:
    session.forget()


@event.listens_for(WaitingSession, "after_commit")
def _keep(session: WaitingSession) -> None:
    session._put = []
