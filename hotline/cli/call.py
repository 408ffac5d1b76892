"""``flask call``: calls on record, and a call of one's own."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import click
from flask import Flask, current_app

from hotline import clock
from hotline.adapters.twilio import PATTERNS
from hotline.adapters.twiml.calling import WHISPER
from hotline.calls import queries
from hotline.calls.models import Call, TextMessage
from hotline.calls.rules import Status
from hotline.cli.output import MOMENT, Commands, iso, json_option, local, note_read, rows
from hotline.cli.telephone import Behaviour, Broken, Telephone, over_http, through
from hotline.coordination.queries import offers
from hotline.db import db
from hotline.duty.queries import pages_of
from hotline.duty.rules import LinesPolicy
from hotline.edge import logs
from hotline.edge.identity import settings
from hotline.edge.limits import LARGEST_ID
from hotline.followups import queries as followups
from hotline.jobs.voice import OFFER, OFFER_ENDED
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.policy import get
from hotline.searchkeys import phone_e164
from hotline.tickets import queries as tickets
from hotline.tickets.rules import spaced
from hotline.vendors import queries as vendors

SOMEBODY = "+81354226351"


limit_option: Callable[[Any], Any] = click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000)
)


@click.group(cls=Commands)
def call() -> None:
    """Each time the phone rang."""


@call.command("list")
@click.option(
    "--status",
    type=click.Choice([status.value for status in Status]),
    help="Only calls that stand there.",
)
@limit_option
@json_option
def list_(status: str | None, limit: int, *, as_json: bool) -> None:
    """Print the newest calls."""
    note_read("list:calls")
    found = queries.page(status=status, limit=limit)
    numbers = tickets.numbers([one.ticket_id for one in found])
    shown = (_call(one, numbers.get(one.ticket_id), as_json=as_json) for one in found)
    rows(shown, as_json=as_json)


def _call(one: Call, ticket: str | None, *, as_json: bool) -> dict[str, Any]:
    fate = {"is_told": one.is_told, "handled_at": iso(one.handled_at)}
    return {
        "id": one.id,
        "received_at": iso(one.received_at) if as_json else local(one.received_at),
        "line": one.line,
        "from": one.from_number,
        "status": one.status if as_json else _standing(one),
        "direction": one.direction,
        "ticket": ticket,
        **(fate if as_json else {}),
    }


def _standing(one: Call) -> str:
    """Where a call stands, in one word or two: what was dealt with is owed to nobody."""
    if one.is_told:
        return "told"
    return f"{one.status} (handled)" if one.handled_at else str(one.status)


@call.command("texts")
@limit_option
@json_option
def list_texts(limit: int, *, as_json: bool) -> None:
    """Print the newest text messages that people sent to the hotline."""
    note_read("list:texts")
    rows((_text(one, as_json=as_json) for one in queries.texts(limit=limit)), as_json=as_json)


def _text(one: TextMessage, *, as_json: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "received_at": iso(one.received_at) if as_json else local(one.received_at),
        "from": one.from_number,
        "to": one.to_number,
        # One line each at a terminal, whatever lines it was written in.
        "body": one.body if as_json else " ".join(one.body.split()),
    }


@call.command()
@json_option
def count(*, as_json: bool) -> None:
    """Print how many calls are on record."""
    number = queries.count()
    click.echo(json.dumps({"count": number}) if as_json else number)


@call.command()
@click.option("--from", "from_number", default=SOMEBODY, help="Who rings; empty: withheld.")
@click.option("--to", "to_number", help="The number that is rung; else that of the first line.")
@click.option("--menu", "keys", default="", help="The keys pressed in the menu, in order.")
@click.option("--at", type=MOMENT, help="The time of the call (not in production).")
@click.option("--missed", is_flag=True, help="Nobody answers, and no message is left.")
@click.option("--voicemail", is_flag=True, help="Nobody answers, and a message is left.")
@click.option("--ringing", is_flag=True, help="It rings on until somebody takes it, or hangs up.")
@click.option("--talking", is_flag=True, help="Somebody takes it, and the conversation goes on.")
@click.option("--accept", "email", help="Who presses the key to take it: the mail of an account.")
@click.option("--url", help="Ring the server that runs at this address, over HTTP.")
def simulate(  # noqa: PLR0913 - one argument an option
    from_number: str,
    to_number: str | None,
    keys: str,
    at: datetime | None,
    url: str | None,
    *,
    missed: bool,
    voicemail: bool,
    ringing: bool,
    talking: bool,
    email: str | None,
) -> None:
    """Ring the own hotline, signed as Twilio signs, and print what is heard."""
    _check(keys=keys, at=at, url=url)
    phone = _telephone(
        _number(from_number, "--from") if from_number else "",
        _number(to_number or get(LinesPolicy).lines[0].called[0], "--to"),
        Behaviour(
            keys,
            answered=not (missed or voicemail),
            leaves_message=voicemail,
            taken_by=_person(email).id if email else None,
            rings_on=ringing,
            talks_on=talking,
        ),
        url,
    )
    _carry_out(phone.ring, at=at)
    made = queries.by_sid(phone.call_sid)
    if url is None:
        _tell(made)
    if phone.goes_on and made is not None:
        _tell_how_on(made, url)


def _tell_how_on(made: Call, url: str | None) -> None:
    """Print the commands by which a call that goes on is taken and ended."""
    at = f" --url {url}" if url else ""
    click.echo()
    if made.answered_at is None:
        click.echo(f"電話に出る  flask call pick-up {made.id}{at}")
    click.echo(f"電話を切る  flask call hang-up {made.id}{at}")


@call.command("pick-up")
@click.argument("call_id", type=click.IntRange(1, LARGEST_ID))
@click.option("--accept", "email", help="Who presses the key; else who took it on the screen.")
@click.option("--url", help="Tell the server that runs at this address, over HTTP.")
def pick_up(call_id: int, email: str | None, url: str | None) -> None:
    """Press the key on the phone for a call left ringing by ``simulate`` (not in production)."""
    found = _left_going(call_id, url)
    taker = people.by_id(found.claimed_by_id) if found.claimed_by_id is not None else None
    person = _person(email) if email else taker
    if person is None or not person.phone:
        raise click.UsageError("--accept で、電話に出る人のメールアドレスを指定してください。")
    asked = {"call": found.call_sid, "person": person.id, "language": "ja", "line": found.line}
    phone = _telephone(found.from_number, found.to_number, Behaviour(), url)
    phone.call_sid = str(found.call_sid)
    heard = f"{WHISPER}?{urlencode(asked)}"
    _carry_out(partial(phone.press_key, person.phone, heard), at=None)


@call.command("hang-up")
@click.argument("call_id", type=click.IntRange(1, LARGEST_ID))
@click.option("--url", help="Tell the server that runs at this address, over HTTP.")
def hang_up(call_id: int, url: str | None) -> None:
    """End a call that ``simulate`` has left ringing or talking (not in production)."""
    found = _left_going(call_id, url)
    phone = _telephone(found.from_number, found.to_number, Behaviour(), url)
    phone.call_sid = str(found.call_sid)
    _carry_out(phone.hang_up, at=None)


def _left_going(call_id: int, url: str | None) -> Call:
    """A call that went through the telephone company. Raises ClickException without one."""
    _check(keys="", at=None, url=url)
    if settings().in_production:
        raise click.UsageError("本番環境では使えません。")
    found = queries.by_id(call_id)
    if found is None or found.call_sid is None:
        raise click.ClickException(f"電話会社を通った受電記録 {call_id} はありません。")
    return found


@call.command("offer")
@click.argument("offer_id", metavar="OFFER", type=click.IntRange(1, LARGEST_ID))
@click.option("--keys", default="", help="The keys pressed in order: 1 takes it, 2 does not.")
@click.option("--at", type=MOMENT, help="The time of the call.")
def ring_about_offer(offer_id: int, keys: str, at: datetime | None) -> None:
    """Ring the contact who was told last of an offer, as Twilio does (not in production)."""
    _check(keys=keys, at=at, url=None)
    if settings().in_production:
        raise click.UsageError("本番環境では使えません。")
    rings = offers.rings_of(offer_id)
    contact = vendors.contact(rings[-1].contact_id) if rings else None
    if contact is None or not contact.phone:
        raise click.ClickException(f"打診 {offer_id} で呼び出した連絡先はありません。")
    asked = urlencode({"offer": offer_id, "contact": contact.id, "language": contact.locale})
    phone = _telephone(get(LinesPolicy).lines[0].called[0], contact.phone, Behaviour(keys), None)
    phone.direction = "outbound-api"
    _carry_out(partial(phone.pick_up, f"{OFFER}?{asked}", f"{OFFER_ENDED}?{asked}"), at=at)


def _check(*, keys: str, at: datetime | None, url: str | None) -> None:
    if not PATTERNS["Digits"].fullmatch(keys):
        raise click.UsageError("キーは電話機のもの（0〜9、*、#）で指定してください。")
    if at is not None and settings().in_production:
        raise click.UsageError("--at は本番環境では使えません。")
    if at is not None and url is not None:
        raise click.UsageError("--at は --url と一緒には使えません。相手の時計は動かせません。")
    if url is not None and not url.startswith(("http://", "https://")):
        raise click.UsageError("--url は http:// または https:// で始めてください。")


def _telephone(
    from_number: str, to_number: str, behaviour: Behaviour, url: str | None
) -> Telephone:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's way
    return Telephone(
        post=over_http(url) if url else through(app, settings()),
        settings=settings(),
        from_number=from_number,
        to_number=to_number,
        behaviour=behaviour,
        said=click.echo,
    )


def _carry_out(act: Callable[[], None], *, at: datetime | None) -> None:
    db.session.rollback()  # What the call writes is to be seen afterwards.
    try:
        with clock.fixed(at), logs.quiet():
            act()
    except Broken as error:
        raise click.ClickException(str(error)) from error


def _person(email: str) -> Person:
    """The account with this address. Raises ClickException when there is none with a phone."""
    found = people.by_email(email)
    if found is None or not found.phone:
        raise click.ClickException(f"{email} の電話番号は登録されていません。")
    return found


def _number(typed: str, option: str) -> str:
    """E.164, from what was typed in any usual way."""
    number = phone_e164(typed)
    if number is None:
        raise click.UsageError(f"{option} {typed} は電話番号として使えません。")
    return number


def _tell(made: Call | None) -> None:
    """Print the call, and what was promised."""
    if made is None:
        raise click.ClickException("通話は記録されていません。スプールをご確認ください。")
    click.echo()
    click.echo(f"受電記録 {made.id}  {local(made.received_at)}  {made.line}  {_standing(made)}")
    if made.ticket_id is None:
        click.echo("受付番号 なし（オペレーターが案件にします）")
        return
    number = tickets.number_of(made.ticket_id)
    click.echo(f"受付番号 {spaced(number)}")
    for promise in followups.of_ticket(made.ticket_id):
        click.echo(f"お約束   {local(promise.due_at)}")
        click.echo(f"理由     {promise.reason_ja}")
    for page in pages_of(number):
        click.echo(f"呼び出し {page.id}  {local(page.opened_at)}  {page.cause}  {page.status}")


commands = [call]
