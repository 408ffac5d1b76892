"""Save companies as they are described, each with the keys under which it is found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.members import queries, rules
from hotline.members.models import Contact, InsurancePolicy, Member, Phone, Site
from hotline.members.rules import ContactDetails, Details, PolicyDetails, SiteDetails
from hotline.searchkeys import company_key, grams, phone_e164, phone_key

T = TypeVar("T")
Known = dict[int | None, T]
"""The rows that stand already, by id."""


class Stale(Refused):
    """Somebody else saved the company in between."""


@dataclass(frozen=True)
class Saving:
    """A company and what it is to become."""

    member: Member
    details: Details


def subject(number: str) -> str:
    """How audit entries name a company."""
    return f"member:{number}"


def details_of(member: Member) -> Details:
    """The company as a form and an import describe it."""
    names = {site.id: site.name for site in member.sites}
    return Details(
        number=member.number,
        name=member.name,
        kana=member.kana,
        corporate_number=member.corporate_number,
        jnx_number=member.jnx_number,
        phones=_phones(member, None, None),
        sites=tuple(
            SiteDetails(one.name, one.address, _phones(member, one.id, None), one.id)
            for one in member.sites
        ),
        contacts=tuple(
            ContactDetails(
                name=one.name,
                kana=one.kana,
                email=one.email,
                site=names.get(one.site_id) if one.site_id is not None else None,
                phones=_phones(member, None, one.id),
                id=one.id,
            )
            for one in member.contacts
        ),
        policies=tuple(_policy(one) for one in member.policies),
    )


def _policy(one: InsurancePolicy) -> PolicyDetails:
    return PolicyDetails(
        number=one.number,
        day_from=rules.day_of(one.period_from),
        day_to=rules.day_of(one.period_to),
        liability_limit_yen=one.liability_limit_yen,
        cost_limit_yen=one.cost_limit_yen,
        id=one.id,
    )


def _phones(member: Member, site_id: int | None, contact_id: int | None) -> tuple[str, ...]:
    """The phones of one place: of a contact, of a site, or of the company as a whole."""
    place = (None, contact_id) if contact_id is not None else (site_id, None)
    return tuple(
        one.raw
        for one in member.phones
        if ((None if one.contact_id else one.site_id), one.contact_id) == place
    )


def save(
    member: Member | None, details: Details, *, version: int, by_id: int | None, now: datetime
) -> Member:
    """Save a company that somebody described; None makes a new one.

    ``details`` are checked by ``rules.company``; ``version`` is the one that was shown. Raises
    Stale when it is not the present one, Invalid for a number that another company has.
    """
    if member is None:
        return _add(details, by_id=by_id, now=now)
    if version != member.version:
        raise Stale(N_("Somebody else saved this company in between."))
    known = details_of(member)
    details = replace(details, number=member.number)
    if details == known:
        return member
    write([Saving(member, details)], now=now)
    changed = _differences(known, details)
    audit.write("member.changed", subject(member.number), by_id=by_id, now=now, fields=changed)
    return member


def _add(details: Details, *, by_id: int | None, now: datetime) -> Member:
    if queries.by_number(details.number) is not None:
        raise Invalid({"number": Problem(N_("Another company has this number."))})
    member = new(details.number, now=now)
    write([Saving(member, details)], now=now)
    audit.write("member.added", subject(member.number), by_id=by_id, now=now)
    return member


def _differences(before: Details, after: Details) -> list[str]:
    """The names of what is other than before; never the values."""
    return [name for name, value in vars(before).items() if value != getattr(after, name)]


def new(number: str, *, now: datetime) -> Member:
    """A company nobody knows anything of yet."""
    member = Member(number=number, name="", made_at=now, changed_at=now)
    # Empty here and now: otherwise each of them is asked for as soon as the company is saved.
    member.sites, member.contacts, member.phones, member.policies = [], [], [], []
    return member


def write(savings: Sequence[Saving], *, now: datetime) -> None:
    """Make the rows of all these companies what their details say; three round trips in all."""
    for one in savings:
        _write_company(one.member, one.details, now=now)
        _write_sites(one.member, one.details.sites)
        _take_phones_away(one.member, one.details.contacts)
    db.session.add_all(one.member for one in savings)
    db.session.flush()
    for one in savings:
        _write_contacts(one.member, one.details.contacts)
    db.session.flush()
    for one in savings:
        _write_phones(one.member, one.details)
        _write_policies(one.member, one.details.policies)
    db.session.flush()


def _write_company(member: Member, details: Details, *, now: datetime) -> None:
    for name in ("name", "kana", "corporate_number", "jnx_number"):
        setattr(member, name, getattr(details, name))
    member.name_key = company_key(details.name)
    member.search_text = search_text(details)
    member.changed_at = now


def search_text(details: Details) -> str:
    """What the company is found by."""
    people, places = details.contacts, details.sites
    return grams(
        companies=[details.name],
        texts=[
            details.number,
            details.kana,
            details.corporate_number,
            details.jnx_number,
            *(text for one in places for text in (one.name, one.address)),
            *(text for one in people for text in (one.name, one.kana, one.email)),
            *(one.number for one in details.policies),
        ],
        phones=[
            *details.phones,
            *(phone for one in places for phone in one.phones),
            *(phone for one in people for phone in one.phones),
        ],
    )


def _write_sites(member: Member, sites: Iterable[SiteDetails]) -> None:
    known: Known[Site] = {one.id: one for one in member.sites}
    kept = []
    for details in sites:
        site = known.get(details.id) or Site()
        site.name, site.address = details.name, details.address
        kept.append(site)
    member.sites = kept


def _take_phones_away(member: Member, contacts: Iterable[ContactDetails]) -> None:
    """Take away the phones of those who go: later the database would do it behind our back."""
    gone = {one.id for one in member.contacts} - {one.id for one in contacts}
    if gone:
        member.phones = [one for one in member.phones if one.contact_id not in gone]


def _write_contacts(member: Member, contacts: Iterable[ContactDetails]) -> None:
    known: Known[Contact] = {one.id: one for one in member.contacts}
    places = {site.name: site.id for site in member.sites}
    kept = []
    for details in contacts:
        contact = known.get(details.id) or Contact()
        contact.name, contact.kana, contact.email = details.name, details.kana, details.email
        contact.site_id = places.get(details.site) if details.site is not None else None
        kept.append(contact)
    member.contacts = kept


def _write_phones(member: Member, details: Details) -> None:
    known = {(one.site_id, one.contact_id, one.key): one for one in member.phones}
    wanted = {
        (site, contact, phone_key(raw)): raw for site, contact, raw in _places(member, details)
    }
    kept = []
    for place, raw in wanted.items():
        phone = known.get(place) or Phone()
        phone.site_id, phone.contact_id, phone.key = place
        if phone.raw != raw:
            phone.raw, phone.e164 = raw, phone_e164(raw) or ""
        kept.append(phone)
    member.phones = kept


def _places(member: Member, details: Details) -> Iterable[tuple[int | None, int | None, str]]:
    """Each phone with the ids of the site and of the contact whose it is."""
    yield from ((None, None, raw) for raw in details.phones)
    for site, place in zip(member.sites, details.sites, strict=True):
        yield from ((site.id, None, raw) for raw in place.phones)
    for contact, person in zip(member.contacts, details.contacts, strict=True):
        yield from ((None, contact.id, raw) for raw in person.phones)


def _write_policies(member: Member, policies: Iterable[PolicyDetails]) -> None:
    known: Known[InsurancePolicy] = {one.id: one for one in member.policies}
    kept = []
    for details in policies:
        policy = known.get(details.id) or InsurancePolicy()
        policy.number = details.number
        policy.period_from, policy.period_to = rules.period(details.day_from, details.day_to)
        policy.liability_limit_yen = details.liability_limit_yen
        policy.cost_limit_yen = details.cost_limit_yen
        kept.append(policy)
    member.policies = kept
