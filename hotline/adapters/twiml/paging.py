"""What somebody hears who is paged."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url
from hotline.duty.rules import LineRule

PAGE_ANSWER = "/twilio/page/answer"


class Paging(Speaker):
    """The documents of a page: it is taken by a key, and by nothing else."""

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
        action = url(PAGE_ANSWER, **query)
        seconds = self._policy.menu_seconds
        return document.gather(action=action, num_digits=1, timeout=seconds)
