"""What somebody hears who wants to call out: their key dials the other side."""

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.speaking import Speaker, url

OUT_CONNECT = "/twilio/callback/connect"
OUT_DIALLED = "/twilio/callback/dialled"
OUT_PROGRESS = "/twilio/callback/progress"

OTHER_SIDE_SECONDS = 40
"""So long the other side's telephone rings."""


class Outgoing(Speaker):
    """The documents of a call that we make; ``out`` is the id of the call on record."""

    def out_ask(self, number: str, language: str, *, out: int) -> str:
        """Whoever wanted to call has picked up: one key, and the other side is dialled.

        A mailbox that takes the call presses no key, and nobody outside is rung. ``number`` is
        the ticket's, "" where there is none.
        """
        document = VoiceResponse()
        action = url(OUT_CONNECT, out=out, language=language)
        gather = document.gather(action=action, num_digits=1, timeout=self._policy.menu_seconds)
        self._say(gather, "out_ask" if number else "out_ask_number", language, number=number)
        # Only reached without a key.
        return self._goodbye(document, "out_not_connected", language)

    def out_dial(self, to: str, caller_id: str, language: str, *, out: int) -> str:
        """The key was pressed: ring the other side, who sees ``caller_id``, "" for our own."""
        document = VoiceResponse()
        self._say(document, "out_dialling", language)
        shown = {"caller_id": caller_id} if caller_id else {}
        dial = document.dial(
            action=url(OUT_DIALLED, out=out, language=language),
            timeout=OTHER_SIDE_SECONDS,
            **shown,
        )
        dial.number(
            to,
            status_callback=url(OUT_PROGRESS, out=out),
            status_callback_event="answered",
            status_callback_method="POST",
        )
        return str(document)

    def out_over(self, name: str, language: str) -> str:
        """Nobody is connected: ``name`` is the text that says why."""
        return self._goodbye(VoiceResponse(), name, language)
