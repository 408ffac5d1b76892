"""The installations that are backed up, and those it is put back into."""

import shutil
from pathlib import Path

import flask_migrate
import pytest

from hotline.adapters.spool import Spool
from hotline.db import db
from hotline.edge.identity import settings
from hotline.transaction import transaction
from tests import builders
from tests.cli.backup.house import House, happening, house, keep_evidence
from tests.conftest import DATABASE, fresh_database


@pytest.fixture
def here(app, tmp_path):
    """The installation that is backed up: that of the other tests, with folders of its own."""
    known = app.extensions["hotline.settings"]
    own = {"files_url": f"file://{tmp_path}/here/files", "spool_dir": tmp_path / "here" / "spool"}
    app.extensions["hotline.settings"] = known.model_copy(update=own)
    yield House(app)
    app.extensions["hotline.settings"] = known


@pytest.fixture
def there(database_url, tmp_path):
    """An installation with nothing in it, on the same kind of database."""
    url = f"sqlite:///{tmp_path}/there.sqlite3"
    if DATABASE != "sqlite":
        url = fresh_database(database_url, "hotline_there")
    made = house(url, tmp_path / "there")
    yield made
    with made.inside():
        db.engine.dispose()


@pytest.fixture(scope="module")
def one_backup(tmp_path_factory) -> Path:
    """A backup of a person, a ticket, a file and a call that waits."""
    folder = tmp_path_factory.mktemp("one_backup")
    made = house(f"sqlite:///{folder}/one.sqlite3", folder)
    with made.inside():
        flask_migrate.upgrade()
        with transaction():
            builders.person("operator")
            builders.ticket()
        keep_evidence(b"x")
        Spool(settings().spool_dir).put(happening())
    made.run("backup", folder / "copy")
    return folder / "copy"


@pytest.fixture
def kept(one_backup, tmp_path) -> Path:
    """A copy of the one backup, to be wrecked."""
    shutil.copytree(one_backup, tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def copy(tmp_path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "copy"
