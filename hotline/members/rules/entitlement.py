"""What a company may ask for: flags and sentences that help the desk, never a verdict.

Whoever calls is heard. What nobody knows is said to be unknown and checked on the next business
day; whether a policy pays is said by the insurer alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hotline.errors import N_
from hotline.members.rules.periods import Period, covers


class Answer(StrEnum):
    """What is known of one fact."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@dataclass(frozen=True)
class Known:
    """What the caller, or the file, says about a company."""

    jnx: Answer = UNKNOWN
    insured: Answer = UNKNOWN
    cyber: Answer = UNKNOWN
    domestic: Answer = UNKNOWN


@dataclass(frozen=True)
class Sentence:
    """A message for the catalogue, and what stands in its places.

    Moments are aware datetimes, amounts are whole yen; both are written at the edge.
    """

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Flag:
    """One fact with its reason; ``confirmed`` when our own file says so."""

    code: str
    answer: Answer
    reason: Sentence
    confirmed: bool = False


@dataclass(frozen=True)
class Entitlement:
    """What the desk should know: facts, lines (codes; none: as called), what is free, what not."""

    flags: tuple[Flag, ...]
    lines: tuple[str, ...]
    line: Sentence
    free: Sentence
    beyond: Sentence
    to_check: tuple[Sentence, ...]

    def answer(self, code: str) -> Answer:
        """The answer of the flag ``code``: jnx, insured, cyber or domestic."""
        return next(flag.answer for flag in self.flags if flag.code == code)


class Contract(Period, Protocol):
    """An insurance policy; a limit is whole yen, None when unknown."""

    @property
    def number(self) -> str:
        """As the insurer writes it."""
        ...

    @property
    def liability_limit_yen(self) -> int | None:
        """For claims of others."""
        ...

    @property
    def cost_limit_yen(self) -> int | None:
        """For the company's own costs."""
        ...


class Company(Protocol):
    """What decides about a company; ``jnx_number`` is "" when none is on file."""

    @property
    def jnx_number(self) -> str:
        """The number in the JNX network."""
        ...

    @property
    def policies(self) -> Sequence[Contract]:
        """All of them, past and future ones too."""
        ...


def entitlement(member: Company | None, at: datetime, *, said: Known | None = None) -> Entitlement:
    """What ``member`` (None: not on file) may ask for at ``at``; ``said`` is what the caller said.

    The file outweighs the caller; what only the caller said is not confirmed.
    """
    said = said or Known()
    flags = tuple(
        _filled(flag, getattr(said, flag.code))
        for flag in (_jnx(member), _insured(member, at), _cyber(member, at), _domestic())
    )
    known = Known(**{flag.code: flag.answer for flag in flags})
    lines, line = LINES[known.jnx, _insured_at_all(known)]
    referred = line is ELSEWHERE
    return Entitlement(
        flags=flags,
        lines=lines,
        line=Sentence(line),
        free=Sentence(REFERRED if referred else FIRST_ADVICE),
        beyond=Sentence(NOTHING_HERE if referred else BEYOND[known.cyber]),
        to_check=tuple(_to_check(flags, known)),
    )


def _jnx(member: Company | None) -> Flag:
    if member is None:
        return Flag("jnx", UNKNOWN, Sentence(NOT_ON_FILE))
    if not member.jnx_number:
        return Flag("jnx", UNKNOWN, Sentence(N_("No JNX number is on file.")))
    reason = Sentence(N_("JNX number %(number)s"), {"number": member.jnx_number})
    return Flag("jnx", YES, reason, confirmed=True)


def _insured(member: Company | None, at: datetime) -> Flag:
    if member is None:
        return Flag("insured", UNKNOWN, Sentence(NOT_ON_FILE))
    running = _running(member, at)
    if running is not None:
        reason = Sentence(
            N_("Policy %(number)s, until %(until)s"),
            {"number": running.number, "until": running.period_to},
        )
        return Flag("insured", YES, reason, confirmed=True)
    return Flag("insured", UNKNOWN, _why_not_running(member, at))


def _why_not_running(member: Company, at: datetime) -> Sentence:
    ended = [one for one in member.policies if one.period_to <= at]
    if ended:
        last = max(ended, key=lambda one: one.period_to)
        return Sentence(
            N_("Policy %(number)s ended %(ended)s. Ask whether it was renewed."),
            {"number": last.number, "ended": last.period_to},
        )
    if member.policies:
        first = min(member.policies, key=lambda one: one.period_from)
        return Sentence(
            N_("Policy %(number)s does not begin before %(begins)s."),
            {"number": first.number, "begins": first.period_from},
        )
    return Sentence(N_("No policy is on file."))


def _cyber(member: Company | None, at: datetime) -> Flag:
    running = _running(member, at) if member is not None else None
    if running is None:
        return Flag("cyber", UNKNOWN, Sentence(N_("No running policy is on file.")))
    limits = (running.liability_limit_yen, running.cost_limit_yen)
    message = LIMITS[limits[0] is not None, limits[1] is not None]
    facts = {"liability": limits[0], "cost": limits[1]}
    known = any(limit is not None for limit in limits)
    return Flag("cyber", YES if known else UNKNOWN, Sentence(message, facts), confirmed=known)


def _domestic() -> Flag:
    return Flag("domestic", UNKNOWN, Sentence(N_("Ask where the damaged site or device is.")))


def _running(member: Company, at: datetime) -> Contract | None:
    """The policy that covers at ``at``; of several the one whose limits are known."""
    running = [one for one in member.policies if covers(one, at)]
    return max(running, key=lambda one: (one.cost_limit_yen or 0, one.period_to), default=None)


def _filled(flag: Flag, said: Answer) -> Flag:
    """What nobody else knows, the caller may know."""
    if flag.answer is not UNKNOWN or said is UNKNOWN:
        return flag
    return replace(flag, answer=said, reason=Sentence(N_("The caller says so.")))


def _insured_at_all(known: Known) -> Answer:
    """Cyber cover is a policy too."""
    return YES if known.cyber is YES else known.insured


def _to_check(flags: Sequence[Flag], known: Known) -> list[Sentence]:
    found = []
    if any(not flag.confirmed for flag in flags if flag.code != "domestic"):
        found.append(Sentence(NOT_CONFIRMED))
    if known.cyber is not NO:
        found.append(Sentence(DOMESTIC[known.domestic]))
        found.append(Sentence(N_("The insurer alone says whether the policy pays.")))
    return found


NOT_ON_FILE = N_("The company is not on file.")
NOT_CONFIRMED = N_("Not confirmed: go on with the call, and check it on the next business day.")
ELSEWHERE = N_("Neither line, as far as we know")
FIRST_ADVICE = N_("First advice is free.")
REFERRED = N_(
    "Listen, then name IPA, the police and the company's own insurer; log it out of scope."
)
NOTHING_HERE = N_("Nothing from here")

LINES: dict[tuple[Answer, Answer], tuple[tuple[str, ...], str]] = {
    (YES, YES): (("jnx", "sompo_desk"), N_("JNX line or SOMPO desk")),
    (YES, NO): (("jnx",), N_("JNX line")),
    (YES, UNKNOWN): (("jnx",), N_("JNX line")),
    (NO, YES): (("sompo_desk",), N_("SOMPO desk")),
    (NO, NO): ((), ELSEWHERE),
    (NO, UNKNOWN): ((), N_("The line that was called")),
    (UNKNOWN, YES): ((), N_("The line that was called")),
    (UNKNOWN, NO): ((), N_("The line that was called")),
    (UNKNOWN, UNKNOWN): ((), N_("The line that was called")),
}
"""By JNX member and any policy of the insurer: the codes of the lines, and how they are called."""

BEYOND = {
    YES: N_(
        "Partners through the cover, if it can pay, in Japan, within the limits; the rest paid."
    ),
    NO: N_("Partners as a paid offer, after the company agrees."),
    UNKNOWN: N_("Partners through the cover or as a paid offer: it depends on what is checked."),
}
"""What comes after first advice, by cyber cover."""

DOMESTIC = {
    YES: N_("In Japan, as the caller says."),
    NO: N_("Outside Japan the emergency service may not be covered."),
    UNKNOWN: N_("The emergency service is for Japan only: ask where the incident is."),
}

LIMITS = {
    (True, True): N_("Liability up to %(liability)s, costs up to %(cost)s"),
    (True, False): N_("Liability up to %(liability)s"),
    (False, True): N_("Costs up to %(cost)s"),
    (False, False): N_("The policy has no limits on file."),
}

EXCLUSIONS = (
    N_("A wilful act, or a crime or knowing breach of law by the insured"),
    N_("An outage of electricity, gas, water, telecommunication or the internet provider"),
    N_("Personal data of the company's own officers, or data that was gained unlawfully"),
    N_("Software that was not tested, or in regular use for less than 10 days (lost profit)"),
    N_("War, riot and other political violence; labour dispute; seizure by an authority"),
    N_("Absence of the operator, clerical errors, patent claims, trading of crypto-assets"),
    N_("A crime of the company's own staff: it depends on the year of the policy"),
    N_("A ransom that was paid; lost profit without an interruption of the network"),
)
"""What papers of the insurance name as not covered: to be checked with the insurer, each time."""
