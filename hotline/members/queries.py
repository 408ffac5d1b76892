"""Find companies: by number, by any part of what is known of them, by a phone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import lazyload, selectinload

from hotline import fulltext
from hotline.db import db
from hotline.members.models import Contact, InsurancePolicy, Member, Phone, Site
from hotline.searchkeys import grams, holds, phone_key, phrases, text_key

AT_ONCE = 500
"""Values in one query; a file names thousands of companies."""

LIKE_EACH_OTHER = 10
LOOKED_AT = 50
LETTERS_ENOUGH = 2
"""A name of one letter sounds like anything."""


def by_number(number: str) -> Member | None:
    """The company with this number."""
    return db.session.scalar(select(Member).where(Member.number == number))


def by_numbers(numbers: Collection[str]) -> dict[str, Member]:
    """The companies that exist of these numbers, by number."""
    wanted = sorted(numbers)
    found: dict[str, Member] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = db.session.scalars(select(Member).where(Member.number.in_(some)))
        found.update({one.number: one for one in rows})
    return found


def names(numbers: Collection[str | None]) -> dict[str, str]:
    """Number to the name as the company writes it; who is not on file is left out."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    query = select(Member.number, Member.name).where(Member.number.in_(wanted))
    return {row.number: row.name for row in db.session.execute(query)}


def search(q: str, *, limit: int, after: str | None = None) -> list[Member]:
    """At most ``limit`` companies that match every word of ``q`` (all for ""), by number.

    ``after`` is the number of the last one seen. Their sites and phones come along; people and
    insurance, which no list shows, are loaded when they are wanted.
    """
    later = (lazyload(Member.contacts), lazyload(Member.policies))
    query = _listed(limit, after).options(*later)
    if q:
        query = query.where(fulltext.matches(Member.search_text, phrases(q)))
    return list(db.session.scalars(query))


def _listed(limit: int, after: str | None) -> Select[Member]:
    query = select(Member).order_by(Member.number).limit(limit)
    return query.where(Member.number > after) if after is not None else query


def by_phone(phone: str, *, limit: int = LIKE_EACH_OTHER) -> list[Member]:
    """The companies that have this very phone, however it is written; several may share one."""
    key = phone_key(phone)
    if not key:
        return []
    having = select(Phone.member_id).where(Phone.key == key)
    return list(db.session.scalars(_listed(limit, None).where(Member.id.in_(having))))


@dataclass(frozen=True)
class Place:
    """Whose phone one with this key is: a contact's, a site's ("" for neither) or the company's."""

    key: str
    number: str
    name: str
    site: str
    contact: str


def places_of_phones(keys: Collection[str]) -> list[Place]:
    """Every company, site and contact that has one of these phones, by number of the company."""
    if not keys:
        return []
    query = (
        select(
            Phone.key,
            Member.number,
            Member.name,
            func.coalesce(Site.name, ""),
            func.coalesce(Contact.name, ""),
        )
        .join(Member, Member.id == Phone.member_id)
        .outerjoin(Site, Site.id == Phone.site_id)
        .outerjoin(Contact, Contact.id == Phone.contact_id)
        .where(Phone.key.in_(keys))
        .order_by(Member.number, Phone.id)
    )
    return [Place(*row) for row in db.session.execute(query.limit(AT_ONCE))]


def with_policies(numbers: Collection[str]) -> list[Member]:
    """The companies with these numbers and what they are insured for; nothing else comes along."""
    if not numbers:
        return []
    policies = (lazyload("*"), selectinload(Member.policies))
    query = select(Member).where(Member.number.in_(numbers)).options(*policies)
    return list(db.session.scalars(query))


def is_insured(number: str, at: datetime) -> bool:
    """Whether a policy of this company that is on file covers the moment ``at``."""
    covers = (
        InsurancePolicy.member_id == Member.id,
        InsurancePolicy.period_from <= at,
        InsurancePolicy.period_to > at,
    )
    query = select(exists().where(Member.number == number, *covers))
    return bool(db.session.scalar(query))


def policies_of(number: str) -> list[InsurancePolicy] | None:
    """The policies of the company with this number, the first to begin first; None without one."""
    rows = db.session.execute(_POLICIES, {"number": number}).all()
    return [one for _, one in rows if one is not None] if rows else None


_POLICIES = (
    select(Member.id, InsurancePolicy)
    .outerjoin(InsurancePolicy, InsurancePolicy.member_id == Member.id)
    .where(Member.number == bindparam("number"))
    .order_by(InsurancePolicy.period_from)
)


def own_phones(number: str) -> frozenset[str]:
    """The keys of the phones of a company and its sites; those of its people are not among them."""
    return frozenset(db.session.scalars(_OWN_PHONES, {"number": number}))


_OWN_PHONES = (
    select(Phone.key)
    .join(Member, Member.id == Phone.member_id)
    .where(Member.number == bindparam("number"), Phone.contact_id.is_(None))
)


def site_of_phone(member: Member, phone: str) -> str:
    """The name of the one site that this phone rings; "" where it is none or several."""
    key = phone_key(phone)
    rung = {one.site_id for one in member.phones if one.key == key}
    names = {site.id: site.name for site in member.sites}
    only = rung.pop() if len(rung) == 1 else None
    return names.get(only, "") if only is not None else ""


def sounding_like(member: Member) -> list[Member]:
    """Other companies whose name or reading is the same but for its spelling, or whose corporate
    number is the same: only the address tells them apart."""
    alike = [Member.name_key == member.name_key] if _says_something(member.name_key) else []
    if member.corporate_number:
        alike.append(Member.corporate_number == member.corporate_number)
    reading = text_key(member.kana)
    if _says_something(reading):
        # The index finds whoever has these letters anywhere: the reading is compared below.
        alike.append(fulltext.matches(Member.search_text, phrases(member.kana)))
    if not alike:
        return []
    query = _listed(LOOKED_AT, None).where(Member.id != member.id, or_(*alike))
    found = (one for one in db.session.scalars(query) if _sounds_like(one, member, reading))
    return list(islice(found, LIKE_EACH_OTHER))


def _says_something(key: str) -> bool:
    return len(key) >= LETTERS_ENOUGH


def _sounds_like(one: Member, member: Member, reading: str) -> bool:
    same_name = one.name_key == member.name_key
    same_number = bool(one.corporate_number) and one.corporate_number == member.corporate_number
    return same_name or same_number or (bool(reading) and text_key(one.kana) == reading)


MOST_LOOKED_AT = 300
"""Contacts of companies that match, looked at for one page."""


@dataclass(frozen=True)
class Found:
    """Somebody at a company, and how to reach them."""

    contact: Contact
    company: Member
    phones: tuple[str, ...]


@dataclass(frozen=True)
class FoundContacts:
    """People who match, how many were looked at, and after which one to look on (None: none)."""

    rows: list[Found]
    looked_at: int
    following: int | None


def contacts(q: str, *, limit: int, after: int = 0) -> FoundContacts:
    """At most ``limit`` people at companies for whom every word of ``q`` stands, one in their
    own name, mail or phone; from after the contact with the id ``after`` on."""
    wanted = phrases(q)
    query = (
        select(Contact, Member)
        .join(Member, Member.id == Contact.member_id)
        .where(fulltext.matches(Member.search_text, wanted), Contact.id > after)
        .options(lazyload("*"))
        .order_by(Contact.id)
        .limit(MOST_LOOKED_AT + 1)
    )
    known = [(contact, company) for contact, company in db.session.execute(query)]
    phones = _phones_of([contact.id for contact, _ in known])
    rows: list[Found] = []
    for looked_at, (contact, company) in enumerate(known[:MOST_LOOKED_AT]):
        if len(rows) == limit:
            return FoundContacts(rows, looked_at, known[looked_at - 1][0].id)
        one = Found(contact, company, phones.get(contact.id, ()))
        if _is_meant(one, wanted):
            rows.append(one)
    more = known[MOST_LOOKED_AT - 1][0].id if len(known) > MOST_LOOKED_AT else None
    return FoundContacts(rows, min(len(known), MOST_LOOKED_AT), more)


def _phones_of(contact_ids: Collection[int]) -> dict[int | None, tuple[str, ...]]:
    if not contact_ids:
        return {}
    query = select(Phone.contact_id, Phone.raw).where(Phone.contact_id.in_(contact_ids))
    found: dict[int | None, tuple[str, ...]] = {}
    for contact_id, raw in db.session.execute(query.order_by(Phone.id)):
        found[contact_id] = (*found.get(contact_id, ()), raw)
    return found


def _is_meant(one: Found, wanted: Sequence[Sequence[tuple[str, ...]]]) -> bool:
    contact, company = one.contact, one.company
    own = grams(texts=[contact.name, contact.kana, contact.email], phones=one.phones)
    in_own = [holds(own, group) for group in wanted]
    if all(in_own) or not any(in_own):
        return any(in_own)
    around = grams(companies=[company.name], texts=[company.kana, company.number])
    return all(here or holds(around, group) for here, group in zip(in_own, wanted, strict=True))
