import shutil
from pathlib import Path

import pytest

from hotline.jobs import wording
from hotline.notices import rules
from hotline.notices.rules import LANGUAGES, Kind, Told
from hotline.settings import ROOT, SettingsError
from tests.jobs.conftest import NINE

SAMPLES = Path(__file__).parent / "samples"
FACTS = {
    "number": "482170933",
    "line": "0120-066-318",
    "about": "followup:12",
    "minutes": 7,
    "silent": "mail",
    "year": 2027,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_each_text_reads_as_its_sample(kind, language):
    texts = wording.load(ROOT / "config")
    told = Told(FACTS, NINE, "https://hotline.example.jp/…", language)
    words = rules.compose(texts.text(kind, language), told, now=NINE)
    sample = SAMPLES / f"{kind}.{language}.txt"

    assert f"Subject: {words.subject}\n\n{words.body}" == sample.read_text(encoding="utf-8")


def test_a_language_we_do_not_have_is_japanese():
    texts = wording.load(ROOT / "config")

    assert texts.text(Kind.RESET, "fr") is texts.text(Kind.RESET, "ja")


def test_every_broken_text_is_named_at_once(tmp_path):
    folder = tmp_path / wording.FOLDER
    shutil.copytree(ROOT / "config" / wording.FOLDER, folder)
    (folder / "reset.en.txt").write_text("Subject\n\n$password\n")
    (folder / "invite.ja.txt").unlink()
    (folder / "backlog.ja.txt").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError) as failed:
        wording.load(tmp_path)
    told = str(failed.value)
    assert "reset.en.txt: uses $password" in told
    assert "invite.ja.txt" in told
    assert "backlog.ja.txt" in told
