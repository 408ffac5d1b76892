"""Whose things anybody sees: everybody × every address with an object in it × whose object it is.

The scene is built once. Foreign objects must answer as if there were none, byte for byte; own
ones must be there; and no word of another company may stand anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hotline import clock
from hotline.app import limiter
from hotline.db import db
from hotline.evidence import service as evidence
from hotline.evidence.rules import Source
from hotline.notices.models import Notice
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.rules import spaced
from hotline.transaction import transaction
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON
from tests.conftest import empty_all_tables
from tests.web.access_table import MAY, NOTHING, PUBLIC, part
from tests.web.cases import Case, case, digest, on_record
from tests.web.forms import form_token, sign_in

OURS, THEIRS = "JNX-1001", "JNX-1002"
OWN, SPARE, BESIDE, FOREIGN = "カワセミ", "スズメ", "ヒバリ", "カナリア"
"""Words of the caller's case, of another of that company and partner, which a test may change, of
a colleague's, and of another company's."""

pytestmark = pytest.mark.no_cover


@dataclass(frozen=True)
class Scene:
    """The cases, everybody who asks, and whose case is whose."""

    app: Flask
    cases: dict[str, Case]
    spare: Case
    """One more of the caller's company, which a test may change."""
    asking: dict[str, "Asking"]
    unshared: int
    joined: str


BODIES = {
    "answer": {"answer": "approve"},
    "messages": {"body": "?"},
    "move": {"status": "delivered"},
    "decline": {"reason": "no_capacity"},
}
"""The last part of an address of the API: what a program sends there."""


class Asking:
    """Somebody with a browser and a program."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.roles = person.roles
        self.manager = person.manager
        self.email = person.email
        self.browser: FlaskClient = app.test_client()
        self.program: FlaskClient = app.test_client()
        sign_in(self.browser, person)
        with transaction():
            self.headers = {"Authorization": f"Bearer {builders.token(person)}"}
        self.form = {"csrf_token": form_token(self.browser)}

    def ask(self, method: str, path: str) -> TestResponse:
        """Ask as a page of ours or a program would; a program sends what is asked for."""
        limiter.reset()
        if path.startswith("/api/"):
            body = None if method == "GET" else BODIES.get(path.rpartition("/")[2], {})
            return self.program.open(path, method=method, json=body, headers=self.headers)
        if method == "PUT":
            token = {"X-CSRFToken": self.form["csrf_token"]}
            return self.browser.put(path, data=b"", headers=token, buffered=True)
        data = None if method == "GET" else self.form
        return self.browser.open(path, method=method, data=data, buffered=True)


SEES = {
    "the manager": {OWN, BESIDE},
    "the caller": {OWN},
    "a colleague": {BESIDE},
    "a follower": {OWN},
    "who follows no more": set(),
    "another company": {FOREIGN},
    "the partner": {OWN},
    "another partner": {FOREIGN},
    "who is no partner any more": set(),
}


def test_every_place_of_an_address_is_filled(scene):
    """Else nothing would be compared with nothing."""
    places = {name for rule in scene.app.url_map.iter_rules() for name in rule.arguments}

    for one in scene.cases.values():
        assert places - {name for name, value in one.parts.items() if value} == ELSEWHERE


ELSEWHERE = {
    "filename", "part", "what", "code", "item", "token", "session", "token_id", "passkey_id",
    "shift_id", "swap_id", "note_id", "page_id", "notice_id", "conflict_id",
}  # fmt: skip
"""What no case has: choices, what is of one account alone, and things that only the desk has."""


@pytest.mark.parametrize("name", SEES)
def test_what_is_not_ones_own_is_like_what_never_was(scene, name):
    asking, before, told = scene.asking[name], digest(), []
    for method, rule in addresses(scene, asking.roles):
        for there, nowhere in not_own(scene, name, rule):
            answers = [asking.ask(method, build(rule, parts)) for parts in (there, nowhere)]
            seen = [bare(answer) for answer in answers]
            if seen[0] != seen[1] or answers[0].status_code != 404:
                told.append((method, rule.rule, [one.status_code for one in answers]))

    assert told == []
    assert digest() == before


@pytest.mark.parametrize("name", SEES)
def test_what_is_ones_own_is_there(scene, name):
    asking = scene.asking[name]
    answers = {
        (rule.endpoint, word): asking.ask(method, build(rule, scene.cases[word].parts))
        for word in SEES[name]
        for method, rule in addresses(scene, asking.roles)
        if method == "GET"
    }

    assert {key[0] for key, answer in answers.items() if answer.status_code != 200} == (
        {key[0] for key in answers} & nothing_of(asking)
    )


@pytest.mark.parametrize("name", ["the manager", "the partner"])
def test_what_is_ones_own_takes_what_is_sent(scene, name):
    """So that a form for something foreign is refused because it is foreign."""
    asking = scene.asking[name]
    sent = [rule for method, rule in addresses(scene, asking.roles) if method != "GET"]
    ends = re.compile("remove|drop|end|take-back|shut-out")
    gone = [
        rule.endpoint
        for rule in sorted(sent, key=lambda one: (bool(ends.search(one.rule)), one.rule))
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
        if asking.ask(method, build(rule, scene.spare.parts)).status_code in (403, 404)
    ]

    assert [one for one in gone if one not in nothing_of(asking)] == []


def visit(browser: FlaskClient, path: str) -> TestResponse:
    limiter.reset()
    return browser.get(path)


def nothing_of(asking: Asking) -> set[str]:
    """Where somebody of a role may ask, and finds nothing or is led elsewhere."""
    found = {Role.MEMBER: {"tickets.show"}, Role.VENDOR: OF_DESK}[Role(min(asking.roles))]
    return found if asking.manager else found | OF_MANAGERS


OF_DESK = {"api_tickets.read_ticket", "api_tickets.read_story", "partner.reach"}
"""Partners have tasks, no tickets; which milestone was reached stands in the form."""
OF_MANAGERS = {
    endpoint
    for endpoint in MAY
    if endpoint.startswith("company.") and endpoint not in ("company.show", "company.invite")
}


@pytest.mark.parametrize("name", ["the caller", "the partner", "an administrator"])
def test_a_refusal_says_nothing_of_what_there_is(scene, name):
    """Whoever may never use an address is refused alike, whatever stands in it."""
    asking, told = scene.asking[name], []
    for method, rule in addresses(scene, set(Role)):
        if not asking.roles & MAY[rule.endpoint]:
            paths = (build(rule, scene.cases[FOREIGN].parts), build(rule, {}))
            there, nowhere = (bare(asking.ask(method, path)) for path in paths)
            if there != nowhere or there[0] != 403:
                told.append((method, rule.rule, there[0], nowhere[0]))

    assert told == []


def words_of(answer) -> str:
    """What stands in a page, or on the sheets of a workbook."""
    if not answer.mimetype.endswith("sheet"):
        return answer.text
    with ZipFile(BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.parametrize("name", [*SEES, "an administrator"])
def test_no_word_of_anybody_else_stands_anywhere(scene, name):
    """Pages, lists, searches, the API; in what one may see and in what one asks for in vain."""
    asking, told = scene.asking[name], []
    foreign = {OWN, BESIDE, FOREIGN, SPARE} - SEES.get(name, set()) - ALSO.get(name, set())
    marks = [f"{word}の" if name == "an administrator" else word for word in foreign]
    for method, rule in addresses(scene, asking.roles, also_lists=True):
        for query in ("", *SEARCHES) if not rule.arguments and method == "GET" else ("",):
            for parts in [one.parts for one in scene.cases.values()] if rule.arguments else [{}]:
                answer = asking.ask(method, build(rule, parts) + query) if method == "GET" else None
                if answer is not None:
                    told += [(rule.rule, mark) for mark in marks if mark in words_of(answer)]

    assert told == []


ALSO = {"the manager": {SPARE}, "the partner": {SPARE}}
SEARCHES = (
    "?q=カナリ",
    "?q=ヒバ",
    "?member_number=JNX-1002&status=received&case_type=ransom&limit=100",
    "?due_before=2099-01-01T00:00:00%2B09:00",
)


def test_no_word_of_a_case_is_told_to_anybody_nor_its_number_to_others(scene):
    """Notices carry a number and a link."""
    facts = [f"{one.subject} {one.facts}" for one in db.session.scalars(select(Notice))]
    done = scene.app.test_cli_runner().invoke(args=["tick", "--at", NOON.isoformat()])
    told = MAIL.findall(done.stdout)
    numbers = {word: str(one.parts["number"]) for word, one in scene.cases.items()}

    assert [word for word in (OWN, BESIDE, FOREIGN, SPARE) if word in f"{facts}{done.output}"] == []
    assert {asking.email for asking in scene.asking.values()} & {to for to, _ in told}
    assert [
        (name, word)
        for name, asking in scene.asking.items()
        for word in numbers.keys() - SEES.get(name, set())
        for to, text in told
        if to == asking.email and (numbers[word] in text or spaced(numbers[word]) in text)
    ] == []


MAIL = re.compile(r"^\d{4}-.* to (\S+)\n((?:    .*\n|\n)+)", re.MULTILINE)
"""Whom a message goes to, and what it says; what the command itself says is not indented."""


def test_who_was_shut_out_is_nobody_at_once(scene):
    left = scene.asking["who left"]
    statuses = {
        (rule.rule.startswith("/api/"), left.ask(method, build(rule, one.parts)).status_code)
        for one in scene.cases.values()
        for method, rule in addresses(scene, left.roles, also_lists=True)
        if method == "GET"
    }

    assert statuses == {(True, 401), (False, 302)}


def test_what_was_shared_once_is_like_what_never_was(scene):
    caller, number = scene.asking["the caller"], scene.cases[OWN].parts["number"]
    there, nowhere = (
        bare(caller.ask("POST", f"/portal/tickets/{number}/files/{file_id}"))
        for file_id in (scene.unshared, NOTHING)
    )

    assert there == nowhere
    assert there[0] == 404


def test_a_case_that_goes_on_as_another_company_s_does_not_say_as_which(scene):
    caller, number = scene.asking["the caller"], str(scene.cases[FOREIGN].parts["number"])
    texts = [
        caller.ask("GET", path.format(scene.joined)).text
        for path in ("/portal/tickets/{}", "/api/v1/tickets/{}", "/api/v1/tickets/{}/timeline")
    ]

    assert [text for text in texts if number in text or FOREIGN in text or "404" in text] == []


@pytest.mark.parametrize("kind", ["status", "offer", "send"])
def test_a_link_opens_nothing_but_what_it_was_made_for(scene, kind):
    """One of another kind, a shortened and a lengthened one are like one that never was."""
    browser, told = scene.app.test_client(), []
    browser.get("/sign-in")
    of = {"status": ("status.", "advice."), "offer": ("offers.",), "send": ("sending.",)}[kind]
    token = scene.cases[FOREIGN].tokens[kind]
    for rule in scene.app.url_map.iter_rules():
        if rule.arguments == {"token"} and "GET" in (rule.methods or set()):
            right = rule.endpoint.startswith(of)
            tried = ("none", token[:-1], f"{token}A") if right else ("none", token)
            found = [bare(visit(browser, build(rule, {"token": one}))) for one in tried]
            told += [rule.rule for one in found[1:] if one != found[0]]

    assert told == []


def addresses(
    scene: Scene, roles: set[Role], *, also_lists: bool = False
) -> Iterator[tuple[str, Rule]]:
    """Method and rule of what one of ``roles`` may use and that names an object."""
    for rule in scene.app.url_map.iter_rules():
        may = MAY[rule.endpoint]
        if may != PUBLIC and may & roles and (also_lists or rule.arguments - ELSEWHERE):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule


def not_own(scene: Scene, name: str, rule: Rule) -> Iterator[tuple[dict, dict]]:
    """Fillings with what is not one's own, and the same with what there is not."""
    for word, one in scene.cases.items():
        if word in SEES[name]:
            continue
        yield one.parts, {}
        places = re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule)
        inner = set(places[1:]) - ELSEWHERE
        for own in sorted(SEES[name]) if inner else ():
            parts = scene.cases[own].parts
            yield (
                {**parts, **{place: one.parts[place] for place in inner}},
                {**parts, **{place: part(place) for place in inner}},
            )


def build(rule: Rule, parts: dict[str, object]) -> str:
    path = rule.rule
    for place in rule.arguments:
        value = part(place, parts)
        path = re.sub(rf"<(?:[^:>]+(?:\([^)]*\))?:)?{place}>", str(value), path)
    return path


def bare(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers, without the address and what each answer has of its own."""
    text = re.sub(r'"request_id": ?"[0-9a-f]+"', "", answer.text)
    text = SIGNED_NOW.sub("", text).replace(answer.request.path, "")
    headers = [(name, value) for name, value in answer.headers if name not in OF_ITS_OWN]
    return answer.status_code, text, headers


SIGNED_NOW = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}")
"""The token of a form: it says when it was made."""
OF_ITS_OWN = {"X-Request-ID", "Content-Length", "X-RateLimit-Reset", "Retry-After"}


@pytest.fixture(scope="module")
def scene(migrated_app: Flask) -> Iterator[Scene]:
    with migrated_app.app_context(), clock.fixed(NOON):
        with transaction():
            desk, people = everybody()
            cases = cases_of(people, desk)
            spare = cases.pop(SPARE)
            unshared, joined = ended(cases, people, desk)
        asking = {name: Asking(migrated_app, one) for name, one in people.items()}
        with transaction():
            left = db.session.get_one(Person, people["who left"].id)
            tickets.shut_out(left, by_id=desk.id, now=NOON)
        yield Scene(migrated_app, cases, spare, asking, unshared, joined)
        limiter.reset()
        db.session.remove()
        empty_all_tables()


def everybody() -> tuple[Person, dict[str, Person]]:
    """Somebody of the desk, and who asks, by what they are."""
    for number, name in ((OURS, "当社工業"), (THEIRS, f"{FOREIGN}工業")):
        builders.member(number, name=name)
    made = {
        "the manager": of_member(OURS, manager=True),
        "the caller": of_member(OURS, phone="+819000000001"),
        "a colleague": of_member(OURS, phone="+819000000002"),
        "who rang too": of_member(OURS, phone="+819000000004"),
        "a follower": of_member(OURS),
        "who follows no more": of_member(OURS),
        "who left": of_member(OURS, manager=True),
        "another company": of_member(THEIRS, manager=True, phone="+819000000003"),
        "an administrator": builders.person("administrator"),
    }
    return builders.person("coordinator"), made


def cases_of(people: dict[str, Person], desk: Person) -> dict[str, Case]:
    """A case each; the partner works on two of them, its account joins ``people``."""
    ours, ended, theirs = (partners.vendor() for _ in range(3))
    theirs.name = f"{FOREIGN}調査"
    people["the partner"] = partners.somebody_of(ours)
    people["who is no partner any more"] = partners.somebody_of(ended)
    people["another partner"] = partners.somebody_of(theirs)
    given = {
        OWN: ("the caller", ours),
        SPARE: ("who rang too", ours),
        BESIDE: ("a colleague", ended),
        FOREIGN: ("another company", theirs),
    }
    return {
        word: case(word, caller=people[name], vendor=vendor, desk=desk)
        for word, (name, vendor) in given.items()
    }


def ended(cases: dict[str, Case], people: dict[str, Person], desk: Person) -> tuple[int, str]:
    """What was once open and is no more; the file of it, and a ticket that was joined."""
    by = {"by_id": desk.id, "now": NOON}
    own, foreign = cases[OWN].ticket, cases[FOREIGN].ticket
    for name in ("a follower", "who follows no more"):
        tickets.follow(own, people[name], **by)
    tickets.unfollow(own, people["who follows no more"], **by)
    code = str(people["who is no partner any more"].vendor_code)
    vendors.withdraw(db.session.scalars(select(Vendor).where(Vendor.code == code)).one(), **by)
    file = on_record(f"{OWN}の案.pdf", own, Source.DESK, f"ticket:{own.number}")
    evidence.share(file, **by)
    evidence.unshare(file, **by)
    again = builders.ticket(member_number=OURS, caller_email=people["the caller"].email)
    tickets.join(again, foreign, **by)
    return file.id, again.number


def of_member(number: str, **facts: object) -> Person:
    return builders.person("member", member_number=number, **{"manager": False, **facts})
