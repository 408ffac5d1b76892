"""The keys under which names and texts are found, however they were written.

A key is for searching only: what people read is always the spelling that was given.
"""

import re
import unicodedata
from functools import lru_cache

from hotline.searchkeys.phones import DASHES

KEY_LENGTH = 200
"""A company key is at most this long, as its columns are."""


def _one_of_each(variants: str) -> dict[int, str]:
    """Each letter of a group to the group's last one; groups are apart by spaces."""
    return {ord(letter): group[-1] for group in variants.split() for letter in group[:-1]}


KANJI = _one_of_each(
    "髙高 﨑嵜碕崎 齋齊斎斉 濵濱浜 邊邉辺 德徳 嶋嶌島 廣広 澤沢 櫻桜 國国 𠮷吉 眞真 冨富 條条 壽寿"
    " 榮栄 瀨瀬 瀧滝 龍竜 淺浅 藏蔵 惠恵 曾曽 黑黒 學学 會会 鐵鉃鉄 圓円 豐豊 實実 澁渋 靜静 應応"
    " 舘館 槇槙 檜桧 籠篭 蘆芦 莊荘 萬万 與与 發発 彌弥 凜凛 遙遥 鷗鴎 嶽岳 峯峰 栁柳 桒桑 濟済"
)
"""Spellings of one letter that Unicode keeps apart and people do not."""

KANA = _one_of_each(
    "ァア ィイ ゥウ ェエ ォオ ッツ ャヤ ュユ ョヨ ヮワ ヵカ ヶケ ヅズ ヂジ ゝヽ ゞヾ"
)
"""Registrations and bank data know no small letters: ショウヤ stands there as シヨウヤ."""

_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_LEFT_OUT = dict.fromkeys([*DASHES, *map(ord, "・·〜~")], "")
_QUOTES = dict.fromkeys(map(ord, "‘’"), "'")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

KNOWN_LETTERS = 20_000
"""So many letters are remembered with what stands for them: more than Japanese is written with."""


class _Letters(dict[int, str]):
    """What stands in a key for each letter; a letter that is met again is only looked up."""

    def __missing__(self, code: int) -> str:
        one = chr(code).translate(_HIRAGANA).translate(_SAME).translate(_LEFT_OUT)
        found = one if _is_seen(one) else ""
        if len(self) < KNOWN_LETTERS:
            self[code] = found
        return found


_SAME = KANA | KANJI | _QUOTES
_IN_KEYS = _Letters()


def text_key(text: str) -> str:
    """The letters of ``text`` without width, case, small kana, old kanji, spaces and dashes.

    ``ﾔﾏﾀﾞ　タロウ`` and ``やまだたろう`` have the same key; ー counts as a dash.
    """
    bare = folded_width(text).translate(_IN_KEYS)
    return unicodedata.normalize("NFC", bare)  # Marks may have come to stand beside their letter.


def folded_width(text: str) -> str:
    """``text`` in one width and case: ＡＢＣ → abc, ㈱ → (株), ① → 1."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKC", text.translate(_CIRCLED)).casefold()
    return unicodedata.normalize("NFKC", plain)


def _is_seen(letter: str) -> bool:
    if not letter or any(ord(letter) in block for block in _VARIATION_SELECTORS):
        return False
    return unicodedata.category(letter) not in _UNSEEN


FORMS = {
    "株": "株式会社",
    "有": "有限会社",
    "同": "合同会社",
    "合": "合同会社",
    "名": "合名会社",
    "資": "合資会社",
    "財": "財団法人",
    "一財": "一般財団法人",
    "公財": "公益財団法人",
    "社": "社団法人",
    "一社": "一般社団法人",
    "公社": "公益社団法人",
    "学": "学校法人",
    "医": "医療法人",
    "福": "社会福祉法人",
    "独": "独立行政法人",
    "特非": "特定非営利活動法人",
}
"""What stands in brackets before or behind a name, and the legal form it means."""

_CIRCLED = {ord("㊑"): "(株)", ord("㊒"): "(有)", ord("㊓"): "(社)", ord("㊖"): "(財)"}
_SHORT = re.compile(rf"\(\s*({'|'.join(FORMS)})\s*\)")
_LONG = "|".join(sorted(set(FORMS.values()), key=len, reverse=True))
_BANK = "カ|ユ|ド|メ|シ|ザイ|シヤ|ガク|イ|フク"
"""How transfers name a legal form: カ) ahead of a name, (カ behind it."""
_LATIN = (
    r"(?:co(?:mpany|\.)?\s*,?\s*)?(?:ltd|limited)|inc(?:orporated)?|corp(?:oration)?"
    r"|co|company|k\.?k|g\.?k|l\.?l\.?c|gmbh"
)
_AHEAD = re.compile(rf"^(?:{_LONG}|\(?(?:{_BANK})\))\s*")
_BEHIND = re.compile(rf"\s*(?:{_LONG}|\((?:{_BANK})\)?|[\s,]+(?:{_LATIN})\.?,?)\s*$")
_NOTHING_ELSE = re.compile(rf"(?:{_LONG}|\(?(?:{_BANK})\)|\((?:{_BANK})|(?:{_LATIN})\.?,?)")


@lru_cache(maxsize=100)
def company_key(name: str) -> str:
    """The key of a company's name without its legal form, of at most ``KEY_LENGTH`` letters.

    ``㈱ヤマダ部品``, ``ヤマダ部品株式会社`` and ``やまだ部品`` have the same key. A name that is
    nothing but a legal form keeps it. Remembered for a while: a request asks for one repeatedly.
    """
    plain = spelled_out(name).strip()
    bare = _BEHIND.sub("", _AHEAD.sub("", plain, count=1), count=1)
    return (text_key(bare) or text_key(plain))[:KEY_LENGTH]


def spelled_out(name: str) -> str:
    """``name`` in one width and case, its legal form in full: ㈱ → 株式会社."""
    return _SHORT.sub(lambda found: FORMS[found[1]], folded_width(name))


def is_legal_form(word: str) -> bool:
    """Whether ``word`` says what kind of company it is and nothing else."""
    return bool(_NOTHING_ELSE.fullmatch(spelled_out(word).strip()))
