"""How a document says something: which voice, which text, and numbers digit by digit."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from hotline.calls.rules import LANGUAGES, TextError, VoicePolicy, parse_texts
from hotline.policy import PolicyError
from hotline.tickets.rules import spaced

Texts = Mapping[str, Mapping[str, Template]]


def load_texts(config_dir: Path) -> Texts:
    """The spoken texts of both languages. Raises PolicyError naming the folder and each problem."""
    return {language: _read(config_dir / "texts" / "voice" / language) for language in LANGUAGES}


def _read(folder: Path) -> Mapping[str, Template]:
    language = folder.name
    try:
        sources = {path.stem: path.read_text("utf-8") for path in folder.glob("*.txt")}
        return parse_texts(sources, language)
    except (OSError, UnicodeDecodeError, TextError) as error:
        raise PolicyError(f"{folder}: {error}") from error


class Speaker:
    """Says the texts of ``config/texts/voice`` in the voices of ``config/voice.toml``."""

    def __init__(self, policy: VoicePolicy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts

    def text(self, name: str, language: str) -> str:
        """A text without places, to stand in another one."""
        return self._texts[language][name].substitute()

    def _goodbye(self, document: VoiceResponse, name: str, language: str) -> str:
        self._say(document, name, language)
        document.hangup()
        return str(document)

    def _say(
        self,
        onto: VoiceResponse | Gather,
        name: str,
        language: str,
        *,
        number: str = "",
        **places: str,
    ) -> None:
        """Let ``onto`` say a text; a ticket number in it is read digit by digit."""
        voice, text = self._policy.voices[language], self._texts[language][name]
        if not number:
            onto.say(text.substitute(places), voice=voice.name, language=voice.language)
            return
        parts = text.substitute(number="\n", **places).split("\n")
        _spell(onto.say(voice=voice.name, language=voice.language), parts, number)


def _spell(spoken: Say, parts: Sequence[str], number: str) -> None:
    """Say ``parts`` with the ticket number between them."""
    for place, part in enumerate(parts):
        if place:
            for group in spaced(number).split():
                spoken.say_as(group, interpret_as="digits")
                spoken.break_(strength="medium")
        if part.strip():
            spoken.s(part.strip())


def url(path: str, **query: object) -> str:
    """An address of our own with what the next document must know."""
    return f"{path}?{urlencode(query)}"


def on_to(path: str, **query: object) -> str:
    """A document that says nothing and goes on at once."""
    document = VoiceResponse()
    document.redirect(url(path, **query))
    return str(document)
