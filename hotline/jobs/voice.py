"""Notices by telephone: somebody is rung and hears what is the matter."""

from collections.abc import Callable
from urllib.parse import urlencode

from hotline.adapters.telephone import Ring, Telephone
from hotline.jobs import delivery
from hotline.jobs.delivery import Delivery
from hotline.jobs.work import Work
from hotline.notices.rules import Channel, Kind

ANSWER = "/twilio/page"
"""Answers what somebody hears who is paged, and takes the key they press."""

ENDED = "/twilio/page/ended"
"""Is told when the call of a page is over."""


CALL_BACK = "/twilio/callback"
"""Asks whoever wants to call out for the key, and then dials the other side."""

CALL_BACK_ENDED = "/twilio/callback/ended"
"""Is told when a call that we made is over."""


class _Ringing:
    """Satisfies delivery.Carrier."""

    def __init__(self, telephone: Telephone) -> None:
        self._telephone = telephone

    def send(self, one: Delivery, work: Work) -> None:
        """Have the person rung. Raises DeliveryFailed."""
        self._telephone.ring(RINGS.get(one.kind, _call)(one, work))

    def close(self) -> None:
        """Let go of the telephone company."""
        self._telephone.close()


def deliver(work: Work) -> int:
    """Ring those who are to be rung now; how many calls were accepted."""
    return delivery.deliver(Channel.VOICE, lambda: _Ringing(work.telephone()), work)


def _call_back(one: Delivery, work: Work) -> Ring:
    query = urlencode({"out": one.subject.removeprefix("call:")})
    here = work.settings.public_url
    return Ring(
        to=one.address,
        about=one.subject,
        dedup_key=one.dedup_key,
        at=work.now(),
        language=one.to.language,
        url=f"{here}{CALL_BACK}?{query}",
        ended_url=f"{here}{CALL_BACK_ENDED}?{query}",
    )


def _page(one: Delivery, work: Work) -> Ring:
    page = one.subject.removeprefix("page:")
    query = urlencode({"page": page, "person": one.to.person_id or 0})
    here = work.settings.public_url
    return Ring(
        to=one.address,
        about=one.subject,
        dedup_key=one.dedup_key,
        at=work.now(),
        language=one.to.language,
        url=f"{here}{ANSWER}?{query}",
        ended_url=f"{here}{ENDED}?{query}",
    )


def _call(one: Delivery, work: Work) -> Ring:
    return Ring(
        to=one.address,
        about=one.subject,
        dedup_key=one.dedup_key,
        at=work.now(),
        language=one.to.language,
        words=" ".join(delivery.words(one, work).body.split()),
    )


RINGS: dict[Kind, Callable[[Delivery, Work], Ring]] = {
    Kind.PAGE: _page,
    Kind.CALL_BACK: _call_back,
}
"""What is asked for when somebody picks up; the other kinds are read out."""
