"""The columns and lines of a file of companies, whatever it was written with."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.errors import N_, Problem
from hotline.members.rules import details
from hotline.members.rules.entitlement import Sentence

NAMES: dict[str, tuple[str, ...]] = {
    "number": ("会員番号 番号 管理番号 顧客番号 お客さま番号 会員コード",),
    "name": ("会社名 会員名 企業名 法人名 社名 名称", "会員企業名 正式名称 契約者名"),
    "kana": (
        "フリガナ カナ 読み 会社名カナ 会社名フリガナ 会員名カナ",
        "企業名カナ 法人名カナ 社名カナ 会社名(カナ) 会社名(フリガナ)",
    ),
    "corporate_number": ("法人番号",),
    "jnx_number": ("JNX番号 JNX会員番号 JNX会員ID JNXID",),
    "site": ("拠点 拠点名 事業所 事業所名 工場 工場名 支店名",),
    "address": ("住所 所在地 拠点住所 会社住所 本社住所",),
    "phone": ("電話 電話番号 TEL 代表電話 代表電話番号 拠点電話 拠点電話番号",),
    "contact_name": (
        "担当者 担当者名 担当者氏名 氏名 連絡先氏名",
        "ご担当者 ご担当者名 連絡担当者",
    ),
    "contact_kana": (
        "担当者カナ 担当者フリガナ 担当者名カナ 氏名カナ 氏名フリガナ",
        "担当者名(カナ) 担当者(カナ) 担当者名(フリガナ)",
    ),
    "contact_email": (
        "メール メールアドレス 担当者メール 担当者メールアドレス",
        "Eメール E-mail mail email",
    ),
    "contact_phone": (
        "担当者電話 担当者電話番号 携帯 携帯電話 携帯番号",
        "連絡先電話 連絡先電話番号",
    ),
    "policy_number": ("証券番号 加入者証番号 保険証券番号 証券番号(加入者証番号)",),
    "policy_from": (
        "保険始期 始期 始期日 保険開始日 補償開始日",
        "保険期間(自) 保険期間自 保険期間開始",
    ),
    "policy_to": (
        "保険終期 終期 終期日 満期日 保険終了日 補償終了日",
        "保険期間(至) 保険期間至 保険期間終了",
    ),
    "liability_limit_yen": (
        "支払限度額 賠償支払限度額 賠償限度額",
        "賠償責任限度額 賠償責任支払限度額",
    ),
    "cost_limit_yen": ("費用支払限度額 費用限度額 費用保険金額 費用の支払限度額",),
}
"""The Japanese names of each column, as such files call them."""

MOST_SHOWN = 60
MEANT_FOR_NOBODY = "…"


def header_key(text: str) -> str:
    """A column's name without width, case, blanks, lines and marks between its words."""
    folded = unicodedata.normalize("NFKC", text).translate(_KATAKANA).casefold()
    return re.sub(r"[\s_・./*※:-]", "", folded)


_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
"""ふりがな is フリガナ."""

HEADERS: dict[str, str] = {
    header_key(name): wanted
    for wanted, lists in NAMES.items()
    for name in (wanted, *" ".join(lists).split())
}
"""The key of a column's name to the field that it holds."""

NEEDED = ("number", "name")


@dataclass(frozen=True)
class Row:
    """One line of a file, the header being line 1; ``cells`` are texts by field.

    ``uncomputed`` are fields whose formula nobody has computed; ``spare`` says that there is
    something in a column without a name.
    """

    line: int
    cells: Mapping[str, str]
    uncomputed: tuple[str, ...] = ()
    spare: bool = False


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: its rows, and the names of columns that mean nothing to us."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What is wrong with one field of one row; ``field`` is "" for the row as a whole."""

    row: int
    field: str
    problem: Problem


@dataclass(frozen=True)
class Checked:
    """The values of a row by field, what is wrong with it, and what somebody should look at."""

    row: Row
    values: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    remarks: Mapping[str, Sentence] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """Which field stands in which column (None: not ours), and the columns nobody knows."""

    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]

    def row(self, line: int, texts: Sequence[str], uncomputed: Sequence[int] = ()) -> Row | None:
        """The row that these texts make; None for an empty one. ``uncomputed`` are columns."""
        texts = [details.plain(text) for text in texts]
        if not any(texts) and not uncomputed:
            return None
        columns = self.columns + (None,) * (len(texts) - len(self.columns))
        cells = {name: text for name, text in zip(columns, texts, strict=False) if name and text}
        lost = tuple(found for place in uncomputed if (found := columns[place]) is not None)
        return Row(line, cells, lost, spare=any(texts[len(self.columns) :]))


def head(texts: Sequence[str]) -> Head:
    """What the first line of a file says. Raises Problem when it does not name its columns."""
    names = [details.plain(text) for text in texts]
    while names and not names[-1]:
        names.pop()
    columns = tuple(_field_of(name) for name in names)
    known = [column for column in columns if column is not None]
    twice = sorted({column for column in known if known.count(column) > 1})
    if twice:
        raise Problem(N_("Two columns mean %(field)s. Please keep one of them."), field=twice[0])
    if not set(NEEDED) <= set(known):
        raise Problem(
            N_("The first row must name the columns; those of number and name are needed.")
        )
    unknown = [name for name, column in zip(names, columns, strict=True) if column is None]
    return Head(columns, tuple(name[:MOST_SHOWN] or MEANT_FOR_NOBODY for name in unknown))


def _field_of(name: str) -> str | None:
    """The field of a column; what stands behind it in brackets may be a remark, such as 13桁."""
    key = header_key(name)
    return HEADERS.get(key) or HEADERS.get(re.sub(r"\([^()]*\)$", "", key))


def check_row(row: Row) -> Checked:
    """The values of a row, and everything that is wrong with it."""
    problems: dict[str, Problem] = {
        name: Problem(N_("Nobody has computed this formula. Please open and save the file first."))
        for name in row.uncomputed
    }
    given = {name: text for name, text in row.cells.items() if name not in problems}
    values = details.check(given, problems)
    for missing in (details.contact_problems, details.policy_problems):
        problems = {**missing({**values, **problems}), **problems}
    if "number" not in values and "number" not in problems:
        problems["number"] = Problem(N_("Please write the number of the company."))
    if row.spare:
        problems[""] = Problem(N_("This row has more cells than the first row has names."))
    findings = tuple(Finding(row.line, name, problem) for name, problem in problems.items())
    return Checked(row, values, findings, details.remarks(given, values))
