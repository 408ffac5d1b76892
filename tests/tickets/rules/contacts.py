"""How a caller can be reached, as a ticket knows it."""

from dataclasses import dataclass

from hotline.tickets.rules import ReachingPolicy

JAPAN = ReachingPolicy(text_message_countries=("JP",), call_back_countries=("JP",))
MOBILE, OTHER, LANDLINE = "090-1234-5678", "080-1111-2222", "0566-12-3456"


@dataclass
class Contacts:
    caller_phone: str = ""
    callback_phone: str = ""
    caller_email: str = ""
    safe_phone: str = ""
    safe_email: str = ""
    company_channels_unsafe: bool = False
