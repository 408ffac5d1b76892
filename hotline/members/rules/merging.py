"""What a file of companies changes: it adds and corrects, and never takes anything away."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from hotline.errors import N_, Problem
from hotline.members.rules.details import ContactDetails, Details, PolicyDetails, SiteDetails
from hotline.members.rules.entitlement import Sentence
from hotline.members.rules.rows import Checked, Finding
from hotline.searchkeys import phone_key

Values = Mapping[str, Any]
Merged = tuple[Details, list[str]]
"""The company, and the fields that are other than before."""

T = TypeVar("T")


class Outcome(StrEnum):
    """What becomes of one row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Line:
    """What a row says and does: the company, the fields it changes, problems and remarks."""

    row: int
    number: str
    name: str
    outcome: Outcome
    fields: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: Mapping[str, Sentence] | None = None


@dataclass(frozen=True)
class Report:
    """Row by row what a file does; with one wrong row nothing is imported."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...] = ()
    companies: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def may_be_imported(self) -> bool:
        """Whether no row is wrong."""
        return not self.count(Outcome.WRONG)

    @property
    def changes_something(self) -> bool:
        """Whether anything would be other than before."""
        return bool(self.count(Outcome.ADDED) + self.count(Outcome.CHANGED))


@dataclass(frozen=True)
class Plan:
    """The report, and the companies that are other than before, each with its changed fields."""

    report: Report
    changed: Mapping[str, tuple[Details, tuple[str, ...]]]


def numbers(checked: Sequence[Checked]) -> set[str]:
    """The companies that these rows speak of."""
    return {found for one in checked if (found := one.values.get("number"))}


def plan(
    checked: Sequence[Checked], known: Mapping[str, Details], *, unknown: tuple[str, ...] = ()
) -> Plan:
    """What becomes of each row; ``known`` are the companies on file, by number."""
    checked = list(_bounded(checked))
    companies = dict(known)
    changes = {one.row.line: _change(companies, one.values) for one in checked}
    lines = tuple(_line(one, changes[one.row.line], companies, known) for one in checked)
    fields: dict[str, dict[str, None]] = {}
    for line in lines:
        fields.setdefault(line.number, {}).update(dict.fromkeys(line.fields))
    changed = {
        number: (company, tuple(fields[number]))
        for number, company in companies.items()
        if company != known.get(number)
    }
    return Plan(Report(lines, unknown, len(companies)), changed)


MOST_ROWS = 1000
"""Rows of one company; each is compared with all the others."""


def _bounded(checked: Sequence[Checked]) -> Iterator[Checked]:
    seen: dict[str, int] = {}
    for one in checked:
        number = one.values.get("number", "")
        seen[number] = seen.get(number, 0) + 1
        if not number or seen[number] <= MOST_ROWS:
            yield one
            continue
        problem = Problem(N_("One company can have at most %(limit)s rows."), limit=MOST_ROWS)
        yield replace(one, values={}, findings=(Finding(one.row.line, "number", problem),))


def _change(companies: dict[str, Details], values: Values) -> tuple[str, ...]:
    """Merge one row into its company; the fields that it changed."""
    number = values.get("number", "")
    if not number:
        return ()
    before = companies.get(number, Details(number))
    companies[number], fields = merge(before, values)
    return ("number", *fields) if before == Details(number) else tuple(fields)


def _line(
    one: Checked,
    fields: tuple[str, ...],
    companies: Mapping[str, Details],
    known: Mapping[str, Details],
) -> Line:
    number = one.values.get("number", "")
    company = companies.get(number, Details(""))
    findings = (*one.findings, *_disagreements(one, company))
    return Line(
        row=one.row.line,
        number=number,
        name=company.name or one.row.cells.get("name", ""),
        outcome=_outcome(findings, fields),
        fields=tuple(name for name in fields if name != "number" or number not in known),
        findings=findings,
        remarks=one.remarks,
    )


def _outcome(findings: Sequence[Finding], fields: Sequence[str]) -> Outcome:
    if findings:
        return Outcome.WRONG
    if "number" in fields:
        return Outcome.ADDED
    return Outcome.CHANGED if fields else Outcome.UNCHANGED


def _disagreements(one: Checked, company: Details) -> Iterator[Finding]:
    """What this row would still change in the finished company: then another row contradicts it.

    So the same file twice changes nothing.
    """
    if not company.number:
        return
    if not company.name and not any(finding.field == "name" for finding in one.findings):
        yield Finding(one.row.line, "name", Problem(N_("Please write the name of the company.")))
    for name in merge(company, one.values)[1]:
        yield Finding(
            one.row.line, name, Problem(N_("Another row of this company says something else."))
        )


def merge(company: Details, values: Values) -> Merged:
    """The company with what one row says; empty cells say nothing."""
    fields: list[str] = []
    site: str | None = None
    if "site" in values or "address" in values:
        company, site, changed = _merge_site(company, values)
        fields += changed
    for step in (_merge_company, _merge_phone, _merge_contact, _merge_policy):
        company, changed = step(company, values, site)
        fields += changed
    return company, fields


def _merge_company(company: Details, values: Values, _site: str | None) -> Merged:
    return _updated(company, values, {name: name for name in COMPANY})


COMPANY = ("name", "kana", "corporate_number", "jnx_number")


def _merge_site(company: Details, values: Values) -> tuple[Details, str, list[str]]:
    """The company with the site of the row, and what that site is called."""
    place = _place(company.sites, lambda one: _is_site(one, values))
    name = values.get("site", "")
    before = company.sites[place] if place is not None else SiteDetails(name)
    after, fields = _updated(before, values, {"address": "address"})
    fields = ["site", *fields] if place is None and name else fields
    return replace(company, sites=_put(company.sites, place, after)), after.name, fields


def _is_site(one: SiteDetails, values: Values) -> bool:
    """The one with that name; a row with an address alone means the site that stands there."""
    if "site" in values:
        return _same(one.name, values["site"])
    return not one.name or _same(one.address, values["address"])


def _merge_phone(company: Details, values: Values, site: str | None) -> Merged:
    phone = values.get("phone")
    if phone is None:
        return company, []
    if site is None:
        known = [one for place in company.sites for one in place.phones]
        added = () if _knows(known, phone) else _one_more(company.phones, phone)
        return replace(company, phones=company.phones + added), ["phone"] * len(added)
    place = _place(company.sites, lambda one: one.name == site)
    assert place is not None  # noqa: S101 - it was put there a moment ago
    before = company.sites[place]
    added = _one_more(before.phones, phone)
    after = replace(before, phones=before.phones + added)
    return replace(company, sites=_put(company.sites, place, after)), ["phone"] * len(added)


def _merge_contact(company: Details, values: Values, site: str | None) -> Merged:
    name = values.get("contact_name")
    if name is None:
        return company, []
    place = _contact_place(company.contacts, name, site)
    before = company.contacts[place] if place is not None else ContactDetails(name, site=site)
    after, fields = _updated(before, values, {"contact_kana": "kana", "contact_email": "email"})
    if site is not None and after.site is None:
        after, fields = replace(after, site=site), [*fields, "site"]
    phone = values.get("contact_phone")
    added = _one_more(after.phones, phone) if phone else ()
    after = replace(after, phones=after.phones + added)
    fields = [
        *(["contact_name"] if place is None else []),
        *fields,
        *["contact_phone"] * len(added),
    ]
    return replace(company, contacts=_put(company.contacts, place, after)), fields


def _contact_place(contacts: Sequence[ContactDetails], name: str, site: str | None) -> int | None:
    """Where somebody of that name stands: at that site, or at none that is known."""
    namesakes = [place for place, one in enumerate(contacts) if _same(one.name, name)]
    here = [place for place in namesakes if contacts[place].site == site]
    if here:
        return here[0]
    if site is None:
        return namesakes[0] if len(namesakes) == 1 else None
    return next((place for place in namesakes if contacts[place].site is None), None)


def _merge_policy(company: Details, values: Values, _site: str | None) -> Merged:
    if not {"policy_number", "policy_from", "policy_to"} <= set(values):
        return company, []  # Not whole: the row has been found wrong for it.
    number, first = values["policy_number"], values["policy_from"]
    place = _place(company.policies, lambda one: (one.number, one.day_from) == (number, first))
    new = PolicyDetails(number, first, values["policy_to"])
    before = company.policies[place] if place is not None else new
    after, fields = _updated(before, values, POLICY_FIELDS)
    fields = ["policy_number", *fields] if place is None else fields
    return replace(company, policies=_put(company.policies, place, after)), fields


POLICY_FIELDS = {
    "policy_to": "day_to",
    "liability_limit_yen": "liability_limit_yen",
    "cost_limit_yen": "cost_limit_yen",
}


def _updated(before: Any, values: Values, names: Mapping[str, str]) -> tuple[Any, list[str]]:
    """``before`` with the values that are given and other; ``names`` are fields to attributes."""
    changed = {
        name: values[name]
        for name, attribute in names.items()
        if name in values and values[name] != getattr(before, attribute)
    }
    after = replace(before, **{names[name]: value for name, value in changed.items()})
    return after, list(changed)


def _place(items: Sequence[T], is_it: Callable[[T], bool]) -> int | None:
    return next((place for place, one in enumerate(items) if is_it(one)), None)


def _put(items: tuple[T, ...], place: int | None, one: T) -> tuple[T, ...]:
    if place is None:
        return (*items, one)
    return (*items[:place], one, *items[place + 1 :])


def _same(left: str, right: str) -> bool:
    """Whether two spellings differ in width, case and blanks at most."""
    return _folded(left) == _folded(right)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _knows(phones: Sequence[str], phone: str) -> bool:
    return any(phone_key(one) == phone_key(phone) for one in phones)


def _one_more(phones: Sequence[str], phone: str) -> tuple[str, ...]:
    """The phone as something to add; nothing when its digits stand there already."""
    return () if _knows(phones, phone) else (phone,)
