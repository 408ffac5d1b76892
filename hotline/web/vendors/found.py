"""What every page of a partner needs: who may, which one, and what codes are called."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from babel import Locale
from flask import Blueprint, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from phonenumbers import SUPPORTED_REGIONS

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.coordination.rules import ARRANGERS, FunctionsPolicy
from hotline.edge import language
from hotline.edge.identity import person
from hotline.errors import N_, Missing
from hotline.notices.rules import Channel
from hotline.people.rules import READERS, Role
from hotline.vendors import queries
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor, VendorContact
from hotline.vendors.rules import Known
from hotline.web.sent import Sent, answer_form

bp = Blueprint("vendors", __name__)

VIEWERS = READERS | {Role.ADMINISTRATOR}
"""Administrators write partners down; no case text stands here."""

CHANGERS = ARRANGERS | {Role.ADMINISTRATOR}


def vendor(vendor_id: int) -> Vendor:
    """The partner, withdrawn or not. Raises Missing."""
    return queries.by_id(vendor_id)


def contact(vendor_id: int, contact_id: int) -> VendorContact:
    """Somebody of this partner. Raises Missing, also for somebody of another one."""
    one = queries.contact(contact_id)
    if one.vendor_id != vendor_id:
        raise Missing()
    return one


def known() -> Known:
    """What there is to choose from."""
    functions = policy.get(FunctionsPolicy)
    minutes: dict[str, int] = {one.code: one.reply_minutes for one in functions.function}
    return Known(minutes, functions.regions, functions.languages)


def act(
    vendor_id: int, form: str, verb: Callable[[], str], again: Callable[[Vendor, Sent], str]
) -> ResponseReturnValue:
    """Do something and go back to the partner, with the sentence that ``verb`` returns.

    What cannot be used comes back with the words beside the field (422), what somebody else made
    impossible meanwhile with the partner as it is now (409).
    """
    back = url_for("vendors.show", vendor_id=vendor_id)
    return answer_form(form, verb, partial(_again, vendor_id, again), back=back)


def _again(
    vendor_id: int, again: Callable[[Vendor, Sent], str], sent: Sent, status: HTTPStatus
) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    one = vendor(vendor_id)
    audit.write("read", vendors.subject(one.id), by_id=g.person_id, now=clock.now())
    return make_response(again(one, sent), status)


def render(template: str, **facts: Any) -> str:
    """A page with the words for every code that can stand on it."""
    functions = policy.get(FunctionsPolicy)
    return render_template(
        f"vendors/{template}.html",
        functions=functions.by_code,
        regions=functions.regions,
        tongues=functions.languages,
        countries=countries(),
        channel_names=CHANNELS,
        may_change=bool(person().roles & CHANGERS),
        now=clock.now(),
        **facts,
    )


CHANNELS = {
    Channel.VOICE: N_("Phone call"),
    Channel.MAIL: N_("Mail"),
    Channel.SMS: N_("Text message"),
}


def countries() -> dict[str, str]:
    """Two letters to the name of a country in the reader's language, Japan first."""
    named = Locale.parse(language.current()).territories
    rest = sorted(SUPPORTED_REGIONS & set(named), key=lambda code: named[code])
    return {"JP": named["JP"], **{code: named[code] for code in rest}}
