"""Find a company, and see what it may ask for and why."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.errors import Invalid, Problem
from hotline.members import queries, rules
from hotline.members import service as members
from hotline.members.models import Member
from hotline.people.rules import READERS
from hotline.searchkeys import clean_name
from hotline.tickets import queries as tickets
from hotline.web.members import accounts as member_accounts
from hotline.web.members.frame import bp, found, words
from hotline.web.sent import Sent

PAGE = 50

SEARCH_LETTERS = 200

NUMBER_LETTERS = 40

TICKETS = 10


@bp.get("/members")
@allow(READERS)
def index() -> ResponseReturnValue:
    """Companies by number, all or those that match a search."""
    q, after = _asked()
    found = queries.search(q, limit=PAGE + 1, after=after or None)
    requests.note_read("list:members", **({"q": q} if q else {}))
    now = clock.now()
    return render_template(
        "members/index.html",
        q=q,
        first=not after,
        found=[(one, rules.entitlement(one, now)) for one in found[:PAGE]],
        following=found[PAGE - 1].number if len(found) > PAGE else "",
        **words(),
    )


@bp.get("/members/<number>")
@allow(READERS)
def show(number: str) -> ResponseReturnValue:
    """One company: what it may ask for and why, its places, people, policies and tickets."""
    member = found(number)
    requests.note_read(members.subject(member.number))
    return show_page(member, Sent())


def show_page(member: Member, sent: Sent) -> str:
    """One company as it stands now; ``sent`` says what is in the way of what was asked."""
    now = clock.now()
    return render_template(
        "members/show.html",
        member=member,
        accounts=member_accounts.shown(member, now=now),
        sent=sent,
        details=members.details_of(member),
        policies=[(one, rules.covers(one, now)) for one in reversed(member.policies)],
        entitlement=rules.entitlement(member, now),
        exclusions=rules.EXCLUSIONS,
        alike=queries.sounding_like(member),
        tickets=tickets.of_member(member.number, person(), TICKETS),
        now=now,
        **words(),
    )


def _asked() -> tuple[str, str]:
    """Search and last number seen. Raises Invalid for what no field of ours can hold."""
    problems: dict[str, Problem] = {}
    asked = {}
    for name, limit in (("q", SEARCH_LETTERS), ("after", NUMBER_LETTERS)):
        try:
            asked[name] = clean_name(request.args.get(name, ""), limit)
        except Problem as problem:
            problems[name] = problem
    if problems:
        raise Invalid(problems)
    return asked["q"], asked["after"]
