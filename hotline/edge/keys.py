"""What the verbs of people need from the settings: keys, common passwords, the passkeys' site."""

from functools import cache
from pathlib import Path

from hotline.edge.identity import settings
from hotline.people import rules
from hotline.people.rules import Cipher, Site


def cipher() -> Cipher:
    """Encrypts with HOTLINE_SECRET_KEY; also reads what HOTLINE_SECRET_KEY_OLD encrypted."""
    known = settings()
    return Cipher(known.secret_key.get_secret_value(), known.secret_key_old.get_secret_value())


def site() -> Site | None:
    """Whom passkeys are for, from HOTLINE_PUBLIC_URL alone; None where browsers refuse them."""
    return rules.site(settings().public_url)


def common_passwords() -> frozenset[str]:
    """The words of ``config/common_passwords.txt``."""
    return _words(settings().config_dir / "common_passwords.txt")


@cache
def _words(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
