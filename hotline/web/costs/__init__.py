"""What a ticket costs, line by line, beside the usual price and the policy's limit."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.clock import TOKYO
from hotline.coordination.models import CostLine, Task
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import (
    ARRANGERS,
    CostsPolicy,
    CostState,
    Expected,
    FunctionsPolicy,
    InsurerSaid,
    LineGiven,
    TaxMode,
    Unit,
)
from hotline.coordination.rules import costs as checks
from hotline.coordination.rules.approving import OPEN_TO_PRICES
from hotline.coordination.service import approving, costing, free_advice
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import current, gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.people.rules import READERS
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_verbs
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.web import typed
from hotline.web.costs import shown, words
from hotline.web.sent import Sent, answer_form

bp = Blueprint("costs", __name__)
words.install(bp)

Verb = Callable[[Ticket], str]


@bp.get("/tickets/<number>/costs")
@allow(READERS)
def show(number: str) -> ResponseReturnValue:
    """What this ticket costs; ``?line=12`` opens one line."""
    ticket = tickets.by_number(number, person())
    requests.note_read(ticket_verbs.subject(ticket.number), part="costs")
    return _page(ticket, Sent())


@bp.post("/tickets/<number>/costs")
@allow(ARRANGERS)
def add(number: str) -> ResponseReturnValue:
    """Write down a cost."""

    def write(ticket: Ticket) -> str:
        costing.add_line(ticket, _given(), by_id=person().id, now=clock.now())
        return gettext("The cost was written down.")

    return _act(number, "line", write)


@bp.post("/tickets/<number>/costs/<int:line_id>")
@allow(ARRANGERS)
def change(number: str, line_id: int) -> ResponseReturnValue:
    """Write item and price of a line anew."""

    def write(ticket: Ticket) -> str:
        line = on_record.line_of(ticket, line_id)
        version = typed.parse_id(request.form.get("version", ""))
        given = _given()
        costing.change_line(line, given, version=version, by_id=person().id, now=clock.now())
        return gettext("It was saved.")

    return _act(number, "line", write, line_id)


@bp.post("/tickets/<number>/costs/<int:line_id>/state")
@allow(ARRANGERS)
def step(number: str, line_id: int) -> ResponseReturnValue:
    """Let a line go on: to a quote, an order, an invoice, paid, or void."""
    wanted = request.form.get("state", "")

    def write(ticket: Ticket) -> str:
        line, by_id, now = on_record.line_of(ticket, line_id), person().id, clock.now()
        if wanted == CostState.VOID:
            costing.void_line(line, by_id=by_id, now=now)
        else:
            costing.set_state(line, wanted, by_id=by_id, now=now)
        return gettext("It was saved.")

    return _act(number, "state", write, line_id)


@bp.post("/tickets/<number>/costs/<int:line_id>/cover")
@allow(ARRANGERS)
def cover(number: str, line_id: int) -> ResponseReturnValue:
    """Note what is expected of the insurer, and what it said beforehand."""
    form = request.form

    def write(ticket: Ticket) -> str:
        line, by_id, now = on_record.line_of(ticket, line_id), person().id, clock.now()
        said, note = form.get("insurer_consent", ""), form.get("insurer_note", "")
        costing.set_insurer(line, said, note, by_id=by_id, now=now)
        costing.set_cover(line, form.get("cover_expected", ""), by_id=by_id, now=now)
        return gettext("It was saved.")

    return _act(number, "cover", write, line_id)


@bp.post("/tickets/<number>/costs/free-advice")
@allow(ARRANGERS)
def end_free_advice(number: str) -> ResponseReturnValue:
    """Note that the member was told where free advice ends."""
    form = request.form

    def write(ticket: Ticket) -> str:
        free_advice.end_free_advice(
            ticket,
            form.get("words", ""),
            said_to=form.get("said_to", ""),
            said_at=typed.parse_moment(form),
            by_id=person().id,
            now=clock.now(),
        )
        return gettext("It is on record where free advice ended.")

    return _act(number, "free", write)


@bp.post("/tickets/<number>/costs/ask")
@allow(ARRANGERS)
def ask(number: str) -> ResponseReturnValue:
    """Ask the member to approve the estimate of one task."""

    def write(ticket: Ticket) -> str:
        task = _task(ticket)
        made = approving.ask_approval(task, by_id=person().id, now=clock.now())
        told = gettext("The member is asked to approve %(total)s.", total=words.yen(made.total_yen))
        if on_record.told_count(made):
            return told
        return told + " " + gettext("Nobody can be told in writing: please call.")

    return _act(number, "ask", write)


def _task(ticket: Ticket) -> Task:
    """The task of this ticket that the form names. Raises Missing."""
    task_id = typed.parse_id(request.form.get("task", ""))
    found = next((one for one in on_record.tasks_of(ticket.id) if one.id == task_id), None)
    if found is None:
        raise Missing()
    return found


def _given() -> LineGiven:
    """The line as it was typed. Raises Invalid for a task or a partner that is no number."""
    form = request.form
    task_id, vendor_id = _for_whom(form.get("whose", ""))
    return LineGiven(
        function=form.get("function", ""),
        item=form.get("item", ""),
        unit=form.get("unit", ""),
        quantity=form.get("quantity", ""),
        unit_price_yen=form.get("unit_price_yen", ""),
        tax_mode=form.get("tax_mode", ""),
        state=form.get("state", CostState.GUESS.value),
        task_id=task_id,
        vendor_id=vendor_id,
    )


def _for_whom(text: str) -> tuple[int | None, int | None]:
    """``12:3`` is what partner 3 asks for task 12, ``12:`` our own line for it, "" of no task."""
    task, _, vendor = text.partition(":")
    try:
        task_id, vendor_id = (typed.parse_id(one) if one else None for one in (task, vendor))
    except Missing:
        raise Invalid({"whose": Problem(N_("There is no such choice."))}) from None
    return task_id, vendor_id


def _act(number: str, form: str, verb: Verb, line_id: int | None = None) -> ResponseReturnValue:
    """Do something and go back, with the sentence that ``verb`` returns.

    What cannot be used comes back beside its field (422); what somebody else made impossible
    comes back with what happened (409).
    """
    ticket = tickets.by_number(number, person())
    again, back = partial(_again, number, line_id), url_for(".show", number=ticket.number)
    return answer_form(form, lambda: verb(ticket), again, back=back)


def _again(number: str, line_id: int | None, sent: Sent, status: HTTPStatus) -> ResponseReturnValue:
    """The page as it stands now, with the form as it was typed; it is a read too."""
    ticket = tickets.by_number(number, person())
    about = ticket_verbs.subject(ticket.number)
    audit.write("read", about, by_id=person().id, now=clock.now(), part="costs")
    return make_response(_page(ticket, sent, line_id), status)


def _page(ticket: Ticket, sent: Sent, line_id: int | None = None) -> str:
    now = clock.now()
    tasks = on_record.tasks_of(ticket.id)
    money = shown.of_ticket(ticket, person(), tasks)
    return render_template(
        "costs/show.html",
        ticket=ticket,
        money=money,
        names=shown.names_of(money),
        tasks={one.id: one for one in tasks},
        opened=_opened(ticket, money, line_id),
        whose=_whose(tasks),
        functions=tuple(policy.get(FunctionsPolicy).by_code),
        units=tuple(Unit),
        tax_modes=tuple(TaxMode),
        expected=tuple(Expected),
        insurer=tuple(InsurerSaid),
        limits=checks,
        end_words=getattr(policy.get(CostsPolicy).free_advice_ends, current()),
        said_at=now.astimezone(TOKYO),
        sent=sent,
        now=now,
    )


def _opened(ticket: Ticket, money: shown.Money, line_id: int | None) -> shown.Row | None:
    """The line that is being changed; None for a new one. Raises Missing."""
    if line_id is None and not request.args.get("line"):
        return None
    wanted: CostLine = on_record.line_of(ticket, line_id or typed.parse_id(request.args["line"]))
    return next(row for row in money.rows if row.line.id == wanted.id)


def _whose(tasks: list[Task]) -> list[tuple[str, str, str]]:
    """Whose price for which task a new line can be: value, function, name of the partner."""
    open_ones = [one for one in tasks if one.status in OPEN_TO_PRICES]
    quoting = on_record.quoting_for([one.id for one in open_ones])
    named = {one.id: {*quoting.get(one.id, ()), one.vendor_id} - {None} for one in open_ones}
    names = vendors.names({id_ for ids in named.values() for id_ in ids if id_ is not None})
    found: list[tuple[str, str, str]] = []
    for task in open_ones:
        found.append((f"{task.id}:", task.function, ""))
        asked = sorted(id_ for id_ in named[task.id] if id_ is not None)
        found += [(f"{task.id}:{id_}", task.function, names[id_]) for id_ in asked]
    return found
