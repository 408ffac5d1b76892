"""What is in force, as administrators and auditors read it; never a secret."""

import pytest

from hotline import policy
from hotline.people.rules import Role
from hotline.settings import Settings
from hotline.tickets.rules import CaseTypesPolicy
from hotline.transaction import transaction
from hotline.web import configuration
from hotline.web.configuration import PARTS, TextPair
from tests import builders
from tests.conftest import ENVIRONMENT
from tests.web.forms import sign_in

SHOWN = {
    "files": ("hearing.toml", "lines.toml", "escalation.toml"),
    "lines": ("0120-066-318", "+81120066318", "is-due"),
    "case_types": ("データ暗号化・脅迫", "サポート詐欺", "forensics"),
    "hearing": ("ネットワークから切り離しましたか。", "まだ隔離していない"),
    "advice": ("電源は入れたまま", "no_reboot_or_wipe", "遠隔操作を切ってください"),
    "sharing": ("取扱代理店", "再保険金の請求と支払い", "#9110"),
    "partners": (
        "フォレンジック調査",
        "約250万円",
        "EU居住者のデータ",
        "人員の空きがない",
        "愛知県",
    ),
    "calendars": ("9:00–17:00", "12/31–1/3", "12/29–1/3"),
    "rules": ("grace_minutes.p1", "voice.toml", "Polly.Kazuha-Neural"),
    "texts": ("promise_due", "greeting"),
    "settings": ("HOTLINE_SECRET_KEY", "TWILIO_AUTH_TOKEN", "HOTLINE_ALERT_MAIL"),
}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_shows_what_is_in_force(reader, part):
    text = reader("administrator").get(f"/configuration/{part}", follow_redirects=True).text

    assert [words for words in SHOWN[part] if words not in text] == []


def test_the_files_come_first(reader):
    assert "hearing.toml" in reader("auditor").get("/configuration").text


def test_a_part_there_is_none_of_is_missing(reader):
    assert reader("administrator").get("/configuration/passwords").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_no_page_holds_a_secret(reader, part):
    text = reader("administrator").get(f"/configuration/{part}", follow_redirects=True).text

    for name in ("HOTLINE_SECRET_KEY", "TWILIO_AUTH_TOKEN"):
        assert ENVIRONMENT[name] not in text


def test_a_file_that_was_changed_since_is_pointed_out(reader, monkeypatch, tmp_path):
    former = policy.sources()[CaseTypesPolicy]
    elsewhere = policy.Source(tmp_path / "case_types.toml", former.sha256, former.loaded_at)
    monkeypatch.setitem(policy._sources, CaseTypesPolicy, elsewhere)
    client = reader("administrator")

    for page in ("/configuration", "/configuration/case_types"):
        assert "is-due" in client.get(page).text or "caution" in client.get(page).text


def test_both_languages_of_a_text_stand_together(tmp_path):
    for name in ("notices/a.ja.txt", "notices/a.en.txt", "voice/ja/b.txt", "notices/c.sms.ja.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")

    assert configuration.text_pairs(tmp_path) == [
        TextPair("notices", "a", "notices/a.ja.txt", "notices/a.en.txt"),
        TextPair("notices", "c.sms", "notices/c.sms.ja.txt", ""),
        TextPair("voice", "b", "voice/ja/b.txt", ""),
    ]


def test_nested_tables_are_read_key_by_key():
    table = {"a": {"b": 1, "c": ["x", "y"]}, "d": [{"e": True}, {"e": None}], "f": []}

    assert list(configuration.flat(table)) == [
        ("a.b", "1"),
        ("a.c", "x, y"),
        ("d 1.e", "True"),
        ("d 2.e", "None"),
        ("f", ""),
    ]


def test_a_setting_is_told_by_its_name_alone():
    address = "postgresql+psycopg://hotline:hidden@db/hotline"
    given = Settings.from_environment({**ENVIRONMENT, "HOTLINE_DATABASE_URL": address})
    rows = {one.name: one for one in configuration.setting_rows(given)}

    assert rows["HOTLINE_DATABASE_URL"].is_set
    assert rows["HOTLINE_DATABASE_URL"].is_secret
    assert not rows["HOTLINE_ALERT_MAIL"].is_set
    assert not rows["HOTLINE_MAX_UPLOAD_MB"].changed
    assert "hidden" not in repr(rows)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}))
def test_nobody_else_reads_it(reader, role):
    assert reader(role).get("/configuration").status_code == 403


@pytest.fixture
def reader(app, client):
    """``reader(role)`` is a browser signed in as somebody with this role."""

    def be(role):
        with transaction():
            someone = builders.person(role)
        sign_in(client, someone)
        return client

    return be
