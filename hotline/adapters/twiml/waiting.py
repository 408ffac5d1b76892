"""What a caller hears who waits until somebody becomes free."""

from dataclasses import dataclass

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url
from hotline.duty.rules import LineRule

WAIT = "/twilio/voice/queue/wait"
KEY = "/twilio/voice/queue/key"
OUT = "/twilio/voice/queue/left"
HOLD = "/static/sounds/hold.wav"

MESSAGE_KEY = "1"
MOST_LOOKS = 9


def _leave() -> str:
    document = VoiceResponse()
    document.leave()
    return str(document)


LEAVE = _leave()
"""The caller stops waiting: the address that Enqueue was given says what comes next."""


@dataclass(frozen=True)
class Place:
    """Where a caller stands: 1 is the next. ``look`` counts how often it was said, from 1."""

    position: int
    look: int = 1


class Waiting(Speaker):
    """The documents of the queue: Twilio holds the call, and the roster decides when it leaves.

    While it waits a document may only say, play, gather, redirect and leave.
    """

    def enqueue(self, line: LineRule, language: str) -> str:
        """Let the caller wait in the queue of the line, which is made when it is needed."""
        document = VoiceResponse()
        wait = url(WAIT, language=language, attempt=1)
        document.enqueue(line.code, action=url(OUT, language=language), wait_url=wait)
        return str(document)

    def waiting(self, place: Place, promise: str, language: str) -> str:
        """The place in the queue and the key to leave a message; then a sound, and again."""
        document = VoiceResponse()
        key = url(KEY, language=language, attempt=place.look)
        # The sound is part of what a key interrupts: nobody waits for its end.
        gather = document.gather(action=key, num_digits=1, timeout=1)
        if place.look == 1:
            self._say(gather, "queue_busy", language)
            if promise:
                self._say(gather, "promised", language, promise=promise)
        self._say(gather, "queue_place", language, position=str(place.position))
        self._say(gather, "queue_key", language)
        gather.play(HOLD)
        document.redirect(url(WAIT, language=language, attempt=min(place.look + 1, MOST_LOOKS)))
        return str(document)
