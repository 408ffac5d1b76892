"""``flask member``: companies on the command line."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from hotline.audit.models import AuditEntry
from hotline.cli import member as commands
from hotline.db import db
from hotline.members import queries

GOOD = "number,name,kana,phone,備考\nC001,株式会社ヤマダ部品,ヤマダブヒン,120066318,x\n"
WRONG = "number,name,phone\nC001,株式会社ヤマダ部品,abc\nC002,よい会社,\nC003,,\nC004,別の会社,x\n"


@pytest.fixture
def flask(app):
    """``flask("member", "list")`` runs the command."""
    return lambda *args: app.test_cli_runner().invoke(args=args)


@pytest.fixture
def file(tmp_path):
    """``file(text)`` is the path of a CSV as Excel saves it."""

    def made(text: str) -> str:
        path = tmp_path / "m.csv"
        path.write_text(text, encoding="utf-8-sig")
        return str(path)

    return made


def test_a_file_is_imported_and_said_row_by_row(flask, file):
    done = flask("member", "import", file(GOOD))

    assert done.exit_code == 0
    assert "C001  added" in done.output
    assert "The 0 in front was missing" in done.output
    assert "Columns not known: 備考" in done.output
    assert queries.by_number("C001").phones[0].raw == "0120066318"


def test_the_same_file_twice_says_that_nothing_changed(flask, file):
    path = file(GOOD)
    flask("member", "import", path)
    done = flask("member", "import", path)

    assert "0 added, 0 changed, 1 unchanged, 0 wrong" in done.output


def test_three_wrong_rows_stop_the_whole_file(flask, file):
    done = flask("member", "import", file(WRONG))

    assert done.exit_code == 1
    assert "Nothing is imported" in done.output
    assert done.output.count("  wrong  ") == 3
    assert queries.search("", limit=9) == []


def test_a_dry_run_changes_nothing(flask, file):
    done = flask("member", "import", "--dry-run", file(GOOD))

    assert done.exit_code == 0
    assert "this was a dry run" in done.output
    assert queries.by_number("C001") is None


def test_programs_get_every_row(flask, file):
    done = flask("member", "import", "--json", file(WRONG))
    rows = json.loads(done.stdout)

    assert [row["outcome"] for row in rows] == ["wrong", "added", "wrong", "wrong"]
    assert "phone: Please write a phone number" in rows[0]["problems"]


def test_what_is_no_file_of_companies_is_refused_with_a_sentence(flask, file):
    done = flask("member", "import", file("<html>"))

    assert (done.exit_code, "must name the columns" in done.output) == (1, True)


@pytest.mark.parametrize("error", [IntegrityError("", {}, Exception()), StaleDataError()])
def test_who_is_overtaken_is_told_that_nothing_is_imported(flask, file, monkeypatch, error):
    def overtaken(*_args, **_facts):
        raise error

    monkeypatch.setattr(commands.members, "import_rows", overtaken)
    done = flask("member", "import", file(GOOD))

    assert (done.exit_code, "try again" in done.output) == (1, True)


def test_companies_are_listed_and_searched(flask, file):
    flask("member", "import", file(f"{GOOD}C002,別の会社,,,\n"))

    assert "2 in all." in flask("member", "list").output
    assert [
        one["number"]
        for one in json.loads(flask("member", "list", "--q", "やまだ", "--json").stdout)
    ] == ["C001"]


def test_a_search_and_a_look_are_on_record(flask, file):
    flask("member", "import", file(GOOD))
    flask("member", "list", "--q", "やまだ")
    flask("member", "show", "C001")
    query = select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id)
    found = [(one.subject, one.detail) for one in db.session.scalars(query)]

    assert found == [("list:members", {"q": "やまだ"}), ("member:C001", {})]


def test_one_company_is_shown_whole(flask, file):
    flask("member", "import", file(GOOD))
    shown = json.loads(flask("member", "show", "C001", "--json").stdout)

    assert shown[0]["entitlement"]["jnx"] == "unknown"
    assert "株式会社ヤマダ部品" in flask("member", "show", "C001").output


def test_a_company_that_is_not_there_is_said_so(flask):
    done = flask("member", "show", "C9")

    assert (done.exit_code, "No company has the number C9" in done.output) == (1, True)


@pytest.mark.parametrize("typed", ["\udcff", "\ud800\udc00", "a\x00b", "x" * 300])
@pytest.mark.parametrize("words", [("list", "--q"), ("show",)])
def test_what_no_table_can_hold_is_refused_before_anything_is_looked_for(flask, words, typed):
    done = flask("member", *words, typed)

    assert done.exit_code == 2
    assert "Invalid value" in done.stderr
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_rare_letters_are_looked_for_as_they_are(flask, file):
    flask("member", "import", file("number,name\nC001,𠮷野家👩‍🔧\n"))

    assert "C001  𠮷野家👩‍🔧" in flask("member", "list", "--q", "𠮷野").output
