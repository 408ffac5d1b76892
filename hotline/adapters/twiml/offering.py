"""What a contact of a partner hears who is rung about a task: what it is, by when, which keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url
from hotline.duty.rules import LineRule

OFFER_ANSWER = "/twilio/offer/answer"
OFFER_REASON = "/twilio/offer/reason"

TAKE_KEY, DECLINE_KEY, AGAIN_KEY = "1", "2", "9"


@dataclass(frozen=True)
class OfferCall:
    """One offer and one contact who is rung for it, in the language that is spoken to them."""

    offer_id: int
    contact_id: int
    language: str

    def query(self, **more: object) -> dict[str, object]:
        """What the next document must know."""
        ids = {"offer": self.offer_id, "contact": self.contact_id}
        return {**ids, "language": self.language, **more}


class Offering(Speaker):
    """The documents of an offer: it is taken or declined by a key, and by nothing else."""

    def offer(self, what: str, by: str, to: OfferCall, *, for_quote: bool = False) -> str:
        """Which function, by when to answer, and the keys; said twice.

        A mailbox that takes the call presses no key, and so answers nothing.
        """
        document = VoiceResponse()
        ask = "offer_ask_quote" if for_quote else "offer_ask"
        for _ in range(2):
            gather = self._offer_gather(document, OFFER_ANSWER, to)
            self._say(gather, ask, to.language, function=what, by=by)
            self._say(gather, "offer_keys", to.language)
        # Only reached without a key.
        return self._goodbye(document, "offer_unanswered", to.language)

    def offer_reasons(
        self, reasons: Sequence[tuple[str, str]], to: OfferCall, *, attempt: int
    ) -> str:
        """Why not: each of ``reasons`` is a key and the words that are said for it."""
        document = VoiceResponse()
        gather = self._offer_gather(document, OFFER_REASON, to, attempt=attempt)
        self._say(gather, "offer_reasons", to.language)
        for key, words in reasons:
            self._say(gather, "offer_reason", to.language, key=key, reason=words)
        self._say(gather, "offer_reasons_again", to.language)
        # Only reached without a key.
        return self._goodbye(document, "offer_unanswered", to.language)

    def offer_unsaved(self, path: str, to: OfferCall, *, attempt: int) -> str:
        """The key could not be put on record: the same key is asked for once more."""
        document = VoiceResponse()
        gather = self._offer_gather(document, path, to, attempt=attempt)
        self._say(gather, "offer_unsaved", to.language)
        return self._goodbye(document, "offer_unanswered", to.language)

    def offer_over(self, name: str, language: str) -> str:
        """The call ends: ``name`` is the text that says what is on record now."""
        return self._goodbye(VoiceResponse(), name, language)

    def offer_trouble(self, line: LineRule, language: str) -> str:
        """We cannot say what it is about now: please call the desk."""
        document = VoiceResponse()
        self._say(document, "offer_trouble", language, phone=line.displayed)
        document.hangup()
        return str(document)

    def _offer_gather(
        self, document: VoiceResponse, path: str, to: OfferCall, **query: object
    ) -> Gather:
        action, seconds = url(path, **to.query(**query)), self._policy.menu_seconds
        return document.gather(action=action, num_digits=1, timeout=seconds)
