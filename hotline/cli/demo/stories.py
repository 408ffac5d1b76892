"""What has happened in the demo: calls of every kind, and how far the desk has come with each."""

from datetime import timedelta

from hotline.cli.demo.factory import FACTORY
from hotline.cli.demo.story import Came, Story, after, ago

FORENSICS, PR = "forensics", "pr"

STORIES = (
    FACTORY,
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
        (after("move", 4, reason="午前中は取引先に確認するので、午後に電話してほしいとのこと"),),
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
            after("take", 3),
            after("charge", 3),
            ago("task", 2, function=FORENSICS, scope="PC 3台の感染調査", scale="PC 3台"),
            ago("ask", 1, function=FORENSICS, partners=("V-1001",)),
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
            after("charge", 2),
            after("attempt", 4, outcome="no_answer", next_in=timedelta(minutes=30)),
            after("attempt", 36, outcome="reached", with_whom="伊藤さま"),
            after("keep", 37),
            after("go_to", 60, status="advised"),
            after("go_to", 90, status="coordinating"),
            after("task", 95, function=PR, scope="お詫びと案内の掲示文"),
            after("ask", 96, function=PR, partners=("V-1004",)),
            after("decline", 110, function=PR, reason="no_capacity"),
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
        (after("attempt", 3, outcome="message_left", with_whom="総務の方"),),
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
            after("charge"),
            after("keep", 8),
            after("task", 20, function=FORENSICS, scope="侵入経路の調査", scale="サーバー 1台"),
            after("ask", 21, function=FORENSICS, partners=("V-1001",)),
            after("accept", 30, function=FORENSICS),
            after(
                "move_task",
                40,
                function=FORENSICS,
                to="in_progress",
                reason="初回の調査は契約の範囲",
            ),
            after("go_to", 70, status="responding"),
            after(
                "hand_in", 300, function=FORENSICS, kind="interim_report", note="VPN装置から侵入。"
            ),
            after("move_task", 301, function=FORENSICS, to="delivered"),
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
            after("charge"),
            after("keep", 9),
            after("go_to", 80, status="responding"),
            after("go_to", 300, status="settling"),
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
            after("keep", 6),
            after("go_to", 40, status="advised"),
            after("go_to", 200, status="closed"),
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
            after("charge"),
            after("keep", 7),
            after("go_to", 50, status="on_hold", reason="制作会社の調査結果を待つ"),
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
            after(
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
        (after("join", 3), after("keep", 12)),
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
            after("keep", 6),
            after("go_to", 7, status="advised"),
            after("note", 8, text="銀行への連絡は不要。社内へ注意喚起する。"),
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
            after("attempt", 3, outcome="reached", with_whom="Mr Smith"),
            after("keep", 4),
            after("charge", 5),
        ),
    ),
)
