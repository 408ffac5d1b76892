"""What the telephone company is asked to say and do: every document of TwiML that we answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from hotline.calls.rules import LANGUAGES, TextError, VoicePolicy, parse_texts
from hotline.duty.rules import LineRule
from hotline.policy import PolicyError
from hotline.tickets.rules import spaced

MENU = "/twilio/voice/menu"
RING = "/twilio/voice/ring"
WHISPER = "/twilio/voice/whisper"
ACCEPT = "/twilio/voice/accept"
VOICEMAIL = "/twilio/voice/voicemail"
LEFT = "/twilio/voice/voicemail/left"
RECORDING = "/twilio/recording"
PAGE_ANSWER = "/twilio/page/answer"

ACCEPT_KEY = "1"
MOST_AT_ONCE = 10
"""Twilio rings no more numbers in one Dial."""

NOTHING = str(VoiceResponse())
"""A valid document that asks for nothing: the answer to reports and text messages."""

Texts = Mapping[str, Mapping[str, Template]]


@dataclass(frozen=True)
class Rung:
    """One phone to ring, whose it is (None: the duty phone), and the language spoken to them."""

    phone: str
    person_id: int | None
    language: str = "ja"


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


class Script:
    """What callers and operators hear, in which voice, and what their keys lead to.

    A ``promise`` is the sentence that is said to the caller, "" when there is none to say.
    """

    def __init__(self, policy: VoicePolicy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts

    def welcome(self, line: LineRule, promise: str, language: str) -> str:
        """Who is there, that it is recorded, what is promised out of hours, and the menu."""
        document = VoiceResponse()
        self._say(document, "greeting", language, line=getattr(line.label, language))
        if self._policy.record_calls:
            self._say(document, "recorded", language)
        if promise:
            self._say(document, "out_of_hours", language, promise=promise)
        return self._menu(document, language, attempt=1)

    def menu_again(self, language: str, *, attempt: int) -> str:
        """The menu once more, because no key was understood."""
        document = VoiceResponse()
        self._say(document, "again", language)
        return self._menu(document, language, attempt=attempt)

    def ticket(self, number: str, promise: str, language: str) -> str:
        """The ticket's number, digit by digit, the promise, and on to a person."""
        document = VoiceResponse()
        self._say(document, "ticket", language, number=number)
        self._say(document, "promised", language, promise=promise)
        return self._on_to(document, RING, language=language)

    def put_through(self, language: str) -> str:
        """On to a person without a ticket."""
        return self._on_to(VoiceResponse(), RING, language=language)

    def ring(
        self,
        rung: Sequence[Rung],
        line: LineRule,
        *,
        call_sid: str,
        caller_id: str,
        step: str,
        language: str,
    ) -> str:
        """Ring all of ``rung`` at once; who presses the key has the call.

        ``step`` is "operator" or "supervisor"; nobody leads to the next step. They see
        ``caller_id``, the number that was called: the caller's own may be withheld.
        """
        document = VoiceResponse()
        if step == "operator":
            self._say(document, "connecting", language)
        onward = RING if step == "operator" else VOICEMAIL
        dial = document.dial(
            action=_url(onward, language=language, step="supervisor"),
            timeout=self._seconds(step),
            caller_id=caller_id,
            **self._recording(),
        )
        for one in rung[:MOST_AT_ONCE]:
            person = one.person_id or 0
            url = _url(WHISPER, call=call_sid, person=person, language=one.language, line=line.code)
            dial.number(one.phone, url=url)
        return str(document)

    def duty_phone(self, line: LineRule, language: str) -> str:
        """Whatever failed: the caller is put through to the line's duty phone."""
        document = VoiceResponse()
        self._say(document, "trouble", language)
        document.dial(
            action=_url(VOICEMAIL, language=language, step="duty"),
            timeout=self._policy.duty_phone_ring_seconds,
        ).number(line.duty_phone)
        return str(document)

    def voicemail(self, language: str) -> str:
        """Nobody could be reached: leave a message."""
        document = VoiceResponse()
        self._say(document, "nobody", language)
        self._say(document, "voicemail", language)
        # Without an action the same document would be asked for again, for ever.
        document.record(
            action=_url(LEFT, language=language),
            max_length=self._policy.voicemail_seconds,
            timeout=self._policy.voicemail_silence_seconds,
            finish_on_key="#",
            play_beep=True,
            recording_status_callback=RECORDING,
        )
        # Only reached when nothing was said.
        return self._goodbye(document, "goodbye", language)

    def message_taken(self, language: str) -> str:
        """The message is kept; goodbye."""
        return self._goodbye(VoiceResponse(), "thanks", language)

    def goodbye(self, language: str) -> str:
        """The conversation is over."""
        return self._goodbye(VoiceResponse(), "goodbye", language)

    def whisper(self, line: LineRule, language: str, *, call_sid: str, person: int) -> str:
        """What somebody who picks up hears: a machine presses no key, so only a person gets on."""
        document = VoiceResponse()
        gather = document.gather(
            action=_url(ACCEPT, call=call_sid, person=person, language=language),
            num_digits=1,
            timeout=self._policy.menu_seconds,
        )
        self._say(gather, "whisper", language, line=getattr(line.label, language))
        document.hangup()
        return str(document)

    def taken(self, language: str) -> str:
        """The key was pressed: when this document ends, the two are connected."""
        document = VoiceResponse()
        self._say(document, "taken", language)
        return str(document)

    def not_taken(self) -> str:
        """Another key was pressed: this phone is hung up, the others go on ringing."""
        document = VoiceResponse()
        document.hangup()
        return str(document)

    def page(self, line: str, number: str, language: str, *, page: int, person: int) -> str:
        """Somebody is paged: which line, which ticket, and which key takes it; said twice.

        A mailbox that takes the call presses no key, and so takes nothing.
        """
        document = VoiceResponse()
        first = self._page_gather(document, page=page, person=person, language=language)
        self._say(first, "page_ask", language, line=line, number=number)
        second = self._page_gather(document, page=page, person=person, language=language)
        self._say(second, "page_again", language)
        self._say(second, "page_ask", language, line=line, number=number)
        # Only reached without a key.
        return self._goodbye(document, "page_not_taken", language)

    def page_unsaved(self, language: str, *, page: int, person: int, attempt: int) -> str:
        """The key could not be put on record: it is asked for once more."""
        document = VoiceResponse()
        gather = self._page_gather(
            document, page=page, person=person, language=language, attempt=attempt
        )
        self._say(gather, "page_unsaved", language)
        return self._goodbye(document, "page_not_taken", language)

    def page_yours(self, number: str, language: str) -> str:
        """It is on record: whoever pressed the key has the ticket."""
        document = VoiceResponse()
        self._say(document, "page_yours", language, number=number)
        document.hangup()
        return str(document)

    def page_over(self, name: str, language: str) -> str:
        """Nothing is to be taken: ``name`` is the text that says why."""
        return self._goodbye(VoiceResponse(), name, language)

    def page_trouble(self, line: LineRule, language: str) -> str:
        """We cannot say what it is about now: please call the desk."""
        document = VoiceResponse()
        self._say(document, "page_trouble", language, phone=line.displayed)
        document.hangup()
        return str(document)

    def _page_gather(self, document: VoiceResponse, **query: object) -> Gather:
        action = _url(PAGE_ANSWER, **query)
        seconds = self._policy.menu_seconds
        return document.gather(action=action, num_digits=1, timeout=seconds)

    def _menu(self, document: VoiceResponse, language: str, *, attempt: int) -> str:
        again = _url(MENU, language=language, attempt=attempt)
        gather = document.gather(action=again, num_digits=1, timeout=self._policy.menu_seconds)
        self._say(gather, "menu", language)
        if language != "en":
            self._say(gather, "switch", "en")
        # Without a key the call falls through to here.
        document.redirect(again)
        return str(document)

    def _on_to(self, document: VoiceResponse, path: str, **query: object) -> str:
        document.redirect(_url(path, **query))
        return str(document)

    def _goodbye(self, document: VoiceResponse, name: str, language: str) -> str:
        self._say(document, name, language)
        document.hangup()
        return str(document)

    def _seconds(self, step: str) -> int:
        policy = self._policy
        return policy.ring_seconds if step == "operator" else policy.supervisor_ring_seconds

    def _recording(self) -> dict[str, str]:
        if not self._policy.record_calls:
            return {}
        return {
            "record": "record-from-answer-dual",
            "recording_status_callback": RECORDING,
        }

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


def _url(path: str, **query: object) -> str:
    return f"{path}?{urlencode(query)}"
