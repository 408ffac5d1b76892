"""A company as somebody types it into a form."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.errors import N_, Invalid, Problem
from hotline.members.rules import details
from hotline.members.rules.details import (
    ContactDetails,
    Details,
    PolicyDetails,
    SiteDetails,
)
from hotline.searchkeys import phone_key

Given = Mapping[str, str]
"""Texts by field; ``id`` is the number of a row that stands already, ``phones`` a list."""

SPLIT = str.maketrans("、，;；\n", ",,,,,")


class Form:
    """Reads one group of fields after the other, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}

    def group(self, prefix: str, given: Given, names: Mapping[str, str]) -> dict[str, Any]:
        """The values of the fields ``names`` (ours to the form's) that are not empty."""
        problems: dict[str, Problem] = {}
        texts = {ours: details.plain(given.get(theirs, "")) for ours, theirs in names.items()}
        values = details.check(texts, problems)
        for missing in (details.contact_problems, details.policy_problems):
            problems = {**missing({**values, **problems}), **problems}
        for ours, problem in problems.items():
            self.problems[f"{prefix}{names.get(ours, ours)}"] = problem
        return values

    def phones(self, prefix: str, given: Given) -> tuple[str, ...]:
        """The phones of one place, which stand apart by commas."""
        found: dict[str, str] = {}
        for text in given.get("phones", "").translate(SPLIT).split(","):
            try:
                phone = details.clean_phone(details.plain(text)) if text.strip() else ""
            except Problem as problem:
                self.problems[f"{prefix}phones"] = problem
                continue
            if phone:
                found.setdefault(phone_key(phone), phone)
        return tuple(found.values())

    def once(self, group: str, names: Sequence[tuple[int, str]]) -> None:
        """Refuse the same name for two groups; each name comes with its place in the form."""
        seen = set()
        for place, name in names:
            if name in seen:
                problem = Problem(N_("This stands here already."))
                self.problems.setdefault(f"{group}-{place}-name", problem)
            seen.add(name)


def company(
    given: Given, sites: Sequence[Given], contacts: Sequence[Given], policies: Sequence[Given]
) -> Details:
    """What the form describes; an empty group is one that is not there.

    Raises Invalid; fields of groups are called ``sites-0-address``, counted as they were given.
    """
    form = Form()
    head = form.group("", given, {name: name for name in COMPANY})
    for name, sentence in NEEDED.items():
        if name not in head:
            form.problems.setdefault(name, Problem(sentence))
    phones = form.phones("", given)
    places = {place: _site(form, place, one) for place, one in _written(sites)}
    form.once("sites", [(place, one.name) for place, one in places.items()])
    people = [_contact(form, place, one, places) for place, one in _written(contacts)]
    papers = {place: _policy(form, place, one) for place, one in _written(policies)}
    known = [(place, f"{one.number} {one.day_from}") for place, one in papers.items() if one]
    form.once("policies", known)
    if form.problems:
        raise Invalid(form.problems)
    return Details(
        **head,
        phones=phones,
        sites=tuple(places.values()),
        contacts=tuple(people),
        policies=tuple(one for one in papers.values() if one),
    )


COMPANY = ("number", "name", "kana", "corporate_number", "jnx_number")
NEEDED = {
    "number": N_("Please write the number of the company."),
    "name": N_("Please write the name of the company."),
}


def _written(groups: Sequence[Given]) -> list[tuple[int, Given]]:
    """The groups with anything in them, each with its place in the form."""
    return [
        (place, one)
        for place, one in enumerate(groups)
        if any(text.strip() for name, text in one.items() if name not in ("id", "site"))
    ]


def _site(form: Form, place: int, given: Given) -> SiteDetails:
    prefix = f"sites-{place}-"
    values = form.group(prefix, given, {"site": "name", "address": "address"})
    phones = form.phones(prefix, given)
    return SiteDetails(values.get("site", ""), values.get("address", ""), phones, _id_of(given))


def _contact(
    form: Form, place: int, given: Given, places: Mapping[int, SiteDetails]
) -> ContactDetails:
    """Somebody at the site with the place that the form names."""
    prefix = f"contacts-{place}-"
    names = {"contact_name": "name", "contact_kana": "kana", "contact_email": "email"}
    values = form.group(prefix, given, names)
    phones = form.phones(prefix, given)
    if phones and "contact_name" not in values:
        form.problems.setdefault(
            f"{prefix}name", Problem(N_("Please write the name of the contact."))
        )
    site = next((one for at, one in places.items() if str(at) == given.get("site")), None)
    return ContactDetails(
        name=values.get("contact_name", ""),
        kana=values.get("contact_kana", ""),
        email=values.get("contact_email", ""),
        site=site.name if site else None,
        phones=phones,
        id=_id_of(given),
    )


def _policy(form: Form, place: int, given: Given) -> PolicyDetails | None:
    """None when it is not whole; what is missing stands among the problems then."""
    names = {
        "policy_number": "name",
        "policy_from": "day_from",
        "policy_to": "day_to",
        "liability_limit_yen": "liability_limit_yen",
        "cost_limit_yen": "cost_limit_yen",
    }
    values = form.group(f"policies-{place}-", given, names)
    if not {"policy_number", "policy_from", "policy_to"} <= set(values):
        return None
    return PolicyDetails(
        number=values["policy_number"],
        day_from=values["policy_from"],
        day_to=values["policy_to"],
        liability_limit_yen=values.get("liability_limit_yen"),
        cost_limit_yen=values.get("cost_limit_yen"),
        id=_id_of(given),
    )


def _id_of(given: Given) -> int | None:
    """The row that stands already; None for a new one. A foreign number finds no row."""
    text = given.get("id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
