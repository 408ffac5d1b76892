"""Companies, people and what they tell: made up, Japanese, the same for the same seed.

No phone of it can be dialled: 0566-00 and 090-0000 are given to nobody.
"""

import random
from dataclasses import dataclass
from functools import lru_cache

PLACES = (
    "東海", "三河", "知多", "刈谷", "安城", "尾張", "浜名", "遠州", "湘南", "北関東", "両毛",
    "備前", "播磨", "筑豊", "京浜", "中京", "北陸", "奥羽", "瀬戸内", "伊勢",
)  # fmt: skip
TRADES = (
    "精密工業", "製作所", "部品", "鋳造", "フランジ", "ゴム工業", "化成", "塗装", "プレス", "物流",
    "電装", "金型", "発條", "樹脂", "熱処理", "システム", "歯車", "溶接", "計器", "硝子",
)  # fmt: skip
FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "{}合同会社", "株式会社{}ホールディングス")
OWNERS = (
    "",
    "ヤマダ",
    "髙橋",
    "ナカムラ",
    "齋藤",
    "マルイチ",
    "サンエー",
    "アサヒ",
    "大同",
    "新生",
)
FAMILY = (
    "佐藤", "鈴木", "髙橋", "田中", "渡邊", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "山﨑",
    "瀬戸", "大槻", "望月", "朴", "梶", "菅野", "森下", "宮田",
)  # fmt: skip
GIVEN = (
    "太郎", "花子", "誠", "由紀", "大輔", "美咲", "健一", "智恵", "徹", "薫", "隆", "真由",
    "さゆり", "圭", "正人", "直子", "翔", "恵子", "剛", "彩",
)  # fmt: skip

HAPPENED: dict[str, tuple[str, ...]] = {
    "ransom": (
        "ファイルサーバーの中身が開けない。拡張子が{ext}に変わっている。",
        "デスクトップに英語の脅迫文が出て、{what}が止まった。",
        "夜勤の者が気づいた。NAS {n}台とバックアップまで暗号化されている。",
        "基幹システムに入れず、あす朝の出荷指示が受け取れない見込み。",
    ),
    "leak": (
        "取引先から、当社の図面が外部のサイトに載っていると連絡があった。",
        "退職者のアカウントから顧客名簿 約{n}00件が持ち出された疑い。",
        "USBメモリーを紛失した。{what}のデータが入っている。",
    ),
    "defacement": (
        "ホームページの表紙が別の画面に変わっている。閲覧した人から指摘があった。",
        "問い合わせフォームの{what}に不審なファイルが置かれていた。",
    ),
    "spoofed_mail": (
        "経営者を名乗るメールで振込先の変更を求められ、{n}件を支払った。",
        "請求書を装った添付を開いた者が{n}名いる。その後{what}の動きが遅い。",
        "当社の名前をかたるメールが取引先へ大量に届いている。",
    ),
    "other": (
        "VPN装置に海外からのログインが{n}回ある。{what}への影響は分からない。",
        "PCの画面に警告が出て、表示された番号へ電話してしまった。",
        "クラウドの管理者アカウントに入れなくなった。",
    ),
}
"""Case type to how a caller begins."""

WHAT = ("受注システム", "EDI", "生産管理", "経理", "勤怠", "図面管理", "倉庫", "品質記録")
EXTENSIONS = (".l0ck3d", ".crypt", ".enc", ".blackbox", ".暗号")
MORE = (
    "ネットワークは抜いたが、電源は入れたまま。",
    "情報システムの担当は一人で、いま出張中。",
    "同じ建屋の別会社とネットワークを共用している。",
    "警察にはまだ連絡していない。",
    "個人情報が含まれるかどうかは確認中。",
    "昨夜の{n}時ごろから動きがおかしかった。",
    "折り返しは午後を希望。社内には言わないでほしい。",
    "取引先への説明の時期を相談したい。",
    "バックアップは週に一度、外付けに取っている。",
)
CHANCE = {"ransom": 28, "spoofed_mail": 27, "leak": 18, "defacement": 9, "other": 18}
"""How often each case type comes first, in a hundred."""


@dataclass(frozen=True)
class Company:
    """One company; ``number`` is None for one that is no member, ``insured`` only for members."""

    name: str
    number: str | None
    phone: str
    contact: str
    insured: bool


@dataclass(frozen=True)
class Told:
    """What one caller tells."""

    company: Company
    caller: str
    phone: str
    email: str
    case_types: tuple[str, ...]
    summary: str


@lru_cache(maxsize=50_000)
def company(seed: int, place: int, *, members: int) -> Company:
    """The company at this place; the first ``members`` of them are members, a third insured."""
    draw = random.Random(f"company {seed} {place}")
    bare = draw.choice(PLACES) + draw.choice(OWNERS) + draw.choice(TRADES)
    suffix = f"第{place // 400}" if place >= 400 else ""
    is_member = place < members
    return Company(
        name=draw.choice(FORMS).format(bare + suffix),
        number=f"JNX-{place + 10_000}" if is_member else None,
        phone=f"0566-00-{place % 10_000:04}",
        contact=f"{draw.choice(FAMILY)} {draw.choice(GIVEN)}",
        insured=is_member and place % 3 == 0,
    )


@lru_cache(maxsize=50_000)
def told(seed: int, place: int, *, companies: int, members: int) -> Told:
    """The call at this place: few companies call often, most hardly ever."""
    draw = random.Random(f"told {seed} {place}")
    who = company(seed, int(companies * draw.random() ** 2), members=members)
    first = draw.choices(list(CHANCE), list(CHANCE.values()))[0]
    further = [one for one in CHANCE if one != first and draw.random() < 0.08]
    own = draw.random() < 0.5
    return Told(
        company=who,
        caller=who.contact if own else f"{draw.choice(FAMILY)} {draw.choice(GIVEN)}",
        phone=who.phone if own else f"090-0000-{draw.randrange(10_000):04}",
        email=f"caller{place}@example.jp" if draw.random() < 0.3 else "",
        case_types=(first, *further),
        summary=_summary(first, draw),
    )


def _summary(case_type: str, draw: random.Random) -> str:
    sentences = [draw.choice(HAPPENED[case_type]), *draw.sample(MORE, draw.randint(0, 3))]
    words = {
        "ext": draw.choice(EXTENSIONS),
        "what": draw.choice(WHAT),
        "n": draw.randint(2, 60),
    }
    return "".join(sentences).format(**words)
