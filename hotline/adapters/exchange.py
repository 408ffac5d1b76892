"""The telephone company of this installation."""

from hotline import policy
from hotline.adapters.console import ConsoleTelephone
from hotline.adapters.twilio_rest import Account, TwilioTelephone
from hotline.calls.rules import VoicePolicy
from hotline.settings import Settings


def exchange(settings: Settings) -> ConsoleTelephone | TwilioTelephone:
    """Whom HOTLINE_PHONE names; the console plays it where nobody may be rung."""
    if settings.phone == "console":
        return ConsoleTelephone()
    account = Account(
        sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token.get_secret_value(),
        number=settings.phone_from,
        base=settings.twilio_api_url,
    )
    return TwilioTelephone(account, policy.get(VoicePolicy).voices)
