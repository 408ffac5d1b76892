"""Companies for which a partner works, or against which it cannot act."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.searchkeys import clean_name, company_key
from hotline.vendors import queries
from hotline.vendors.models import Conflict, Vendor
from hotline.vendors.service.writing import held, subject

COMPANY_LETTERS = 200
REASON_LETTERS = 500

NEEDED = {
    "company": N_("Please write the name of the company."),
    "reason": N_("Please write the reason."),
}


def note_conflict(
    vendor: Vendor, company: str, reason: str, *, by_id: int | None, now: datetime
) -> Conflict:
    """From now on the partner is not asked about ``company``, in whatever spelling.

    Raises Invalid naming ``company`` or ``reason``.
    """
    held(vendor.id)
    given = _given(company, reason)
    key = company_key(given["company"])
    if any(one.company_key == key for one in queries.conflicts_of(vendor.id)):
        raise Invalid({"company": Problem(N_("This stands here already."))})
    conflict = Conflict(
        vendor_id=vendor.id, company_key=key, noted_at=now, noted_by_id=by_id, **given
    )
    db.session.add(conflict)
    db.session.flush()
    about = subject(vendor.id)
    audit.write("vendor.conflict_noted", about, by_id=by_id, now=now, conflict=conflict.id)
    return conflict


def drop_conflict(vendor: Vendor, conflict_id: int, *, by_id: int | None, now: datetime) -> None:
    """The partner can be asked about that company again. Raises Missing."""
    held(vendor.id)
    conflict = db.session.get(Conflict, conflict_id)
    if conflict is None or conflict.vendor_id != vendor.id:
        raise Missing()
    db.session.delete(conflict)
    db.session.flush()
    about = subject(vendor.id)
    audit.write("vendor.conflict_dropped", about, by_id=by_id, now=now, conflict=conflict_id)


def _given(company: str, reason: str) -> dict[str, str]:
    problems: dict[str, Problem] = {}
    given = {"company": company, "reason": reason}
    for name, limit in (("company", COMPANY_LETTERS), ("reason", REASON_LETTERS)):
        try:
            given[name] = clean_name(given[name], limit)
        except Problem as problem:
            problems[name] = problem
    empty = {name: Problem(NEEDED[name]) for name, text in given.items() if not company_key(text)}
    if problems := {**empty, **problems}:
        raise Invalid(problems)
    return given
