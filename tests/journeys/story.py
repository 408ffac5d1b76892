"""The one incident that four stories tell, each from the side of one person.

On Wednesday, 30 December 2026, at 22:15 a factory rings whose files do not open any more. It is
promised a call by Monday, 4 January, at nine. What the operator writes is what the coordinator
reads; a partner accepts what she asks for, and what that costs is what the member agrees to.
"""

import re
from datetime import datetime, timedelta

from hotline import clock
from hotline.cli.demo import scene as companies
from hotline.cli.demo import vendors
from hotline.members.models import Phone
from hotline.members.queries import by_number
from hotline.people.models import Person
from hotline.searchkeys import phone_key
from hotline.transaction import transaction
from tests import builders
from tests.browser.process import Running
from tests.browser.scene import House

NIGHT = datetime.fromisoformat("2026-12-30T22:15:08+09:00")
SOON = NIGHT + timedelta(minutes=6)
MORNING = datetime.fromisoformat("2027-01-04T09:00:00+09:00")
EVENING = datetime.fromisoformat("2027-01-04T20:10:00+09:00")

PROMISED = "1月4日、月曜日の午前9時までに、担当者からお電話いたします。"
PROMISED_AT, PROMISED_TODAY = "2027年1月4日（月）9:00 まで", "1月4日（月）9:00 まで"

COMPANY, CALLER, MOBILE = "髙橋精螺工業㈱", "邊見 さゆり", "+819012345678"
WORDS = "ファイルサーバー2台、NAS 1台。拡張子は .l0ck3d。EDIが開かない。"
FIRST, SECOND = "シグマ鑑識合同会社", "㈱北斗データ鑑識"
ASKED_FOR = "暗号化被害の証拠保全と原因調査"
REPORT = "侵入はVPN装置から。影響はサーバー2台。"
AMOUNT = "9,900,000円"


def furnish(house: House | Running) -> None:
    """Companies and partners are known, and everybody whom the stories are about has come in."""
    with house.app.app_context(), clock.fixed(NIGHT), transaction():
        vendors.load(now=NIGHT)
        companies.import_companies(now=NIGHT)
        factory = by_number("JNX-1001")
        factory.phones.append(Phone(raw=MOBILE, key=phone_key(MOBILE), e164=MOBILE))
        operator = builders.person("operator", name="大槻 美咲", phone="+819000000001")
        coordinator = builders.person("coordinator", name="瀬戸 圭", phone="+819000000003")
        on_duty(operator, coordinator)
        here = {
            "operator": operator,
            "coordinator": coordinator,
            "member": builders.person("member", name="髙橋 誠", member_number="JNX-1001"),
            FIRST: builders.person("vendor", name="宮田 徹", vendor_code="V-1001"),
            SECOND: builders.person("vendor", name="小野寺 薫", vendor_code="V-1002"),
        }
        house.people = {name: {"id": one.id, "email": one.email} for name, one in here.items()}


def on_duty(operator: Person, coordinator: Person) -> None:
    """Both are on duty from this evening until the factory has been called back."""
    begins, ends = NIGHT - timedelta(hours=4), MORNING + timedelta(days=2)
    builders.shift(operator, "operator", starts_at=begins, ends_at=ends)
    builders.shift(coordinator, "coordinator", starts_at=begins, ends_at=ends)


def command(house: House | Running, *words: str) -> str:
    """What a command prints, the worker's among them."""
    done = house.app.test_cli_runner().invoke(args=words)

    assert done.exit_code == 0, done.output
    return done.output


def tick(house: House | Running) -> str:
    """What the worker does at this moment, and the messages it sends."""
    return command(house, "tick", "--at", house.now.isoformat())


def heard_on_the_phone(house: House | Running, keys: str, *how: str) -> str:
    """Somebody of the factory rings and presses keys: what the telephone says."""
    at = house.now.isoformat()
    rung = ("call", "simulate", "--from", MOBILE, "--menu", keys, "--at", at)
    return command(house, *rung, *how)


def number_in(heard: str) -> str:
    """The nine digits of the ticket that a call was given."""
    return re.search(r"受付番号 ([\d ]{11})", heard)[1].replace(" ", "")
