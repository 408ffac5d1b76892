"""Notices by mail."""

from urllib.parse import urlsplit

from hotline.adapters.mail import Mail, Mailer
from hotline.jobs import delivery, message
from hotline.jobs.message import Delivery
from hotline.jobs.work import Work
from hotline.notices import rules
from hotline.notices.rules import Channel


class _Post:
    """Satisfies delivery.Carrier."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    def send(self, one: Delivery, work: Work) -> None:
        """Hand it to the mail server. Raises DeliveryFailed."""
        self._mailer.send(_mail(one, work))

    def close(self) -> None:
        """Leave the mail server."""
        self._mailer.close()


def deliver(work: Work) -> int:
    """Send the mails that are due; how many went out."""
    return delivery.deliver(Channel.MAIL, lambda: _Post(work.mailer()), work)


def _mail(one: Delivery, work: Work) -> Mail:
    words = message.words(one, work)
    host = urlsplit(work.settings.public_url).hostname or "localhost"
    return Mail(
        to=one.address,
        subject=words.subject,
        body=words.body,
        language=one.to.language,
        about=one.subject,
        dedup_key=one.dedup_key,
        message_id=rules.message_id(one.dedup_key, host),
        at=work.now(),
    )
