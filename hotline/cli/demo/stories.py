"""What has happened in the demo: calls of every kind, and how far the desk has come with each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Came(StrEnum):
    """When the call came, seen from the moment at which the demo is loaded."""

    JUST_NOW = "just_now"
    LATE = "late"
    """So that its promise fell due, and nobody took it up in time."""
    OVER = "over"
    """So that its promise fell due days ago."""
    AT_NIGHT = "at_night"
    """Out of hours, so that its promise fell due days ago."""


class Since(StrEnum):
    """From when on the time of a step is counted."""

    THE_CALL = "the_call"
    THE_PROMISE = "the_promise"
    """The promised moment; of a call that has just come, the call."""
    NOW = "now"
    """The moment at which the demo is loaded: what is under way; ``after`` is negative."""


@dataclass(frozen=True)
class Step:
    """What somebody did next, and when."""

    verb: str
    after: timedelta = timedelta(minutes=5)
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: Since = Since.THE_PROMISE


@dataclass(frozen=True)
class Story:
    """One call: from which company, what was written down, and what was done since."""

    came: Came
    member: str
    intake: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    line: str = "jnx"


def _ago(verb: str, minutes: int, **facts: Any) -> Step:
    return Step(verb, -timedelta(minutes=minutes), facts, Since.NOW)


FORENSICS, RECOVERY, LEGAL, PR = "forensics", "data_recovery", "legal", "pr"

READ_BACK = (
    "法務の見積りは、消費税込みで1,320,000円です。補償の対象にならない部分がある場合があります。"
    "お支払いの対象になるかどうかは保険会社が判断します。この内容で進めてよろしいでしょうか。"
)


def _after(verb: str, minutes: int = 5, **facts: Any) -> Step:
    return Step(verb, timedelta(minutes=minutes), facts)


STORIES = (
    Story(
        Came.AT_NIGHT,
        "JNX-1001",
        {
            "case_types": ("ransom", "leak"),
            "site": "知立工場",
            "caller_name": "邊見 さゆり",
            "caller_kana": "ヘンミ サユリ",
            "caller_title": "情報システム課 主任",
            "caller_phone": "0566-00-1234",
            "callback_hours": "いつでも。守衛室には言わないでほしい",
            "safe_phone": "090-0000-7781",
            "company_channels_unsafe": True,
            "discovered_by": "夜勤の警備員",
            "summary": "ファイルサーバー2台とNAS 1台が開けない。拡張子は .l0ck3d。\n"
            "EDIサーバーも応答せず、あす朝の出荷指示が受け取れない見込み。",
            "answers": {
                "ongoing": ["yes"],
                "stopped": ["production", "edi"],
                "hit_devices": ["server", "nas"],
                "isolated": ["part"],
                "backup": ["unchecked"],
                "personal_data": ["over_1000"],
            },
            "consents": {"sompo_japan": True, "partners": True},
        },
        (
            Step("take_page", timedelta(minutes=3), since=Since.THE_CALL),
            Step("charge", timedelta(minutes=4), since=Since.THE_CALL),
            _after("note", 1, text="東海フランジと同じVPN機種。親案件にまとめるか検討する。"),
            _after("attempt", 2, outcome="reached", with_whom="邊見さま"),
            _after("keep", 3),
            _after("go_to", 40, status="coordinating"),
            _after(
                "task",
                42,
                function=FORENSICS,
                scope="暗号化被害の証拠保全と原因調査",
                scale="サーバー 2台・NAS 1台・PC 約6台",
                place="愛知県（現地の作業あり）",
                first_result_in=timedelta(days=3),
            ),
            _after("task", 43, function=RECOVERY, scope="サーバー2台の復旧", scale="サーバー 2台"),
            _after("task", 44, function=LEGAL, scope="報告の要否の確認"),
            _after(
                "task",
                45,
                function=PR,
                scope="取引先への案内文",
                waits_for=((FORENSICS, "scope"),),
            ),
            _after("ask", 46, function=FORENSICS, partners=("V-1001", "V-1002")),
            _after("ask", 47, function=RECOVERY, partners=("V-1003",)),
            _after("ask", 48, function=LEGAL, partners=("V-1006",)),
            _after("say_what_costs", 50, said_to="邊見さま"),
            _after(
                "guess",
                51,
                function=FORENSICS,
                item="フォレンジック（見込み）",
                unit="device",
                quantity="9",
                yen="2,500,000",
            ),
            _after("accept", 60, function=LEGAL),
            _after(
                "release", 61, function=LEGAL, pieces=("company", "case_types", "discovered_at")
            ),
            _after("accept", 75, function=RECOVERY),
            _after(
                "quote",
                76,
                function=LEGAL,
                item="報告要否の確認",
                unit="set",
                quantity="1",
                yen="1,200,000",
            ),
            _after("ask_approval", 80, function=LEGAL),
            _after("approve_by_phone", 90, function=LEGAL, said_by="邊見さま", read_back=READ_BACK),
            _after("move_task", 92, function=LEGAL, to="in_progress"),
            _after("stay_silent", 110, function=FORENSICS),
            _after("accept", 150, function=FORENSICS),
            _after("release", 152, function=FORENSICS, pieces=("company", "site", "summary")),
            _after(
                "write", 155, function=FORENSICS, body="LANは遮断済みです。電源は入れたままです。"
            ),
            _after(
                "write",
                170,
                function=FORENSICS,
                by="vendor-b@demo.example",
                body="VPN装置の記録は残っていますか。電源を切らずにお待ちください。",
            ),
            _after("log", 200, function=FORENSICS, body="サーバー2台のメモリーを保全", took=120),
            _after(
                "quote",
                210,
                function=RECOVERY,
                item="サーバー復旧",
                unit="device",
                quantity="2",
                yen="3,000,000",
            ),
            _after("ask_approval", 215, function=RECOVERY),
            _after("hand_in", 240, function=LEGAL, kind="opinion", note="報告要。速報は5日以内。"),
            _after("move_task", 241, function=LEGAL, to="delivered"),
            _after("move_task", 260, function=LEGAL, to="checked"),
            _after(
                "meet_clock",
                290,
                kind="appi_preliminary",
                note="個人情報保護委員会へ速報を提出（会員が提出、控えを保管）",
            ),
        ),
    ),
    Story(
        Came.LATE,
        "JNX-1003",
        {
            "case_types": ("ransom",),
            "caller_name": "山田 太郎",
            "caller_kana": "ヤマダ タロウ",
            "caller_phone": "0565-00-0031",
            "callback_phone": "080-0000-7703",
            "summary": "現場のPC 1台に脅迫画面。電源は入れたまま、LANは抜いた。",
            "answers": {"isolated": ["all"], "hit_devices": ["pc"], "ongoing": ["no"]},
        },
    ),
    Story(
        Came.LATE,
        "JNX-1010",
        {
            "case_types": ("leak",),
            "caller_name": "栗﨑 泉",
            "caller_phone": "090-0000-5521",
            "discovered_by": "取引先の担当者",
            "summary": "取引先から、当社の図面がインターネットで見えると連絡があった。",
            "answers": {"found_by": ["partner"], "still_exposed": ["no"]},
            "consents": {"sompo_japan": True},
        },
    ),
    Story(
        Came.JUST_NOW,
        "JNX-1002",
        {
            "case_types": ("spoofed_mail",),
            "caller_name": "山﨑 由紀",
            "caller_phone": "090-0000-7702",
            "summary": "取引先から、自社を名乗る不審なメールが届いたと連絡があった。",
            "answers": {"subtype": ["name_abused"]},
        },
        (_after("move", 4, reason="午前中は取引先に確認するので、午後に電話してほしいとのこと"),),
    ),
    Story(
        Came.JUST_NOW,
        "JNX-1009",
        {
            "case_types": ("ransom",),
            "site": "半田工場",
            "caller_name": "森 千晴",
            "caller_phone": "0569-00-0091",
            "summary": "事務所のPC 3台に英語の脅迫画面。LANは抜いた。",
            "answers": {
                "isolated": ["all"],
                "hit_devices": ["pc"],
                "personal_data": ["some", "eu"],
            },
            "consents": {"partners": True},
        },
        (
            _after("take", 3),
            _after("charge", 3),
            _ago("task", 2, function=FORENSICS, scope="PC 3台の感染調査", scale="PC 3台"),
            _ago("ask", 1, function=FORENSICS, partners=("V-1001",)),
        ),
    ),
    Story(
        Came.OVER,
        "JNX-1005",
        {
            "case_types": ("defacement",),
            "caller_name": "伊藤 明",
            "caller_phone": "052-000-0037",
            "summary": "ホームページを開くと、見覚えのない画面に移る。",
            "answers": {"site_symptoms": ["redirect"], "forms": ["stopped"]},
            "consents": {"partners": True, "agent": False},
        },
        (
            _after("charge", 2),
            _after("attempt", 4, outcome="no_answer", next_in=timedelta(minutes=30)),
            _after("attempt", 36, outcome="reached", with_whom="伊藤さま"),
            _after("keep", 37),
            _after("go_to", 60, status="advised"),
            _after("go_to", 90, status="coordinating"),
            _after("task", 95, function=PR, scope="お詫びと案内の掲示文"),
            _after("ask", 96, function=PR, partners=("V-1004",)),
            _after("decline", 110, function=PR, reason="no_capacity"),
        ),
        line="sompo_desk",
    ),
    Story(
        Came.OVER,
        "JNX-1004",
        {
            "case_types": ("spoofed_mail",),
            "caller_name": "齋藤 健",
            "caller_phone": "053-000-0041",
            "summary": "請求書を装う添付ファイルを開いた。端末は切り離した。",
            "answers": {"subtype": ["opened"], "pc_online": ["no"]},
        },
        (_after("attempt", 3, outcome="message_left", with_whom="総務の方"),),
    ),
    Story(
        Came.OVER,
        "JNX-1014",
        {
            "case_types": ("ransom",),
            "caller_name": "濵田 玲子",
            "caller_phone": "090-0000-7714",
            "summary": "受発注サーバーが暗号化された。バックアップは無事。",
            "answers": {"backup": ["intact_offline"], "isolated": ["all"]},
            "consents": {"sompo_japan": True, "partners": True, "agent": True},
        },
        (
            _after("charge"),
            _after("keep", 8),
            _after("task", 20, function=FORENSICS, scope="侵入経路の調査", scale="サーバー 1台"),
            _after("ask", 21, function=FORENSICS, partners=("V-1001",)),
            _after("accept", 30, function=FORENSICS),
            _after(
                "move_task",
                40,
                function=FORENSICS,
                to="in_progress",
                reason="初回の調査は契約の範囲",
            ),
            _after("go_to", 70, status="responding"),
            _after(
                "hand_in", 300, function=FORENSICS, kind="interim_report", note="VPN装置から侵入。"
            ),
            _after("move_task", 301, function=FORENSICS, to="delivered"),
        ),
    ),
    Story(
        Came.OVER,
        "JNX-1007",
        {
            "case_types": ("leak",),
            "caller_name": "関根 亮",
            "caller_phone": "070-0000-7707",
            "summary": "退職者による持ち出しの疑い。弁護士と調べを進めている。",
            "answers": {"cause": ["insider"]},
        },
        (
            _after("charge"),
            _after("keep", 9),
            _after("go_to", 80, status="responding"),
            _after("go_to", 300, status="settling"),
        ),
    ),
    Story(
        Came.OVER,
        "JNX-1017",
        {
            "case_types": ("other",),
            "other_kind": "ddos",
            "caller_name": "國分 進",
            "caller_phone": "080-0000-7717",
            "summary": "ホームページにつながりにくい。通信会社の対策で落ち着いた。",
            "answers": {"service_state": ["back"]},
        },
        (
            _after("keep", 6),
            _after("go_to", 40, status="advised"),
            _after("go_to", 200, status="closed"),
        ),
    ),
    Story(
        Came.OVER,
        "JNX-1006",
        {
            "case_types": ("defacement",),
            "caller_name": "小川 直美",
            "caller_phone": "058-000-0061",
            "summary": "制作会社の調査結果を待っている。",
        },
        (
            _after("charge"),
            _after("keep", 7),
            _after("go_to", 50, status="on_hold", reason="制作会社の調査結果を待つ"),
        ),
    ),
    Story(
        Came.OVER,
        "SJ-3018",
        {
            "case_types": ("other",),
            "other_kind": "system_fault",
            "caller_name": "嶋津 望",
            "caller_phone": "082-000-0181",
            "summary": "倉庫のプリンターが動かない。攻撃の様子はない。",
        },
        (
            _after(
                "go_to",
                4,
                status="out_of_scope",
                referral="own_vendor",
                reason="機器の故障のため保守会社をご案内",
            ),
        ),
        line="sompo_desk",
    ),
    Story(
        Came.OVER,
        "JNX-1014",
        {
            "case_types": ("ransom",),
            "caller_name": "夜勤の班長",
            "caller_phone": "0791-00-0141",
            "summary": "受注の画面が開かない（同じ事故の二本目の電話）。",
        },
        (_after("join", 3), _after("keep", 12)),
    ),
    Story(
        Came.OVER,
        "JNX-1012",
        {
            "case_types": ("spoofed_mail",),
            "caller_name": "高橋 佳子",
            "caller_phone": "0532-00-0121",
            "summary": "社長を名乗るメールの指示で振り込みそうになった。振り込みはしていない。",
            "answers": {"subtype": ["received_only"]},
        },
        (
            _after("keep", 6),
            _after("go_to", 7, status="advised"),
            _after("note", 8, text="銀行への連絡は不要。社内へ注意喚起する。"),
        ),
    ),
    Story(
        Came.OVER,
        "JNX-1020",
        {
            "case_types": ("leak", "spoofed_mail"),
            "caller_name": "Ｊ．スミス",
            "caller_kana": "ジェイ スミス",
            "caller_phone": "+81 90-0000-7720",
            "summary": "A mailbox forwards everything to an address nobody knows.",
            "answers": {"takeover": ["forwarding"]},
        },
        (
            _after("attempt", 3, outcome="reached", with_whom="Mr Smith"),
            _after("keep", 4),
            _after("charge", 5),
        ),
    ),
)
