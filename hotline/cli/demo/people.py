"""Who works and calls in the demo; everybody who reads this file knows their secrets."""

from dataclasses import dataclass

from hotline.people.rules import Account, Role


@dataclass(frozen=True)
class Known:
    """A demo account; the secrets are known to everybody who reads this file."""

    account: Account
    password: str
    totp_secret: str | None


def _staff(mail_name: str, role: Role, name: str, phone: str, password: str) -> Known:
    given = Account(f"{mail_name}@demo.example", name, frozenset({role}), phone=phone)
    # Base32, 160 bits, known to everybody: enough for a demo, refused in production.
    letters = "".join(letter for letter in mail_name.upper() if letter.isalpha())
    return Known(given, password, letters.ljust(32, "A"))


def _member(
    mail_name: str, name: str, number: str, password: str, *, manager: bool = True
) -> Known:
    roles = frozenset({Role.MEMBER})
    address = f"{mail_name}@demo.example"
    given = Account(address, name, roles, member_number=number, manager=manager)
    return Known(given, password, None)


def _vendor(mail_name: str, name: str, code: str, password: str) -> Known:
    given = Account(f"{mail_name}@demo.example", name, frozenset({Role.VENDOR}), vendor_code=code)
    return Known(given, password, None)


PEOPLE = (
    _staff("operator", Role.OPERATOR, "大槻 美咲", "+819000000001", "evening calm desk"),
    _staff("supervisor", Role.SUPERVISOR, "梶 正人", "+819000000002", "morning green tea"),
    _staff("coordinator", Role.COORDINATOR, "瀬戸 圭", "+819000000003", "quiet harbour light"),
    _member("member-a", "髙橋 誠", "JNX-1001", "precision screw plant"),
    _member("member-b", "山﨑 由紀", "JNX-1002", "rubber hose factory"),
    _vendor("vendor-a", "宮田 徹", "V-1001", "disk image reader"),
    _vendor("vendor-b", "小野寺 薫", "V-1002", "careful log keeper"),
    _staff("auditor", Role.AUDITOR, "橘 真由", "+819000000004", "every line is sealed"),
    _staff(
        "administrator", Role.ADMINISTRATOR, "菅野 隆", "+819000000005", "keys hang by the door"
    ),
    _staff("operator-b", Role.OPERATOR, "森下 由紀", "+819000000006", "paper stays in drawers"),
    _staff("coordinator-b", Role.COORDINATOR, "朴 智恵", "+819000000007", "second cup of coffee"),
    _member("member-c", "望月 大輔", "JNX-1001", "night shift locker room", manager=False),
)
"""One of every role and a second operator and coordinator, members of two companies (of the first
one a manager and a colleague), and partners of two."""
