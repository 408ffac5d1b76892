"""What a contact of a partner hears who is rung to verify the number."""

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url
from hotline.duty.rules import LineRule

CHECK_ANSWER = "/twilio/contact/answer"


class Checking(Speaker):
    """The documents of that call: the number is verified by a key, and by nothing else."""

    def check(self, language: str, *, contact: int, attempt: int = 1) -> str:
        """Who calls, why, and which key says that the number is right; said twice.

        A mailbox that takes the call presses no key, and so verifies nothing. After a key that
        could not be put on record (``attempt`` above 1) it is asked for once more.
        """
        document = VoiceResponse()
        action = url(CHECK_ANSWER, contact=contact, language=language, attempt=attempt)
        for name in ("contact_ask", "contact_ask") if attempt == 1 else ("contact_unsaved",):
            seconds = self._policy.menu_seconds
            gather = document.gather(action=action, num_digits=1, timeout=seconds)
            self._say(gather, name, language)
        # Only reached without a key.
        return self._goodbye(document, "contact_unverified", language)

    def check_over(self, name: str, language: str) -> str:
        """The call ends: ``name`` is the text that says what is on record now."""
        return self._goodbye(VoiceResponse(), name, language)

    def check_trouble(self, line: LineRule, language: str) -> str:
        """Nothing can be put on record now: please call the desk."""
        document = VoiceResponse()
        self._say(document, "contact_trouble", language, phone=line.displayed)
        document.hangup()
        return str(document)
