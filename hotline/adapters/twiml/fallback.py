"""What the telephone company plays when this application cannot be reached at all.

It needs no signature, no database and no code: the document lies on another host.
"""

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.speaking import Speaker
from hotline.calls.rules import LANGUAGES
from hotline.duty.rules import LineRule


class Fallback(Speaker):
    """The document for another host; nobody can press a key of it that leads back to us."""

    def fallback(self, line: LineRule) -> str:
        """Both languages, the duty phone of the line, and what to do when nobody answers."""
        document = VoiceResponse()
        for language in LANGUAGES:
            self._say(document, "trouble", language)
        document.dial(timeout=self._policy.duty_phone_ring_seconds).number(line.duty_phone)
        for language in LANGUAGES:
            self._say(document, "unreached", language)
        document.hangup()
        return str(document)
