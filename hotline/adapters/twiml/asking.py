"""What a caller hears who asks for the status of a ticket by key."""

from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url
from hotline.tickets.rules import CODE_DIGITS, NUMBER_DIGITS

NUMBER = "/twilio/voice/status/number"
CODE = "/twilio/voice/status/code"
TOLD = "/twilio/voice/status/told"

PERSON_KEY = "0"
"""No ticket's number begins with it."""


@dataclass(frozen=True)
class Standing:
    """What is said of one ticket: its number, where it stands, when we call, and what comes next.

    ``promise`` and ``next`` are "" where there is nothing to say.
    """

    number: str
    said: str
    promise: str
    next: str


class Asking(Speaker):
    """The documents behind the key for the status; each leads to a person too."""

    def ask_number(self, language: str, *, attempt: int, first: str = "") -> str:
        """Ask for the nine digits; ``first`` is the text that is said before, if any."""
        document = VoiceResponse()
        if first:
            self._say(document, first, language)
        again = url(NUMBER, language=language, attempt=attempt)
        gather = self._digits(document, again, NUMBER_DIGITS)
        self._say(gather, "status_number", language)
        # Only reached without a key.
        document.redirect(again)
        return str(document)

    def ask_code(self, number: str, language: str, *, attempt: int) -> str:
        """Ask for the six digits that the caller of ``number`` was told."""
        document = VoiceResponse()
        again = url(CODE, language=language, attempt=attempt, number=number)
        gather = self._digits(document, again, CODE_DIGITS)
        self._say(gather, "status_code", language)
        document.redirect(again)
        return str(document)

    def status(self, told: Standing, language: str) -> str:
        """Where the ticket stands, twice; a key leads to a person, silence to the end."""
        document = VoiceResponse()
        gather = self._digits(document, url(TOLD, language=language), 1)
        self._tell(gather, told, language)
        self._say(gather, "page_again", language)
        self._tell(gather, told, language)
        return self._goodbye(document, "goodbye", language)

    def no_status(self, language: str, *, name: str, onward: str) -> str:
        """Say why nothing can be told, and go on to a person."""
        document = VoiceResponse()
        self._say(document, name, language)
        document.redirect(url(onward, language=language))
        return str(document)

    def _tell(self, onto: Gather, told: Standing, language: str) -> None:
        self._say(onto, "status_told", language, number=told.number, status=told.said)
        if told.promise:
            self._say(onto, "promised", language, promise=told.promise)
        if told.next:
            self._say(onto, "status_next", language, next=told.next)
        self._say(onto, "status_person", language)

    def _digits(self, document: VoiceResponse, action: str, digits: int) -> Gather:
        """Ends with the last digit, or with the hash key: a 0 alone is a digit like any other."""
        seconds = self._policy.menu_seconds
        return document.gather(action=action, num_digits=digits, finish_on_key="#", timeout=seconds)
