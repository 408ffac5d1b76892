"""Which migrations a database has been through, and how it is brought to another revision."""

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hotline.db import db
from hotline.settings import ROOT


def of_database(connection: Connection) -> str:
    """The revision of the tables; "" when there are none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """The revision that this version of the hotline goes with."""
    return _script().get_current_head() or ""


def is_known(revision: str) -> bool:
    """Whether this version can make the tables as they were at ``revision``."""
    return revision in {one.revision for one in _script().walk_revisions()}


def lay(revision: str) -> None:
    """Bring an empty database to ``revision``, from wherever it stands."""
    with db.engine.connect() as connection:
        present = of_database(connection)
    db.session.remove()
    if present not in ("", revision):
        flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade(revision=revision)


def bring_up() -> None:
    """Bring the database to the newest revision."""
    db.session.remove()
    flask_migrate.upgrade()


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))
