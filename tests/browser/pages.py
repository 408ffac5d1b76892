"""Every page that people see, by name: where it is, who looks at it, and in which state it stands.

The tests walk through them in one language; scripts/pictures takes them in every look.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import Page
from werkzeug.routing import Map, MapAdapter

from tests.browser.scene import House

PLACE = re.compile(r"\{[^}]*\}")

PRESS = ""
"""In the place of what is typed: the thing is pressed."""


@dataclass(frozen=True)
class Look:
    """One page in one state.

    ``path`` has places for the numbers of the house. ``role`` is None where nobody is signed in.
    ``then`` is done there first: a selector, and what is typed into it or PRESS.
    """

    path: str
    role: str | None = None
    then: tuple[tuple[str, str], ...] = ()

    def at(self, house: House) -> str:
        """The address of the page in ``house``."""
        return self.path.format(**house.numbers, link=house.link("late"))

    def act(self, page: Page) -> None:
        """Bring the page, which is open, into its state."""
        for selector, typed in self.then:
            first = page.locator(selector).first
            if typed:
                first.fill(typed)
            else:
                first.click()
        page.wait_for_load_state()


def _desk() -> dict[str, Look]:
    return {
        "console": Look("/console", "operator"),
        "console-off-duty": Look("/console", "supervisor"),
        "call": Look("/calls/{answered call}", "operator"),
        "wrap-up": Look("/calls/{answered call}/wrap-up", "operator"),
        "wrap-up-ticket": Look("/tickets/{late}/wrap-up", "coordinator"),
        "calls": Look("/calls", "operator"),
        "calls-empty": Look("/calls?day=2026-09-01", "auditor"),
        "missed": Look("/calls/missed", "operator"),
        "attention": Look("/attention", "coordinator"),
        "attention-technical": Look("/attention", "administrator"),
        "board": Look("/board", "coordinator"),
        "board-none": Look("/board?line=sompo_desk&case_type=defacement", "auditor"),
        "intake": Look("/tickets/{late}/intake", "operator"),
        "intake-bare": Look("/tickets/{taken}/intake", "supervisor"),
        "intake-companies": Look("/intake/companies?q=やまだ", "operator"),
        "handover": Look("/handover", "operator"),
        "duty": Look("/duty", "supervisor"),
        "incidents": Look("/incidents", "coordinator"),
        "incident": Look("/incidents/{incident}", "coordinator"),
        "incident-pick": Look("/incidents/pick", "coordinator"),
        "search": Look("/search?q=高橋", "coordinator"),
        "search-none": Look("/search?q=zzzz", "coordinator"),
        "search-blank": Look("/search", "operator"),
    }


def _tickets() -> dict[str, Look]:
    return {
        "tickets": Look("/tickets", "coordinator"),
        "tickets-narrowed": Look("/tickets?severity=p1&drill=no&from=2026-09-01", "operator"),
        "tickets-none": Look("/tickets?status=closed&q=zzzz", "coordinator"),
        "ticket-late": Look("/tickets/{late}", "coordinator"),
        "ticket-taken": Look("/tickets/{taken}", "operator"),
        "ticket-moved": Look("/tickets/{moved}", "coordinator"),
        "ticket-kept": Look("/tickets/{kept}", "auditor"),
        "ticket-hostile": Look("/tickets/{hostile}", "coordinator"),
        "ticket-shared": Look("/tickets/{shared}", "coordinator"),
        "ticket-drill": Look("/tickets/{drill}", "coordinator"),
        "ticket-closed": Look("/tickets/{closed}", "supervisor"),
        "correspondence": Look("/tickets/{shared}/correspondence", "coordinator"),
        "correspondence-none": Look("/tickets/{taken}/correspondence", "coordinator"),
        "files": Look("/tickets/{shared}/files", "coordinator"),
        "files-none": Look("/tickets/{taken}/files", "operator"),
        "file": Look("/files/{file}", "coordinator"),
        "costs": Look("/tickets/{shared}/costs", "coordinator"),
        "costs-none": Look("/tickets/{late}/costs", "supervisor"),
        "task-new": Look("/tickets/{shared}/tasks/new", "operator"),
        "task-nobody": Look("/tasks/6", "coordinator"),
        "task-asked": Look("/tasks/5", "coordinator"),
        "task-price": Look("/tasks/2", "coordinator"),
        "task-delivered": Look("/tasks/7", "coordinator"),
        "task-checked": Look("/tasks/3", "auditor"),
        "offering": Look("/tasks/6/offering", "coordinator"),
        "releases": Look("/tasks/1/releases", "coordinator"),
        "brief": Look("/tasks/3/brief", "coordinator"),
        "messages": Look("/tasks/1/messages", "coordinator"),
        "approval-desk": Look("/approvals/2", "coordinator"),
    }


def _books() -> dict[str, Look]:
    return {
        "members": Look("/members", "coordinator"),
        "members-none": Look("/members?q=zzzz", "coordinator"),
        "company": Look("/members/JNX-1001", "supervisor"),
        "company-new": Look("/members/new", "operator"),
        "company-edit": Look("/members/JNX-1001/edit", "coordinator"),
        "import": Look("/members/import", "coordinator"),
        "vendors": Look("/vendors", "coordinator"),
        "vendor": Look("/vendors/1", "coordinator"),
        "vendor-abroad": Look("/vendors/5", "auditor"),
        "vendor-edit": Look("/vendors/1/edit", "administrator"),
        "vendor-new": Look("/vendors/new", "coordinator"),
        "vendor-contact": Look("/vendors/1/contacts/1", "coordinator"),
        "vendor-contact-new": Look("/vendors/1/contacts/new", "supervisor"),
        "people": Look("/people", "administrator"),
        "person": Look("/people/4", "administrator"),
        "closures": Look("/calendar/closures", "supervisor"),
        "closures-touched": Look(
            "/calendar/closures?day=2026/09/24&reason_ja=台風&reason_en=typhoon", "supervisor"
        ),
        "figures": Look("/reports", "coordinator"),
        "figures-month": Look("/reports?span=month", "administrator"),
        "figures-none": Look("/reports?from=2020/01/01&to=2020/03/31", "auditor"),
        "figures-wrong": Look("/reports?from=2026/09/10&to=2026/09/01", "supervisor"),
        "configuration": Look("/configuration", "administrator"),
        "configuration-hearing": Look("/configuration/hearing", "auditor"),
        "configuration-partners": Look("/configuration/partners", "administrator"),
        "configuration-settings": Look("/configuration/settings", "administrator"),
    }


def _members() -> dict[str, Look]:
    return {
        "member": Look("/portal", "member"),
        "member-nothing": Look("/portal", "nothing"),
        "member-one": Look("/portal", "one"),
        "member-many": Look("/portal", "many"),
        "member-colleague": Look("/portal", "colleague"),
        "member-new": Look("/portal/new", "member"),
        "member-new-empty": Look("/portal/new", "nothing", ((".btn-primary", PRESS),)),
        "member-sent": Look("/portal/new/{late}", "member"),
        "member-ticket": Look("/portal/tickets/{late}", "member"),
        "member-shared": Look("/portal/tickets/{shared}", "member"),
        "member-early": Look("/portal/tickets/{early}", "one"),
        "member-closed": Look("/portal/tickets/{closed}", "many"),
        "member-drill": Look("/portal/tickets/{drill}", "many"),
        "member-duplicate": Look("/portal/tickets/{duplicate}", "many"),
        "member-obligations": Look("/portal/tickets/{late}/obligations", "member"),
        "member-search": Look("/search?q=工場", "member"),
        "managers": Look("/company", "member"),
        "colleague": Look("/company/people/12", "member"),
        "approval-member": Look("/approvals/2", "member"),
        "approval-given": Look("/approvals/1", "member"),
    }


def _partners() -> dict[str, Look]:
    return {
        "partner": Look("/partner", "vendor"),
        "partner-nothing": Look("/partner", "idle"),
        "partner-offer": Look("/partner/tasks/5", "vendor"),
        "partner-task": Look("/partner/tasks/7", "vendor"),
        "offer": Look("/offers/{offer offered}"),
        "offer-over": Look("/offers/{offer accepted}"),
        "offer-dead": Look("/offers/nothing"),
    }


def _callers() -> dict[str, Look]:
    return {
        "status": Look("/status/{link}"),
        "status-form": Look("/status?number=482170933"),
        "status-code": Look("/status/code"),
        "status-code-empty": Look("/status/code", None, ((".btn-primary", PRESS),)),
        "status-mine": Look("/status/mine", "caller"),
        "status-dead": Look("/status/over"),
        "advice-code": Look("/status/{link}/advice"),
        "advice": Look(
            "/status/{link}/advice", None, (("#code", "123456"), (".btn-primary", PRESS))
        ),
        "advice-dead": Look("/status/over/advice"),
        "send": Look("/send/{early link}"),
        "send-dead": Look("/send/over"),
        "calendar": Look("/calendar?day=2026/12/30&time=22:15:00"),
        "calendar-desk": Look("/calendar", "operator"),
        "language": Look("/language"),
    }


def _accounts() -> dict[str, Look]:
    return {
        "sign-in": Look("/sign-in"),
        "sign-in-empty": Look("/sign-in", None, ((".btn-primary", PRESS),)),
        "second-factor": Look("/sign-in/code", "half"),
        "second-factor-new": Look("/sign-in/second-factor", "fresh"),
        "reset": Look("/sign-in/reset"),
        "invite": Look("/invite/{invitation}"),
        "invite-dead": Look("/reset/over"),
        "me": Look("/me", "operator"),
        "me-member": Look("/me", "member"),
        "me-vendor": Look("/me", "vendor"),
        "codes": Look("/me", "auditor", (("form[action$=recovery-codes] .btn", PRESS),)),
        "tokens": Look("/me/tokens", "member"),
        "token-made": Look(
            "/me/tokens", "operator", (("#name", "夜間の集計"), ("main .btn-primary", PRESS))
        ),
    }


def _refusals() -> dict[str, Look]:
    shown = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
    return {
        **{f"error-{status}": Look(f"/shown-error/{status}") for status in shown},
        "error-409-desk": Look("/shown-error/409", "coordinator"),
        "error-422-member": Look("/shown-error/422", "member"),
        "missing": Look("/tickets/000000000", "coordinator"),
        "forbidden": Look("/people", "member"),
        "nowhere": Look("/nothing-here"),
    }


PAGES: dict[str, Look] = {
    name: look
    for part in (
        _desk(),
        _tickets(),
        _books(),
        _members(),
        _partners(),
        _callers(),
        _accounts(),
        _refusals(),
    )
    for name, look in part.items()
}

NO_PAGE = {
    "static": "a file",
    "bootstrap.static": "a file",
    "health.healthz": "a word for the proxy",
    "health.readyz": "JSON for the proxy",
    "health.metrics": "figures for Prometheus",
    "console.news": "a part of a page, which ring.js puts into it",
    "callback.progress": "a part of the page of a call",
    "reports.workbook": "a file",
    "reports.table": "a file",
    "reports.cases_as_text": "a file",
    "reports.cases_as_workbook": "a file",
    "saying.rung": "a part of the page of an intake",
    "signin.state": "JSON for scripts of pages",
    "tickets.home": "leads on to the first page of whoever asks",
}
"""What answers a GET and is no page, and why."""


def without_a_look(url_map: Map) -> list[str]:
    """The endpoints that answer a GET and are in neither table; the API is no page at all."""
    adapter = url_map.bind("localhost")
    looked_at = {endpoint_of(adapter, look.path) for look in PAGES.values()}
    asked = {
        rule.endpoint
        for rule in url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.rule.startswith("/api/")
    }
    return sorted(asked - looked_at - set(NO_PAGE))


def endpoint_of(adapter: MapAdapter, path: str) -> str | None:
    """What answers this path; a place for an id counts as the id 1."""
    plain = PLACE.sub("1", path).partition("?")[0]
    return str(adapter.match(plain)[0]) if adapter.test(plain, "GET") else None
