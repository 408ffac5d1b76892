"""The long story of the demo: a factory stands still at night, partners work, the member writes."""

from datetime import timedelta

from hotline.cli.demo.story import Came, Since, Step, Story, after, ago

FORENSICS, RECOVERY, LEGAL, PR = "forensics", "data_recovery", "legal", "pr"

MEMBER_A = "member-a@demo.example"

VPN_LOG = (
    "2026-11-14 02:11:07 login failed user=admin from=203.0.113.45\n"
    "2026-11-14 02:11:52 login ok user=admin from=203.0.113.45\n"
)


READ_BACK = (
    "法務の見積りは、消費税込みで1,320,000円です。補償の対象にならない部分がある場合があります。"
    "お支払いの対象になるかどうかは保険会社が判断します。この内容で進めてよろしいでしょうか。"
)

FACTORY = Story(
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
        after("note", 1, text="東海フランジと同じVPN機種。親案件にまとめるか検討する。"),
        after("attempt", 2, outcome="reached", with_whom="邊見さま"),
        after("keep", 3),
        after("go_to", 40, status="coordinating"),
        after(
            "task",
            42,
            function=FORENSICS,
            scope="暗号化被害の証拠保全と原因調査",
            scale="サーバー 2台・NAS 1台・PC 約6台",
            place="愛知県（現地の作業あり）",
            first_result_in=timedelta(days=3),
        ),
        after("task", 43, function=RECOVERY, scope="サーバー2台の復旧", scale="サーバー 2台"),
        after("task", 44, function=LEGAL, scope="報告の要否の確認"),
        after(
            "task",
            45,
            function=PR,
            scope="取引先への案内文",
            waits_for=((FORENSICS, "scope"),),
        ),
        after("ask", 46, function=FORENSICS, partners=("V-1001", "V-1002")),
        after("ask", 47, function=RECOVERY, partners=("V-1003",)),
        after("ask", 48, function=LEGAL, partners=("V-1006",)),
        after("say_what_costs", 50, said_to="邊見さま"),
        after(
            "guess",
            51,
            function=FORENSICS,
            item="フォレンジック（見込み）",
            unit="device",
            quantity="9",
            yen="2,500,000",
        ),
        after("accept", 60, function=LEGAL),
        after("release", 61, function=LEGAL, pieces=("company", "case_types", "discovered_at")),
        after("accept", 75, function=RECOVERY),
        after(
            "quote",
            76,
            function=LEGAL,
            item="報告要否の確認",
            unit="set",
            quantity="1",
            yen="1,200,000",
        ),
        after("ask_approval", 80, function=LEGAL),
        after("approve_by_phone", 90, function=LEGAL, said_by="邊見さま", read_back=READ_BACK),
        after("move_task", 92, function=LEGAL, to="in_progress"),
        after("stay_silent", 110, function=FORENSICS),
        after("accept", 150, function=FORENSICS),
        after("go_to", 151, status="responding"),
        after("release", 152, function=FORENSICS, pieces=("company", "site", "summary")),
        after("write", 155, function=FORENSICS, body="LANは遮断済みです。電源は入れたままです。"),
        after(
            "write",
            170,
            function=FORENSICS,
            by="vendor-b@demo.example",
            body="VPN装置の記録は残っていますか。電源を切らずにお待ちください。",
        ),
        after("log", 200, function=FORENSICS, body="サーバー2台のメモリーを保全", took=120),
        after(
            "quote",
            210,
            function=RECOVERY,
            item="サーバー復旧",
            unit="device",
            quantity="2",
            yen="3,000,000",
        ),
        after("ask_approval", 215, function=RECOVERY),
        after("hand_in", 240, function=LEGAL, kind="opinion", note="報告要。速報は5日以内。"),
        after("move_task", 241, function=LEGAL, to="delivered"),
        after("move_task", 260, function=LEGAL, to="checked"),
        after(
            "meet_clock",
            290,
            kind="appi_preliminary",
            note="個人情報保護委員会へ速報を提出（会員が提出、控えを保管）",
        ),
        ago(
            "need",
            52,
            wanted="file",
            text="VPN装置の接続記録（事故の前後1週間）。書き出せないときは、画面の写真でも構いません。",
            within=timedelta(hours=30),
        ),
        ago(
            "need",
            51,
            wanted="answer",
            text="バックアップを置いている機器に、事故のあとで電源を入れましたか。",
            within=timedelta(hours=6),
        ),
        ago(
            "tell_member",
            50,
            body="調査の担当が、あすの午前にうかがいます。サーバーの電源は入れたままにしてください。",
        ),
        ago(
            "tick",
            41,
            by=MEMBER_A,
            obligation="notice_now",
            note="代理店の担当者に電話しました。",
        ),
        ago("send_file", 33, by=MEMBER_A, name="vpn接続記録_知立.log", content=VPN_LOG),
        ago(
            "hear_member",
            32,
            by=MEMBER_A,
            body="接続記録を送りました。バックアップの機器には触れていません。",
        ),
        ago(
            "give_contact",
            12,
            by=MEMBER_A,
            field="callback_hours",
            value="昼休み（12時台）以外",
        ),
    ),
)
