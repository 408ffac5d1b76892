"""The texts of notices: read once from ``config/texts/notices``, checked, filled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.notices.rules import (
    LANGUAGES,
    WORDED,
    Channel,
    Kind,
    Text,
    TextError,
    parse_text,
)
from hotline.settings import SettingsError

FOLDER = Path("texts") / "notices"

Key = tuple[Kind, Channel, str]


@dataclass(frozen=True)
class Texts:
    """One text for each kind of notice, channel and language."""

    by_key: dict[Key, Text]

    def text(self, kind: Kind, language: str, channel: Channel = Channel.MAIL) -> Text:
        """The text in ``language``, Japanese for a language we do not have."""
        return self.by_key.get((kind, channel, language)) or self.by_key[kind, channel, "ja"]


def needed() -> Iterator[Key]:
    """Every text there must be."""
    for channel, kinds in WORDED.items():
        for kind in sorted(kinds):
            for language in LANGUAGES:
                yield kind, channel, language


def file_name(kind: Kind, channel: Channel, language: str) -> str:
    """``received.ja.txt`` for a mail, ``received.sms.ja.txt`` for a text message."""
    middle = "" if channel is Channel.MAIL else f".{channel}"
    return f"{kind}{middle}.{language}.txt"


def load(config_dir: Path) -> Texts:
    """Every text below ``config_dir``. Raises SettingsError with all problems in one message."""
    found: dict[Key, Text] = {}
    problems: list[str] = []
    for key in needed():
        path = config_dir / FOLDER / file_name(*key)
        try:
            found[key] = parse_text(path.read_text(encoding="utf-8"), key[0], key[1])
        except (OSError, UnicodeDecodeError, TextError) as error:
            problems.append(f"{path}: {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return Texts(found)
