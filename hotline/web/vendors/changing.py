"""Write a partner down, correct it; withdraw it and take that back."""

from zoneinfo import available_timezones

from flask import flash, g, make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.audit import service as audit
from hotline.coordination import service as offers
from hotline.db import db
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.language import gettext
from hotline.errors import Invalid
from hotline.vendors import queries, rules
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import WEEKLY
from hotline.web.browsers import one as field
from hotline.web.vendors import form as forms
from hotline.web.vendors.form import Form
from hotline.web.vendors.found import CHANGERS, act, bp, known, render, vendor
from hotline.web.vendors.page import page


@bp.get("/vendors/new")
@allow(CHANGERS)
def new() -> ResponseReturnValue:
    """The form of a partner nobody has written down yet."""
    return _form_page(None, forms.empty(queries.next_code()), version=0)


@bp.post("/vendors")
@allow(CHANGERS)
def add() -> ResponseReturnValue:
    """Write a partner down."""
    return _save(None)


@bp.get("/vendors/<int:vendor_id>/edit")
@allow(CHANGERS)
def edit(vendor_id: int) -> ResponseReturnValue:
    """The form of one partner."""
    one = vendor(vendor_id)
    requests.note_read(vendors.subject(one.id))
    return _form_page(one, forms.of(vendors.details_of(one)), version=one.version)


@bp.post("/vendors/<int:vendor_id>")
@allow(CHANGERS)
def change(vendor_id: int) -> ResponseReturnValue:
    """Save a partner; whoever comes second gets both versions."""
    return _save(vendor(vendor_id))


def _save(one: Vendor | None) -> ResponseReturnValue:
    form = forms.sent(list(known().functions))
    try:
        saved = _saved(one, form)
    except Invalid as invalid:
        return make_response(_again(one, form, said(invalid)), 422)
    except vendors.Stale:
        return make_response(_again(one, form, {}, stale=True), 409)
    flash(gettext("Saved."))
    return redirect(url_for(".show", vendor_id=saved.id), code=303)


def _saved(one: Vendor | None, form: Form) -> Vendor:
    details = rules.company(form.texts, form.chosen, known())
    by = {"by_id": g.person_id, "now": clock.now()}
    if one is None:
        return vendors.add(details, **by)
    return vendors.change(one, details, version=_version(), **by)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _again(one: Vendor | None, form: Form, errors: dict[str, str], *, stale: bool = False) -> str:
    """The form as it was typed; it shows the partner, so it is a read too."""
    db.session.rollback()
    if one is not None:
        audit.write("read", vendors.subject(one.id), by_id=g.person_id, now=clock.now())
    version = one.version if one is not None and stale else _version()
    theirs = forms.of(vendors.details_of(one)) if one is not None and stale else None
    return _form_page(one, form, version=version, errors=errors, theirs=theirs)


def _form_page(
    one: Vendor | None,
    form: Form,
    *,
    version: int,
    errors: dict[str, str] | None = None,
    theirs: Form | None = None,
) -> str:
    return render(
        "form",
        vendor=one,
        form=form,
        version_shown=version,
        errors=errors or {},
        theirs=theirs,
        weekly=WEEKLY,
        zones=sorted(zone for zone in available_timezones() if "/" in zone),
        fixed_code=one is not None and queries.has_accounts(one),
    )


@bp.post("/vendors/<int:vendor_id>/withdraw")
@allow(CHANGERS)
def withdraw(vendor_id: int) -> ResponseReturnValue:
    """Offer it nothing more and show its people nothing; what it was asked goes to the next."""

    def verb() -> str:
        one, now = vendor(vendor_id), clock.now()
        vendors.withdraw(one, by_id=g.person_id, now=now)
        offers.withdraw_offers_of(one.id, reason=field("reason"), by_id=g.person_id, now=now)
        return gettext("%(name)s is withdrawn: its people see nothing any more.", name=one.name)

    return act(vendor_id, "withdraw", verb, page)


@bp.post("/vendors/<int:vendor_id>/take-back")
@allow(CHANGERS)
def take_back(vendor_id: int) -> ResponseReturnValue:
    """Let a withdrawn company be a partner again."""

    def verb() -> str:
        one = vendor(vendor_id)
        vendors.take_back(one, by_id=g.person_id, now=clock.now())
        return gettext("%(name)s is a partner again.", name=one.name)

    return act(vendor_id, "withdraw", verb, page)
