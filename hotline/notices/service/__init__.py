"""Save what must be told, hand it to workers one claim at a time, and write down how it went."""

from hotline.notices.service.sending import (
    address,
    address_all,
    claim,
    drop,
    finish_all,
    record_failure,
    release,
    retry,
)
from hotline.notices.service.telling import Planned, tell, tell_all, tell_first, withdraw

__all__ = [
    "Planned",
    "address",
    "address_all",
    "claim",
    "drop",
    "finish_all",
    "record_failure",
    "release",
    "retry",
    "tell",
    "tell_all",
    "tell_first",
    "withdraw",
]
