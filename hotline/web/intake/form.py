"""The intake's form: what it says about the incident, and where two versions of it differ."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from hotline import policy
from hotline.clock import TOKYO
from hotline.errors import N_, Problem
from hotline.tickets.rules import HearingPolicy, Intake
from hotline.web import typed

Form = MultiDict[str, str]

ANSWER = "answers."
MOMENT = "moment."
"""A question that is answered by a moment: its key follows, and then _day or _time."""

CONSENT = "consents."
CONSENTS: dict[str, bool | None] = {"yes": True, "no": False, "": None}

TEXTS = (
    "company",
    "member_number",
    "site",
    "caller_name",
    "caller_kana",
    "caller_title",
    "caller_phone",
    "callback_phone",
    "callback_hours",
    "caller_email",
    "safe_phone",
    "safe_email",
    "discovered_by",
    "other_kind",
    "summary",
)
"""Fields that hold one text, named as in ``Intake``."""

MOMENTS = ("occurred", "discovered")
"""Each is a day and a time in the form, and ``<name>_at`` in ``Intake``; empty: not known yet."""

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "case_types": (N_("Case types"), ("case_types", "primary")),
    "other_kind": (N_("What it is about"), ("other_kind",)),
    "company": (N_("Company"), ("company", "member_number")),
    "site": (N_("Site"), ("site", "site_text")),
    "caller_name": (N_("Name"), ("caller_name",)),
    "caller_kana": (N_("Reading"), ("caller_kana",)),
    "caller_title": (N_("Department and position"), ("caller_title",)),
    "caller_phone": (N_("Number the caller rang from"), ("caller_phone",)),
    "callback_phone": (N_("Number to call back"), ("callback_phone",)),
    "callback_hours": (N_("Best hours to call back"), ("callback_hours",)),
    "caller_email": (N_("E-mail"), ("caller_email",)),
    "company_channels_unsafe": (
        N_("Company mail and extensions must not be used"),
        ("company_channels_unsafe",),
    ),
    "safe_phone": (N_("Safe phone"), ("safe_phone",)),
    "safe_email": (N_("Safe e-mail"), ("safe_email",)),
    "occurred_at": (N_("When it happened"), ("occurred_day", "occurred_time")),
    "discovered_at": (N_("When it was first noticed"), ("discovered_day", "discovered_time")),
    "discovered_by": (N_("Who noticed it"), ("discovered_by",)),
    "summary": (N_("What happened"), ("summary",)),
    "severity": (N_("Severity"), ("severity", "severity_reason")),
}
"""What is compared as one: its name to its label and the controls that hold it."""


def written(intake: Intake) -> Form:
    """The form as it stands when ``intake`` is what is known."""
    form: Form = MultiDict((name, getattr(intake, name) or "") for name in TEXTS)
    form.setlist("case_types", list(intake.case_types))
    form["primary"] = next(iter(intake.case_types), "")
    if intake.company_channels_unsafe:
        form["company_channels_unsafe"] = "1"
    for name in MOMENTS:
        form.update(_moment_in_form(name, getattr(intake, f"{name}_at")))
    for key, answer in intake.answers.items():
        if key in _moments():
            at = datetime.fromisoformat(answer[0])
            form.update(_moment_in_form(f"{MOMENT}{key}", at))
        else:
            form.setlist(f"{ANSWER}{key}", [str(one) for one in answer])
    said = {answer: text for text, answer in CONSENTS.items()}
    for code, given in intake.consents.items():
        form[f"{CONSENT}{code}"] = said[given]
    return form


def _moment_in_form(name: str, at: datetime | None) -> dict[str, str]:
    if at is None:
        return {}
    local = at.astimezone(TOKYO)
    seconds = f":{local.second:02}" if local.second else ""
    return {
        f"{name}_day": f"{local:%Y/%m/%d}",
        f"{name}_time": f"{local.hour}:{local.minute:02}{seconds}",
    }


def read(form: Form, *, now: datetime) -> tuple[Intake, dict[str, Problem]]:
    """What the form says, and what is wrong with it by field; a wrong field is left empty."""
    problems: dict[str, Problem] = {}
    texts = {name: _one_line_end(form.get(name, "")) for name in TEXTS}
    moments = {f"{name}_at": _moment(form, name, now, problems) for name in MOMENTS}
    chosen = case_types(form)
    if "other" not in chosen:
        texts["other_kind"] = ""
    severity = form.get("severity") or None
    values: dict[str, Any] = {
        **texts,
        **moments,
        "case_types": chosen,
        "site": form.get("site_text", "").strip() or texts["site"],
        "company_channels_unsafe": bool(form.get("company_channels_unsafe")),
        "answers": {**answers(form), **_answered_moments(form, now, problems)},
        "consents": _consents(form, problems),
        "severity": severity,
        "severity_reason": form.get("severity_reason", "") if severity else "",
    }
    return Intake(**values), problems


def case_types(form: Form) -> tuple[str, ...]:
    """The chosen codes, the primary one first; without a primary in the order of the page."""
    primary = form.get("primary", "")
    return tuple(sorted(form.getlist("case_types"), key=lambda code: code != primary))


def answers(form: Form) -> dict[str, list[str]]:
    """Question key to what was ticked or typed; nothing takes an answer away."""
    return {
        name.removeprefix(ANSWER): [one for one in form.getlist(name) if one]
        for name in form
        if name.startswith(ANSWER)
    }


def _moments() -> set[str]:
    """Keys of the questions that are answered by a day and a time."""
    asked = policy.get(HearingPolicy).question
    return {one.key for one in asked if one.input == "datetime" and one.field is None}


def _answered_moments(
    form: Form, now: datetime, problems: dict[str, Problem]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in sorted(_moments()):
        name = f"{MOMENT}{key}"
        if f"{name}_day" not in form and f"{name}_time" not in form:
            continue
        wrong: dict[str, Problem] = {}
        at = _moment(form, name, now, wrong)
        problems |= {f"{ANSWER}{key}": problem for problem in wrong.values()}
        found[key] = [at.isoformat()] if at else []
    return found


def _consents(form: Form, problems: dict[str, Problem]) -> dict[str, bool | None]:
    given: dict[str, bool | None] = {}
    for name in form:
        if name.startswith(CONSENT):
            if form[name] not in CONSENTS:
                problems[name] = Problem(N_("There is no such choice."))
            given[name.removeprefix(CONSENT)] = CONSENTS.get(form[name])
    return given


def _moment(form: Form, name: str, now: datetime, problems: dict[str, Problem]) -> datetime | None:
    day, at = (form.get(f"{name}_{part}", "").strip() for part in ("day", "time"))
    if not day and not at:
        return None
    try:
        on = typed.parse_day(day, today=now.astimezone(TOKYO).date())
        return datetime.combine(on, typed.parse_time(at), TOKYO).astimezone(UTC)
    except Problem as problem:
        problems[f"{name}_at"] = problem
        return None


def _one_line_end(text: str) -> str:
    """Browsers send both letters of a line end; what is kept has one."""
    return text.replace("\r\n", "\n")


# Two versions


@dataclass(frozen=True)
class Difference:
    """One part of the form that two people wrote differently.

    ``theirs`` and ``mine`` are the values of its controls by name; ``touched``: I changed it
    since I opened the page, so that mine is what I mean.
    """

    name: str
    theirs: Mapping[str, Sequence[str]]
    mine: Mapping[str, Sequence[str]]
    touched: bool


def groups(*forms: Form) -> dict[str, tuple[str, ...]]:
    """Every part of the form to the names of its controls, answers and consents as they come."""
    named = {name: controls for name, (_, controls) in GROUPS.items()}
    for form in forms:
        named |= {name: (name,) for name in form if name.startswith((ANSWER, CONSENT))}
    return named | {
        f"{ANSWER}{key}": (f"{MOMENT}{key}_day", f"{MOMENT}{key}_time") for key in _moments()
    }


def marks(form: Form) -> str:
    """What each part held when the page was made, as digests: later they tell who changed it."""
    return json.dumps(digests(form))


def digests(form: Form) -> dict[str, str]:
    """Part to the digest of what it holds; empty parts are left out."""
    return {name: _digest(values) for name, values in _parts(form, groups(form)) if any(values)}


def over(below: Form, above: Form, parts: Iterable[str]) -> Form:
    """``below`` with these parts of ``above`` in place of its own."""
    form: Form = MultiDict(below)
    named = groups(below, above)
    for part in parts:
        for control in named.get(part, (part,)):
            form.setlist(control, above.getlist(control))
    return form


def part_of(field_name: str) -> str:
    """The part of the form in which a field of the intake stands."""
    return INSIDE.get(field_name, field_name)


INSIDE = {control: part for part, (_, controls) in GROUPS.items() for control in controls}
"""Control to the part it belongs to, where it is not a part by itself."""


def differences(theirs: Form, mine: Form) -> list[Difference]:
    """Where what I typed differs from what is saved now."""
    before = _read_marks(mine.get("marks", ""))
    named = groups(theirs, mine)
    saved, typed_now = dict(_parts(theirs, named)), dict(_parts(mine, named))
    return [
        Difference(
            name,
            theirs=_values(theirs, controls),
            mine=_values(mine, controls),
            touched=before.get(name, EMPTY) != _digest(typed_now[name]),
        )
        for name, controls in named.items()
        if saved[name] != typed_now[name]
        and name != "severity"  # It is an act, and nothing stands.
    ]


def merged(theirs: Form, mine: Form) -> Form:
    """What I typed, with what is saved wherever I chose to take that."""
    form: Form = MultiDict(mine)
    for name, controls in groups(theirs, mine).items():
        if mine.get(f"take.{name}") == "theirs":
            for control in controls:
                form.setlist(control, theirs.getlist(control))
    return form


def _parts(form: Form, named: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for name, controls in named.items():
        if name == "case_types":
            yield name, case_types(form)
        elif name == "site":
            yield name, (form.get("site_text", "").strip() or form.get("site", ""),)
        else:
            yield (
                name,
                tuple(
                    _one_line_end(value).strip()
                    for control in controls
                    for value in form.getlist(control)
                    if value
                ),
            )


def _values(form: Form, controls: Iterable[str]) -> dict[str, list[str]]:
    return {control: [one for one in form.getlist(control) if one] for control in controls}


def _digest(values: Sequence[str]) -> str:
    if not any(values):
        return EMPTY
    return hashlib.sha256("\0".join(values).encode("utf-8", "replace")).hexdigest()[:10]


EMPTY = ""


def _read_marks(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
