"""The files of a ticket and the page of one file, for the desk; what it does with them."""

from collections.abc import Callable
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.edge import bodies, limits, requests, upload_links, uploads
from hotline.edge.access import allow
from hotline.edge.identity import person, settings
from hotline.edge.language import gettext, ngettext
from hotline.errors import Missing
from hotline.evidence import queries, rules
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import EvidencePolicy, Source
from hotline.notices import service as notices
from hotline.notices.rules import CALLER, Channel, Kind
from hotline.notices.service import Planned
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.tickets import service as on_tickets
from hotline.tickets.models import Ticket
from hotline.web.files import giving, shown
from hotline.web.files.frame import act, bp, file_on_record
from hotline.web.sent import Sent


@bp.get("/tickets/<number>/files")
@allow(READERS)
def of_ticket(number: str) -> ResponseReturnValue:
    """Every file of a ticket, and the links by which more can be sent."""
    ticket = tickets.by_number(number, person())
    requests.note_read(on_tickets.subject(ticket.number), part="files")
    return _list(ticket.number, Sent())


@bp.get("/files/<int:file_id>")
@allow(READERS)
def show(file_id: int) -> ResponseReturnValue:
    """One file: its hash, how it came, where it stands, and every hand that touched it."""
    file = file_on_record(file_id)
    requests.note_read(rules.subject(file.id))
    return _one(file_id, Sent())


@bp.post("/files/<int:file_id>/download")
@allow(DESK)
def download(file_id: int) -> ResponseReturnValue:
    """The file as it came, or as a sample; it is on record who was given it."""
    return giving.give(file_on_record(file_id), person(), now=clock.now())


@bp.post("/files/<int:file_id>/share")
@allow(DESK)
def share(file_id: int) -> ResponseReturnValue:
    """Let the member see and fetch it."""

    def go(file: File) -> str:
        evidence.share(file, by_id=person().id, now=clock.now())
        return gettext("The member sees this file from now on.")

    return _on_file(file_id, "share", go)


@bp.post("/files/<int:file_id>/unshare")
@allow(DESK)
def unshare(file_id: int) -> ResponseReturnValue:
    """The member does not see it any more."""

    def go(file: File) -> str:
        evidence.unshare(file, by_id=person().id, now=clock.now())
        return gettext("The member does not see this file any more.")

    return _on_file(file_id, "unshare", go)


@bp.post("/files/<int:file_id>/scan")
@allow(DESK)
def scan(file_id: int) -> ResponseReturnValue:
    """Have it scanned once more."""

    def go(file: File) -> str:
        evidence.scan_again(file, has_scanner=_has_scanner(), by_id=person().id, now=clock.now())
        return gettext("The file is scanned within a minute.")

    return _on_file(file_id, "scan", go)


def _sent() -> evidence.Sent:
    """For what this person sends. Raises Missing."""
    number = (request.view_args or {})["number"]
    ticket, viewer = tickets.by_number(number, person()), person()
    return evidence.Sent("", ticket.id, ticket.number, Source.DESK, by_id=viewer.id)


@bp.put("/tickets/<number>/files")
@allow(DESK)
@bodies.streamed
@requests.prepared_by(uploads.stream_for(_sent))
def put(number: str) -> ResponseReturnValue:
    """One file for a ticket, as a stream of bytes; the answer is JSON with its hash."""
    return uploads.answer(_sent(), now=clock.now())


@bp.post("/tickets/<number>/files")
@allow(DESK)
@limits.takes_files(uploads.BODY)
@requests.prepared_by(uploads.draft_for(_sent))
def add(number: str) -> ResponseReturnValue:
    """Files for a ticket, from a form without script."""

    def keep(ticket: Ticket) -> str:
        return kept(len(uploads.put_on_record(_sent(), now=clock.now())))

    return _on_ticket(number, "files", keep)


def kept(count: int) -> str:
    """What is said when files were put on record."""
    return ngettext("The file was received.", "%(num)s files were received.", count)


@bp.post("/tickets/<number>/upload-links")
@allow(DESK)
def open_link(number: str) -> ResponseReturnValue:
    """Make a link, and send it to the caller by every safe way."""

    def go(ticket: Ticket) -> str:
        now, by_id = clock.now(), person().id
        link = evidence.open_link(ticket.id, by_id=by_id, now=now)
        ways = on_tickets.ways_to(ticket)
        facts = {"number": ticket.number}
        planned = [
            Planned(Kind.UPLOAD_LINK, now, facts, audience=CALLER, channel=Channel(way))
            for way in ways
        ]
        notices.tell_all(rules.link_subject(link.id), planned, now=now)
        if not planned:
            return gettext("The link is made. There is no safe way to send it: it stands below.")
        return gettext("The link is made, and sent to the caller.")

    return _on_ticket(number, "link", go)


@bp.post("/tickets/<number>/upload-links/<int:link_id>/end")
@allow(DESK)
def end_link(number: str, link_id: int) -> ResponseReturnValue:
    """Take a link back."""

    def go(ticket: Ticket) -> str:
        link = queries.link_by_id(link_id)
        if link is None or link.ticket_id != ticket.id:
            raise Missing()
        evidence.end_link(link, by_id=person().id, now=clock.now())
        return gettext("The link was taken back: nothing can be sent by it any more.")

    return _on_ticket(number, "link", go)


def _on_ticket(number: str, form: str, verb: Callable[[Ticket], str]) -> ResponseReturnValue:
    ticket = tickets.by_number(number, person())
    return act(
        form,
        partial(verb, ticket),
        partial(_list, ticket.number),
        read=on_tickets.subject(ticket.number),
        back=url_for("files.of_ticket", number=ticket.number),
    )


def _on_file(file_id: int, form: str, verb: Callable[[File], str]) -> ResponseReturnValue:
    file = file_on_record(file_id)
    return act(
        form,
        partial(verb, file),
        partial(_one, file_id),
        read=rules.subject(file_id),
        back=url_for("files.show", file_id=file_id),
    )


def _has_scanner() -> bool:
    return settings().scanner != "none"


def _list(number: str, sent: Sent) -> str:
    now, viewer = clock.now(), person()
    ticket = tickets.by_number(number, viewer)
    links = queries.links_of(ticket.id)
    held = policy.get(EvidencePolicy)
    return render_template(
        "files/ticket.html",
        ticket=ticket,
        files=queries.of_ticket(ticket.id),
        held=queries.quarantined(ticket.id),
        used=queries.used_by_ticket(ticket.id),
        most_mb=held.ticket_mb,
        largest_mb=uploads.largest_mb(),
        links=[(link, queries.is_open(link, now=now), _address(link.id)) for link in links],
        link_hours=held.link_hours,
        ways=on_tickets.ways_to(ticket),
        names=people.names([link.made_by_id for link in links]),
        has_scanner=_has_scanner(),
        may_act=bool(viewer.roles & DESK),
        sent=sent,
        now=now,
    )


def _address(link_id: int) -> str:
    one = settings()
    return f"{one.public_url}/send/{upload_links.mint(link_id, one)}"


def _one(file_id: int, sent: Sent) -> str:
    file, viewer = file_on_record(file_id), person()
    return render_template(
        "files/show.html",
        file=file,
        number=tickets.number_of(file.ticket_id or 0),
        is_free=rules.is_free(file.scan),
        is_own=file.source in rules.OF_THE_MEMBER,
        hands=shown.custody(queries.custody_of(file.id)),
        password=giving.sample_password(),
        has_scanner=_has_scanner() and file.source not in rules.RECORDED,
        may_act=bool(viewer.roles & DESK),
        may_have_samples=giving.may_have_samples(viewer),
        sent=sent,
        now=clock.now(),
    )
