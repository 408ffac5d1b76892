"""Names of files: what others wrote, made harmless, and how a download carries it."""

import re
import unicodedata
from urllib.parse import quote

NAME_LETTERS = 200
ENDING_LETTERS = 20
"""The ending is kept when a name is too long, as far as it is one."""

OTHERWISE = "file"

SLASHES = frozenset("/\\\u2044\u2215\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c")
"""What is a slash, or becomes one when some system folds letters."""

FORBIDDEN = SLASHES | frozenset(':*?"<>|')
JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of how some people and pictures are written."""

DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Windows opens a device by these names, whatever the ending and the folder are."""

SAFE_IN_A_HEADER = "!#$&+-.^_`|~"
TOKEN = re.compile(r"[A-Za-z0-9._-]+")
NOT_PLAIN = re.compile(r"[^A-Za-z0-9!#$&+.^_`{}~ -]")


def safe_name(name: str) -> str:
    """A name that no system takes for a path or a command; what it may not hold becomes "_"."""
    plain = "".join(_safe(letter) for letter in unicodedata.normalize("NFC", name)).strip(" .")
    if plain.startswith("-") or DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    return _short(plain) or OTHERWISE


def disposition(name: str, file_id: int) -> str:
    """``Content-Disposition`` of a download (RFC 6266): the true name as UTF-8, a plain one too.

    Old programs read only the plain name; nothing in it can be decoded into a path.
    """
    if TOKEN.fullmatch(name):
        return f"attachment; filename={name}"
    plain = NOT_PLAIN.sub("_", name) if name.isascii() else f"file-{file_id}.bin"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, SAFE_IN_A_HEADER)}"


def sample_name(file_id: int, sha256: str) -> str:
    """What the locked zip of a sample is called: no word of the sender."""
    return f"sample-{file_id}-{sha256[:12]}.zip"


def name_in_sample(name: str) -> str:
    """The name inside that zip: nothing that a double click would run."""
    return f"{safe_name(name)}.sample"


def _safe(letter: str) -> str:
    hidden = unicodedata.category(letter)[0] == "C" and letter not in JOINERS
    line_end = unicodedata.category(letter) in ("Zl", "Zp")
    return "_" if hidden or line_end or letter in FORBIDDEN else letter


def _short(name: str) -> str:
    if len(name) <= NAME_LETTERS:
        return name
    head, dot, ending = name.rpartition(".")
    if not dot or not head or len(ending) > ENDING_LETTERS:
        return name[:NAME_LETTERS].rstrip(" .")
    return f"{head[: NAME_LETTERS - len(ending) - 1].rstrip(' .')}.{ending}"
