"""Whether a webhook really comes from the telephone company."""

import hmac
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    add_port,
    get_signature_algorithm,
    remove_port,
)
from werkzeug.datastructures import Headers, MultiDict

__all__ = ["ALGORITHM", "SIGNATURE_HEADER", "Forged", "check", "sign", "signed_url"]

ALGORITHM = HMAC_SHA1
"""What auth tokens sign with; a request signed in any other way is not ours."""


class Forged(Exception):
    """This request was not signed by the telephone company; the message says what was wrong."""


def signed_url(public_url: str, path: str, query: str) -> str:
    """The address as it was signed: the host of ``public_url``, never that of the request.

    ``path`` is decoded, as WSGI gives it; ``query`` is as it came, without the question mark.
    """
    return public_url + quote(path, safe="/") + (f"?{query}" if query else "")


def sign(url: str, form: MultiDict[str, str], token: str) -> str:
    """The signature of a form posted to ``url``."""
    return str(RequestValidator(token).compute_signature(url, form, ALGORITHM))


def check(url: str, form: MultiDict[str, str], headers: Headers, tokens: Iterable[str]) -> None:
    """Raises Forged unless one of ``tokens`` signed exactly this form for this address.

    Twilio is not consistent about a port in the address: with and without are both tried.
    """
    given = headers.getlist(SIGNATURE_HEADER)
    if len(given) != 1 or not given[0]:
        raise Forged("no signature")
    if get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER)) != ALGORITHM:
        raise Forged("another algorithm")
    parts = urlsplit(url)
    urls = (remove_port(parts), add_port(parts))
    # Every comparison is made, so that the time tells nothing.
    good = [
        hmac.compare_digest(sign(one, form, token).encode(), given[0].encode())
        for one in urls
        for token in tokens
    ]
    if not any(good):
        raise Forged("wrong signature")
