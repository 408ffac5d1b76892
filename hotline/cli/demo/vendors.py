"""The partners of the demo: whom there is to ask for each function, from Tokyo to Munich."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from hotline.calendars.rules import parse_spans
from hotline.notices.rules import Channel
from hotline.vendors import queries
from hotline.vendors import service as vendors
from hotline.vendors.rules import ContactDetails, Details, Holidays, Hours

OFFICE = (parse_spans(["09:00-18:00"]),) * 5 + ((), ())
MEDIA = (parse_spans(["09:00-20:00"]),) * 5 + (parse_spans(["10:00-17:00"]),) * 2
MUNICH = (parse_spans(["08:30-18:00"]),) * 5 + ((), ())
IN_JAPAN = Hours(False, "Asia/Tokyo", OFFICE, Holidays.JAPAN)
ALWAYS = Hours(True, "Asia/Tokyo", OFFICE, Holidays.NONE)
EVERY_DAY = Hours(False, "Asia/Tokyo", MEDIA, Holidays.NONE)
IN_MUNICH = Hours(False, "Europe/Berlin", MUNICH, Holidays.NONE)

RUNG = (Channel.VOICE, Channel.MAIL)
WRITTEN = (Channel.MAIL,)

USUAL = Details(
    code="",
    name="",
    kana="",
    corporate_number="",
    country="JP",
    regions=(),
    languages=("ja",),
    hours=IN_JAPAN,
    capacity=2,
    contract_from=date(2025, 4, 1),
    contract_to=None,
    note="",
    functions={},
)
"""What most of them have in common."""


@dataclass(frozen=True)
class Known:
    """A partner of the demo, whom of it we ring, and for whom it works."""

    details: Details
    contacts: tuple[ContactDetails, ...]
    conflicts: tuple[tuple[str, str], ...] = ()


def load(*, now: datetime) -> None:
    """Write the partners down, their phones verified; one that is there stays as it is."""
    for known in PARTNERS:
        if queries.by_code(known.details.code) is None:
            _write_down(known, now=now)


def _write_down(known: Known, *, now: datetime) -> None:
    vendor = vendors.add(known.details, by_id=None, now=now)
    for details in known.contacts:
        contact = vendors.add_contact(vendor, details, by_id=None, now=now)
        if contact.phone:
            vendors.verify(contact, by_id=None, now=now)
    for company, reason in known.conflicts:
        vendors.note_conflict(vendor, company, reason, by_id=None, now=now)


# Nobody has these phones: in Japan those with 0000 in them, in Germany a block kept for films.
PARTNERS = (
    Known(
        replace(
            USUAL,
            code="V-1001",
            name="シグマ鑑識合同会社",
            kana="シグマカンシキ",
            languages=("ja", "en"),
            hours=ALWAYS,
            capacity=3,
            functions={"forensics": 60, "data_recovery": 120},
            note="現地出動は関東・東海から。メモリーの保全は遠隔でも可。",
        ),
        (
            ContactDetails(
                "ご当番", "ja", "+81300001001", "duty@sigma-kanshiki.example", RUNG, True
            ),
            ContactDetails(
                "宮田 徹", "ja", "+819000001001", "miyata@sigma-kanshiki.example", RUNG, True
            ),
        ),
    ),
    Known(
        replace(
            USUAL,
            code="V-1002",
            name="㈱北斗データ鑑識",
            kana="ホクトデータカンシキ",
            regions=("kanto", "chubu", "kinki"),
            functions={"forensics": 60},
        ),
        (
            ContactDetails("ご当番", "ja", "+81520000102", "toban@hokuto-data.example", RUNG, True),
            ContactDetails(
                "小野寺 薫", "ja", "+819000001002", "onodera@hokuto-data.example", RUNG, False
            ),
        ),
        (("東海フランジ工業(株)", "顧問契約があるため"),),
    ),
    Known(
        replace(
            USUAL,
            code="V-1003",
            name="（株）復元ラボ名古屋",
            kana="フクゲンラボナゴヤ",
            regions=("chubu", "kinki"),
            functions={"data_recovery": 120},
        ),
        (
            ContactDetails(
                "受付", "ja", "+81520000103", "uketsuke@fukugen-lab.example", RUNG, False
            ),
        ),
    ),
    Known(
        replace(
            USUAL,
            code="V-1004",
            name="青葉広報コンサルティング㈱",
            kana="アオバコウホウ",
            languages=("ja", "en"),
            hours=EVERY_DAY,
            capacity=4,
            functions={"pr": 120, "monitoring": 240},
        ),
        (ContactDetails("危機管理室", "ja", "+81300001004", "kiki@aoba-pr.example", RUNG, True),),
    ),
    Known(
        replace(
            USUAL,
            code="V-1005",
            name="Kessler & Brandt LLP",
            country="DE",
            languages=("en", "de"),
            hours=IN_MUNICH,
            functions={"gdpr": 240, "legal": 240},
        ),
        (
            ContactDetails(
                "Incident desk",
                "en",
                "+493023125105",
                "incident@kessler-brandt.example",
                RUNG,
                False,
            ),
        ),
    ),
    Known(
        replace(
            USUAL,
            code="V-1006",
            name="ひばり法律事務所",
            kana="ヒバリ",
            languages=("ja", "en"),
            functions={"legal": 120},
        ),
        (ContactDetails("事務局", "ja", "+81300001006", "office@hibari-law.example", RUNG, False),),
        (("嶋津物流㈱", "取引先の代理人を務めているため"),),
    ),
    Known(
        replace(
            USUAL,
            code="V-1007",
            name="さくら台コールサービス㈱",
            kana="サクラダイコールサービス",
            hours=EVERY_DAY,
            capacity=3,
            functions={"call_center": 480},
        ),
        (
            ContactDetails(
                "立上げ窓口", "ja", "+81110000107", "start@sakuradai-call.example", RUNG, False
            ),
        ),
    ),
    Known(
        replace(
            USUAL,
            code="V-1008",
            name="みどり情報評価㈱",
            kana="ミドリジョウホウヒョウカ",
            functions={"trust_recovery": 960, "monitoring": 480},
        ),
        (ContactDetails("審査部", "ja", "", "shinsa@midori-hyoka.example", WRITTEN, False),),
    ),
)
"""At least one for each function."""
