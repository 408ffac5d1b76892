"""From a ticket's number to its status: ask for a code, and type it.

Nothing that is answered here depends on whether the number exists or where a code can be sent: the
answer is the same, and it says so.
"""

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, language
from hotline.edge.access import public
from hotline.edge.language import gettext
from hotline.errors import Invalid, Slowed
from hotline.notices.rules import Channel
from hotline.tickets import rules
from hotline.tickets import service as tickets
from hotline.web import browsers
from hotline.web.status.frame import bp, set_cookie
from hotline.web.unlisted import unlisted

ASKED = "status"
"""In the browser's signed cookie: for which number it asked, and how the code comes."""


@bp.get("/status")
@public
def form() -> ResponseReturnValue:
    """Which ticket, and how the code shall come."""
    known = rules.parse_number(request.args.get("number", ""))
    return _form_page(rules.spaced(known) if known else "", Channel.SMS, {})


@bp.post("/status")
@public
def ask() -> ResponseReturnValue:
    """Have a code sent, if there is anywhere to send it; the answer is the same in any case."""
    number, channel = browsers.one("number"), browsers.one("channel")
    try:
        tickets.ask_status_code(
            number,
            channel=channel,
            language=language.current(),
            source=browsers.address(),
            now=clock.now(),
        )
    except Invalid as invalid:
        return _form_page(number, channel, errors.said(invalid), 422)
    except Slowed as slowed:
        sentence = gettext(
            "Too many codes were asked for. The last one may still be good; otherwise please wait"
            " %(minutes)s minutes, or call us.",
            minutes=_minutes(slowed),
        )
        return _slowed(_form_page(number, channel, {"number": sentence}, 429), slowed)
    session[ASKED] = [rules.parse_number(number), channel]
    return redirect(url_for(".code_form"), code=303)


@bp.get("/status/code")
@public
def code_form() -> ResponseReturnValue:
    """The number and the six digits; the number stands there already in the browser that asked."""
    known, _ = _asked()
    return _code_page(rules.spaced(known) if known else "", {})


@bp.post("/status/code")
@public
def check() -> ResponseReturnValue:
    """Right: the status opens in this browser. Whatever does not fit has one answer."""
    number, code = browsers.one("number"), browsers.one("code")
    if wrong := _unusable(number, code):
        return _code_page(number, wrong, 422)
    try:
        secret = tickets.open_status(number, code, source=browsers.address(), now=clock.now())
    except Slowed as slowed:
        sentence = gettext(
            "Too many codes were tried. Please wait %(minutes)s minutes, or call us.",
            minutes=_minutes(slowed),
        )
        return _slowed(_code_page(number, {"code": sentence}, 429), slowed)
    if secret is None:
        sentence = gettext(
            "This number and this code do not belong together, or the code is over. Please look at"
            " both again, or have a new code sent."
        )
        return _code_page(number, {"code": sentence}, 422)
    session.pop(ASKED, None)
    answer = redirect(url_for(".mine"), code=303)
    set_cookie(answer, secret)
    return answer


def _unusable(number: str, code: str) -> dict[str, str]:
    """What can be neither a number nor a code, by field: no try is used up for it."""
    wrong = {}
    if rules.parse_number(number) is None:
        wrong["number"] = gettext(
            "This is no ticket number. It has nine digits; please look at it again."
        )
    if rules.parse_code(code) is None:
        wrong["code"] = gettext("The code has six digits. Please type all of them.")
    return wrong


def _asked() -> tuple[str, str]:
    """For which number this browser asked, and how the code comes; "" for one that did not."""
    number, channel = session.get(ASKED) or ("", "")
    return number, channel


def _form_page(number: str, channel: str, wrong: dict[str, str], status: int = 200) -> Response:
    return unlisted(
        "status/form.html",
        status,
        number=number,
        channel=channel if channel in tuple(Channel) else Channel.SMS,
        errors=wrong,
        lines=policy.get(LinesPolicy).lines,
    )


def _code_page(number: str, wrong: dict[str, str], status: int = 200) -> Response:
    _, channel = _asked()
    return unlisted(
        "status/code.html",
        status,
        number=number,
        channel=channel,
        errors=wrong,
        lines=policy.get(LinesPolicy).lines,
    )


def _minutes(slowed: Slowed) -> int:
    return -(-slowed.retry_after // 60)


def _slowed(answer: Response, slowed: Slowed) -> Response:
    answer.headers["Retry-After"] = str(slowed.retry_after)
    return answer
