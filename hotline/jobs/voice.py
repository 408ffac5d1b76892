"""Notices by telephone: somebody is rung and hears what is the matter."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from hotline.adapters.telephone import Ring, Telephone
from hotline.jobs import delivery, message
from hotline.jobs.message import Delivery
from hotline.jobs.work import Work
from hotline.notices.rules import LANGUAGES, Channel, Kind, contact_id

ANSWER = "/twilio/page"
"""Answers what somebody hears who is paged, and takes the key they press."""

ENDED = "/twilio/page/ended"
"""Is told when the call of a page is over."""


CALL_BACK = "/twilio/callback"
"""Asks whoever wants to call out for the key, and then dials the other side."""

CALL_BACK_ENDED = "/twilio/callback/ended"
"""Is told when a call that we made is over."""

OFFER = "/twilio/offer"
"""Asks a contact of a partner whether they take a task, and takes the key they press."""

OFFER_ENDED = "/twilio/offer/ended"
"""Is told when that call is over."""

CHECK = "/twilio/contact"
"""Asks whoever picks up whether it is the right number for incidents."""

CHECK_ENDED = "/twilio/contact/ended"
"""Is told when that call is over."""


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
    query = {"out": one.subject.removeprefix("call:")}
    return _asked_for(one, work, (CALL_BACK, CALL_BACK_ENDED), query)


def _page(one: Delivery, work: Work) -> Ring:
    query = {"page": one.subject.removeprefix("page:"), "person": one.to.person_id or 0}
    return _asked_for(one, work, (ANSWER, ENDED), query)


def _offer(one: Delivery, work: Work) -> Ring:
    query = {
        "offer": one.subject.removeprefix("offer:"),
        "contact": contact_id(one.audience) or 0,
        "language": _spoken(one.to.language),
    }
    return _asked_for(one, work, (OFFER, OFFER_ENDED), query)


def _check(one: Delivery, work: Work) -> Ring:
    query = {
        "contact": contact_id(one.audience) or 0,
        "language": _spoken(one.to.language),
    }
    return _asked_for(one, work, (CHECK, CHECK_ENDED), query)


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _asked_for(
    one: Delivery, work: Work, paths: tuple[str, str], query: Mapping[str, object]
) -> Ring:
    """A call whose words are asked for at the first path; its end is told at the second one."""
    asked_at, ended_at = (f"{work.settings.public_url}{path}?{urlencode(query)}" for path in paths)
    return Ring(
        to=one.address,
        about=one.subject,
        dedup_key=one.dedup_key,
        at=work.now(),
        language=one.to.language,
        url=asked_at,
        ended_url=ended_at,
    )


def _call(one: Delivery, work: Work) -> Ring:
    return Ring(
        to=one.address,
        about=one.subject,
        dedup_key=one.dedup_key,
        at=work.now(),
        language=one.to.language,
        words=" ".join(message.words(one, work).body.split()),
    )


RINGS: dict[Kind, Callable[[Delivery, Work], Ring]] = {
    Kind.PAGE: _page,
    Kind.CALL_BACK: _call_back,
    Kind.OFFER: _offer,
    Kind.CONTACT_CHECK: _check,
}
"""What is asked for when somebody picks up; the other kinds are read out."""
