"""Notices by text message."""

from hotline.adapters.telephone import Telephone, Text
from hotline.jobs import delivery, message
from hotline.jobs.message import Delivery
from hotline.jobs.work import Work
from hotline.notices.rules import Channel


class _Texting:
    """Satisfies delivery.Carrier."""

    def __init__(self, telephone: Telephone) -> None:
        self._telephone = telephone

    def send(self, one: Delivery, work: Work) -> None:
        """Hand it to the telephone company. Raises DeliveryFailed."""
        body = message.words(one, work).body.strip()
        self._telephone.send_text(Text(one.address, body, one.subject, one.dedup_key, work.now()))

    def close(self) -> None:
        """Let go of the telephone company."""
        self._telephone.close()


def deliver(work: Work) -> int:
    """Send the text messages that are due; how many went out."""
    return delivery.deliver(Channel.SMS, lambda: _Texting(work.telephone()), work)
