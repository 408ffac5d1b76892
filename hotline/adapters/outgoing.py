"""What every message that leaves the house has, and an error that says what to do."""

from datetime import timedelta

SUBJECT_HEADER = "X-Hotline-Subject"
KEY_HEADER = "X-Hotline-Dedup-Key"


class DeliveryFailed(Exception):
    """A message was not accepted, or nobody knows whether it was.

    ``permanent``: the receiver will never take it. ``unreachable``: the provider itself cannot
    be used now, so that the next message would fare alike. ``wait``: it asked for this pause.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        wait: timedelta = timedelta(0),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unreachable = unreachable
        self.wait = wait
