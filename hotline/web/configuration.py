"""What is in force, from which file: for administrators to read. It is changed by file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from pydantic import SecretStr

from hotline import clock, policy
from hotline.calendars import service as calendars
from hotline.calendars.rules import CalendarPolicy
from hotline.clock import TOKYO
from hotline.coordination.rules import FunctionsPolicy, RoutingPolicy
from hotline.duty.rules import LinesPolicy
from hotline.edge.access import allow
from hotline.edge.identity import settings
from hotline.errors import N_, Missing
from hotline.people.rules import Role
from hotline.policy import Policy, Source
from hotline.settings import Settings
from hotline.tickets.rules import (
    AdvicePolicy,
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    ReferralsPolicy,
)
from hotline.web.tasks.routed import conditions, question

bp = Blueprint("configuration", __name__)

FILES = "files"
RULES = "rules"
TEXTS = "texts"
SETTINGS = "settings"

PARTS = {
    FILES: N_("Files"),
    "lines": N_("Lines"),
    "case_types": N_("Case types"),
    "hearing": N_("Hearing sheet"),
    "advice": N_("First advice"),
    "sharing": N_("Consents and referrals"),
    "partners": N_("Work of partners"),
    "calendars": N_("Calendars"),
    RULES: N_("Escalation and telephone"),
    TEXTS: N_("Texts"),
    SETTINGS: N_("Settings"),
}

OWN_PARTS: dict[type[Policy], str] = {
    LinesPolicy: "lines",
    CaseTypesPolicy: "case_types",
    HearingPolicy: "hearing",
    AdvicePolicy: "advice",
    ConsentsPolicy: "sharing",
    ReferralsPolicy: "sharing",
    FunctionsPolicy: "partners",
    RoutingPolicy: "partners",
    CalendarPolicy: "calendars",
}
"""The part where a file is shown in words; every other file is shown key by key."""


INPUTS = {
    "text": N_("text"),
    "number": N_("number"),
    "datetime": N_("date and time"),
    "phone": N_("phone number"),
}

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@dataclass(frozen=True)
class Shown:
    """One file in force; ``part`` is where its content is shown."""

    name: str
    part: str
    source: Source


@dataclass(frozen=True)
class TextPair:
    """One text in both languages; "" where it stands in one alone."""

    group: str
    name: str
    ja: str
    en: str


@dataclass(frozen=True)
class Setting:
    """One variable of the environment; ``changed`` means it is not what we ship."""

    name: str
    is_set: bool
    is_secret: bool
    changed: bool


@bp.get("/configuration", defaults={"part": FILES})
@bp.get("/configuration/<part>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def show(part: str) -> ResponseReturnValue:
    """One part of what is in force; nothing can be changed here."""
    if part not in PARTS:
        raise Missing()
    shown = list(_files())
    return render_template(
        "configuration/show.html",
        part=part,
        parts=PARTS,
        files=shown,
        here_files=[one for one in shown if one.part == part],
        now=clock.now(),
        **_content(part),
    )


def _files() -> Iterator[Shown]:
    for schema, source in policy.sources().items():
        yield Shown(schema.FILE, OWN_PARTS.get(schema, RULES), source)


def _content(part: str) -> dict[str, Any]:
    """What the template of this part needs."""
    if part == RULES:
        return {"tables": list(_tables())}
    if part == TEXTS:
        return {"texts": text_pairs(settings().config_dir / "texts")}
    if part == SETTINGS:
        return {"settings": list(setting_rows(settings()))}
    return _in_words()


def _in_words() -> dict[str, Any]:
    hotline, hearing = calendars.from_config("hotline"), policy.get(HearingPolicy)
    kinds = policy.get(CaseTypesPolicy)
    return {
        "lines": policy.get(LinesPolicy),
        "kinds": kinds,
        "everybody": hearing.sheet([]),
        "by_type": [
            (one, [question for question in hearing.question if one.code in question.case_types])
            for one in kinds.case_type
        ],
        "inputs": INPUTS,
        "weekdays": WEEKDAYS,
        "advice": policy.get(AdvicePolicy),
        "consents": policy.get(ConsentsPolicy),
        "referrals": policy.get(ReferralsPolicy),
        "functions": policy.get(FunctionsPolicy),
        "routing": policy.get(RoutingPolicy),
        "conditions": conditions,
        "question": question,
        "calendars": [(name, calendars.from_config(name)) for name in ("hotline", "government")],
        "warning": hotline.warning(clock.now().astimezone(TOKYO).date()),
    }


def _tables() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for schema in policy.sources():
        if schema not in OWN_PARTS:
            yield schema.FILE, list(flat(policy.get(schema).model_dump(mode="json")))


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value of nested tables with the way to it, such as ``grace_minutes.p1``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from flat(inner, f"{name} {number}")
    else:
        yield name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def text_pairs(folder: Path) -> list[TextPair]:
    """Every text below ``folder``, whether the language is part of its name or of its folder."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted(folder.rglob("*.txt")):
        group, name, language = _placed(path.relative_to(folder))
        found.setdefault((group, name), {})[language] = path.read_text(encoding="utf-8").strip()
    return [
        TextPair(group, name, both.get("ja", ""), both.get("en", ""))
        for (group, name), both in sorted(found.items())
    ]


def _placed(path: Path) -> tuple[str, str, str]:
    """Group, name and language: ``notices/invite.ja.txt`` and ``voice/ja/menu.txt`` alike."""
    group, parent = path.parts[0], path.parent.name
    if parent in ("ja", "en"):
        return group, path.stem, parent
    name, _, language = path.stem.rpartition(".")
    return group, name, language


def setting_rows(given: Settings) -> Iterator[Setting]:
    """Every variable by its name; what it holds is never part of it."""
    for name, field in type(given).model_fields.items():
        value = getattr(given, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        yield Setting(
            name=field.alias or name,
            is_set=plain not in ("", None),
            is_secret=isinstance(value, SecretStr) or not field.repr,
            changed=value != field.get_default(),
        )
