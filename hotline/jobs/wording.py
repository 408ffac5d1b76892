"""The texts of notices: read once from ``config/texts/notices``, checked, filled."""

from dataclasses import dataclass
from pathlib import Path

from hotline.notices.rules import LANGUAGES, Kind, Text, TextError, parse_text
from hotline.settings import SettingsError

FOLDER = Path("texts") / "notices"


@dataclass(frozen=True)
class Texts:
    """One text for each kind of notice and language."""

    by_kind: dict[tuple[Kind, str], Text]

    def text(self, kind: Kind, language: str) -> Text:
        """The text in ``language``, Japanese for a language we do not have."""
        return self.by_kind.get((kind, language)) or self.by_kind[kind, "ja"]


def load(config_dir: Path) -> Texts:
    """Every text below ``config_dir``. Raises SettingsError with all problems in one message."""
    found: dict[tuple[Kind, str], Text] = {}
    problems: list[str] = []
    for kind in Kind:
        for language in LANGUAGES:
            path = config_dir / FOLDER / f"{kind}.{language}.txt"
            try:
                found[kind, language] = parse_text(path.read_text(encoding="utf-8"), kind)
            except (OSError, UnicodeDecodeError, TextError) as error:
                problems.append(f"{path}: {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return Texts(found)
