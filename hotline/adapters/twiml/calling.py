"""What a caller hears from the first ring to the last, and whoever is rung for the call."""

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, on_to, url
from hotline.duty.rules import LineRule

MENU = "/twilio/voice/menu"
RING = "/twilio/voice/ring"
WHISPER = "/twilio/voice/whisper"
ACCEPT = "/twilio/voice/accept"
VOICEMAIL = "/twilio/voice/voicemail"
LEFT = "/twilio/voice/voicemail/left"
RECORDING = "/twilio/recording"

ACCEPT_KEY = "1"
MOST_AT_ONCE = 10
"""Twilio rings no more numbers in one Dial."""

ONWARD = {"claimer": "others", "operator": "supervisor", "others": "supervisor"}
"""Whom to ring next when nobody has pressed the key; after the supervisors comes voicemail."""


@dataclass(frozen=True)
class Rung:
    """One phone to ring, whose it is (None: the duty phone), and the language spoken to them."""

    phone: str
    person_id: int | None
    language: str = "ja"


class Calling(Speaker):
    """What callers and operators hear, in which voice, and what their keys lead to.

    A ``promise`` is the sentence that is said to the caller, "" when there is none to say.
    """

    def welcome(self, line: LineRule, promise: str, language: str) -> str:
        """Who is there, that it is recorded, what is promised out of hours, and the menu."""
        document = VoiceResponse()
        self._say(document, "greeting", language, line=getattr(line.label, language))
        if line.is_recorded:
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
        document.redirect(url(RING, language=language))
        return str(document)

    def put_through(self, language: str) -> str:
        """On to a person without a ticket."""
        return on_to(RING, language=language)

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

        ``step`` is one of ONWARD or "supervisor"; nobody leads to the next step. They see
        ``caller_id``, the number that was called: the caller's own may be withheld.
        """
        document = VoiceResponse()
        if step != "supervisor":
            self._say(document, "connecting", language)
        onward = RING if step in ONWARD else VOICEMAIL
        dial = document.dial(
            action=url(onward, language=language, step=ONWARD.get(step, "supervisor")),
            timeout=self._seconds(step),
            caller_id=caller_id,
            **_recording(line),
        )
        for one in rung[:MOST_AT_ONCE]:
            person = one.person_id or 0
            heard = url(
                WHISPER, call=call_sid, person=person, language=one.language, line=line.code
            )
            dial.number(one.phone, url=heard)
        return str(document)

    def duty_phone(self, line: LineRule, language: str) -> str:
        """Whatever failed: the caller is put through to the line's duty phone."""
        document = VoiceResponse()
        self._say(document, "trouble", language)
        document.dial(
            action=url(VOICEMAIL, language=language, step="duty"),
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
            action=url(LEFT, language=language),
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
            action=url(ACCEPT, call=call_sid, person=person, language=language),
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

    def _menu(self, document: VoiceResponse, language: str, *, attempt: int) -> str:
        again = url(MENU, language=language, attempt=attempt)
        gather = document.gather(action=again, num_digits=1, timeout=self._policy.menu_seconds)
        self._say(gather, "menu", language)
        if language != "en":
            self._say(gather, "switch", "en")
        # Without a key the call falls through to here.
        document.redirect(again)
        return str(document)

    def _seconds(self, step: str) -> int:
        policy = self._policy
        return policy.supervisor_ring_seconds if step == "supervisor" else policy.ring_seconds


def _recording(line: LineRule) -> dict[str, str]:
    """Only what was announced is recorded."""
    if not line.is_recorded:
        return {}
    return {"record": "record-from-answer-dual", "recording_status_callback": RECORDING}
