"""The one gate through which files leave: as they are when a scanner cleared them, else locked up.

Nothing is ever shown in a browser, unpacked or looked into; what a sender said a file is, is never
said on.
"""

import base64
import zlib
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from io import BufferedReader

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hotline import policy
from hotline.adapters.file_store import PIECE, FileStore
from hotline.edge.bodies import OPAQUE
from hotline.edge.identity import settings
from hotline.errors import N_, Refused
from hotline.evidence import rules
from hotline.evidence import service as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import EvidencePolicy
from hotline.people.models import Person

ZIP = "application/zip"
GONE = N_("This file is not where it was kept. Please tell an administrator.")
IN_QUARANTINE = N_("This file is in quarantine. You can fetch it once a scanner has cleared it.")


def may_have_samples(viewer: Person) -> bool:
    """Whether this person may be given what is in quarantine."""
    return bool(viewer.roles & policy.get(EvidencePolicy).sample_roles)


def give(
    file: File, viewer: Person, *, now: datetime, released: bool = False
) -> ResponseReturnValue:
    """Hand a file to somebody who may have it; the answer to a POST.

    What is in quarantine goes to named roles and to a partner to whom it was ``released``, after
    a warning that has to be confirmed on a page of its own. Raises Refused for everybody else.
    """
    if rules.is_free(file.scan):
        evidence.hand_out(file, by_id=viewer.id, now=now)
        return _as_it_is(file)
    if not (released or may_have_samples(viewer)):
        raise Refused(IN_QUARANTINE)
    if request.form.get("sample") != "1":
        return _warning(file)
    evidence.hand_out(file, by_id=viewer.id, now=now, sample=True)
    return _locked(file)


def sample_password() -> str:
    """What opens the zip of a sample."""
    return policy.get(EvidencePolicy).sample_password


def _as_it_is(file: File) -> Response:
    answer = _answer(_pieces(_open(file)), OPAQUE, rules.disposition(file.name, file.id))
    answer.content_length = file.size
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return answer


def _locked(file: File) -> Response:
    """A zip that asks for a password, made while it is sent; AES with 256 bits."""
    # Imported here: hostile files are rarely fetched, and its ciphers take 3 MiB.
    from stream_zip import ZIP_AUTO, stream_zip

    member = (
        rules.name_in_sample(file.name),
        file.received_at,
        0o600,
        ZIP_AUTO(file.size, level=1),
        _pieces(_open(file)),
    )
    zipped = stream_zip(
        [member], password=sample_password(), get_compressobj=lambda: zlib.compressobj(level=1)
    )
    name = rules.sample_name(file.id, file.sha256)
    return _answer(iter(zipped), ZIP, rules.disposition(name, file.id))


def _answer(pieces: Iterator[bytes], media_type: str, disposition: str) -> Response:
    answer = Response(pieces, HTTPStatus.OK, content_type=media_type)
    answer.headers["Content-Disposition"] = disposition
    return answer


def _warning(file: File) -> Response:
    page = render_template(
        "files/warning.html", file=file, password=sample_password(), to=request.path
    )
    return make_response(page, HTTPStatus.OK)


def _open(file: File) -> BufferedReader:
    """Raises Refused when the bytes are lost."""
    try:
        return FileStore.from_url(settings().files_url).open(file.sha256)
    except FileNotFoundError:
        raise Refused(GONE) from None


def _pieces(opened: BufferedReader) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(PIECE):
            yield piece
