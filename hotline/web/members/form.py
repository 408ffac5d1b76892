"""The form of a company: its groups of fields, as they were sent or as they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from hotline.members import rules
from hotline.members.rules import Details, PolicyDetails

SPARE = {"sites": 1, "contacts": 2, "policies": 1}
"""Empty groups that stand below those with something in them, to add more without script."""

FIELDS = {
    "sites": ("id", "name", "address", "phones"),
    "contacts": ("id", "name", "kana", "email", "site", "phones"),
    "policies": (
        "id", "name", "day_from", "day_to", "liability_limit_yen", "cost_limit_yen",
    ),
}  # fmt: skip
HEAD = ("number", "name", "kana", "corporate_number", "jnx_number", "phones")

_PLACE = re.compile(r"(sites|contacts|policies)-([0-9]{1,3})-([a-z_]+)")

Group = dict[str, str]


@dataclass(frozen=True)
class Form:
    """Texts of the company and of its groups."""

    head: Group
    sites: list[Group]
    contacts: list[Group]
    policies: list[Group]

    def details(self) -> Details:
        """What these texts describe. Raises Invalid naming the fields."""
        return rules.company(self.head, self.sites, self.contacts, self.policies)


def sent() -> Form:
    """The form as somebody sent it."""
    groups: dict[str, dict[int, Group]] = {name: {} for name in FIELDS}
    for name, value in request.form.items():
        found = _PLACE.fullmatch(name)
        if found and found[3] in FIELDS[found[1]]:
            groups[found[1]].setdefault(int(found[2]), {})[found[3]] = value
    head = {name: request.form.get(name, "") for name in HEAD}
    return Form(head, **{name: list(_in_a_row(found)) for name, found in groups.items()})


def _in_a_row(groups: Mapping[int, Group]) -> Iterator[Group]:
    """The groups by their place; one that was not sent is empty, so that places stay."""
    return (groups.get(place, {}) for place in range(max(groups, default=-1) + 1))


def of(details: Details) -> Form:
    """The form of a company as it stands, with empty groups to add more."""
    places = {one.name: str(place) for place, one in enumerate(details.sites)}
    head = {name: getattr(details, name) for name in HEAD if name != "phones"}
    sites = [
        {"id": _id(one), "name": one.name, "address": one.address, "phones": _listed(one.phones)}
        for one in details.sites
    ]
    contacts = [
        {
            "id": _id(one),
            "name": one.name,
            "kana": one.kana,
            "email": one.email,
            "site": places.get(one.site, "") if one.site is not None else "",
            "phones": _listed(one.phones),
        }
        for one in details.contacts
    ]
    policies = [_policy(one) for one in details.policies]
    return Form(
        {**head, "phones": _listed(details.phones)},
        _with_spare("sites", sites),
        _with_spare("contacts", contacts),
        _with_spare("policies", policies),
    )


def _policy(one: PolicyDetails) -> Group:
    return {
        "id": _id(one),
        "name": one.number,
        "day_from": rules.written_day(one.day_from),
        "day_to": rules.written_day(one.day_to),
        "liability_limit_yen": _yen(one.liability_limit_yen),
        "cost_limit_yen": _yen(one.cost_limit_yen),
    }


def _with_spare(name: str, groups: Sequence[Group]) -> list[Group]:
    return [*groups, *({} for _ in range(SPARE[name]))]


def _id(one: Any) -> str:
    return str(one.id or "")


def _listed(phones: Sequence[str]) -> str:
    return ", ".join(phones)


def _yen(amount: int | None) -> str:
    return f"{amount:,}" if amount is not None else ""
