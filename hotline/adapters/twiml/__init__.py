"""What the telephone company is asked to say and do: every document of TwiML that we answer."""

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.twiml.asking import PERSON_KEY, Asking, Standing
from hotline.adapters.twiml.calling import ACCEPT_KEY, MENU, RING, VOICEMAIL, Calling, Rung
from hotline.adapters.twiml.checking import Checking
from hotline.adapters.twiml.fallback import Fallback
from hotline.adapters.twiml.offering import Offering
from hotline.adapters.twiml.outgoing import Outgoing
from hotline.adapters.twiml.paging import Paging
from hotline.adapters.twiml.speaking import Speaker, Texts, load_texts, on_to, url
from hotline.adapters.twiml.waiting import LEAVE, MESSAGE_KEY, Place, Waiting

NOTHING = str(VoiceResponse())
"""A valid document that asks for nothing: the answer to reports and text messages."""


class Script(Calling, Asking, Waiting, Paging, Offering, Checking, Outgoing, Fallback):
    """Everything that is said to callers and to whoever is rung."""


__all__ = [
    "ACCEPT_KEY",
    "LEAVE",
    "MENU",
    "MESSAGE_KEY",
    "NOTHING",
    "PERSON_KEY",
    "RING",
    "VOICEMAIL",
    "Place",
    "Rung",
    "Script",
    "Speaker",
    "Standing",
    "Texts",
    "load_texts",
    "on_to",
    "url",
]
