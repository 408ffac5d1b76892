"""How each language says it: the words of every step, every cause and the promise."""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.calendars.rules.answers import Cause, Code
from hotline.calendars.rules.hours import Label

WEEKLY = Label(ja="休業日", en="closed")
SPACE = {"ja": "", "en": " "}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """How one language says it. ``{…}`` places are filled from the step."""

    what: Mapping[Code, str]
    why: Mapping[Cause, str]
    in_hours: str
    hours: str
    resumes: str
    before: str
    after: str
    official: str
    provisional: str
    line: str
    remark: str
    told: Mapping[Code, str]
    comma: str
    between: str
    answer: str
    at_once: str
    years_unknown: str


JAPANESE = Words(
    what={
        Code.IN_HOURS: "時間内",
        Code.OUT_OF_HOURS: "時間外",
        Code.ON_CLOSED_DAY: "休み",
        Code.CLOSED: "休み",
        Code.OPENS: "お約束",
    },
    why={
        Cause.REGULAR: "最初の営業日の始まり",
        Cause.OWN_HOURS: "この日だけの営業時間「{name}」の始まり",
        Cause.WEEKDAY: "{name}",
        Cause.HOLIDAY: "国民の祝日「{name}」",
        Cause.REST: "{name}",
        Cause.YEARLY: "{name}",
        Cause.CLOSED: "臨時休業「{name}」",
    },
    in_hours="営業時間は {hours}。そのまま対応します",
    hours="営業時間は {hours}",
    resumes="この日の次の営業時間の始まり",
    before="始業前の受電は同じ日に対応します",
    after="{end}:00 からは時間外です",
    official="内閣府の一覧",
    provisional="暫定：公式の一覧にまだない年",
    told={
        Code.IN_HOURS: "{when} は営業時間（{hours}）内",
        Code.OUT_OF_HOURS: "{when} は営業時間（{hours}）外",
        Code.ON_CLOSED_DAY: "{when} は休業日「{name}」",
    },
    line="{when} {what}：{why}",
    remark="（{remark}）",
    comma="、",
    between="；",
    answer="{steps} → {when}",
    at_once="{steps} → そのまま対応",
    years_unknown="（暫定：{years}年の祝日はまだ公式の一覧にありません）",
)

ENGLISH = Words(
    what={
        Code.IN_HOURS: "in hours",
        Code.OUT_OF_HOURS: "out of hours",
        Code.ON_CLOSED_DAY: "closed",
        Code.CLOSED: "closed",
        Code.OPENS: "promise",
    },
    why={
        Cause.REGULAR: "start of the first business day",
        Cause.OWN_HOURS: "start of this day's own hours ({name})",
        Cause.WEEKDAY: "{name}",
        Cause.HOLIDAY: "national holiday: {name}",
        Cause.REST: "{name}",
        Cause.YEARLY: "{name}",
        Cause.CLOSED: "extra closure: {name}",
    },
    in_hours="business hours are {hours}; we start at once",
    hours="business hours are {hours}",
    resumes="start of the next hours of this day",
    before="a call before opening is handled the same day",
    after="from {end}:00 on it is out of hours",
    official="list of the Cabinet Office",
    provisional="provisional: no official list for this year yet",
    told={
        Code.IN_HOURS: "{when} is inside business hours ({hours})",
        Code.OUT_OF_HOURS: "{when} is outside business hours ({hours})",
        Code.ON_CLOSED_DAY: "{when} is a closed day ({name})",
    },
    line="{when} {what}: {why}",
    remark=" ({remark})",
    comma=", ",
    between="; ",
    answer="{steps} → {when}",
    at_once="{steps} → at once",
    years_unknown=" (provisional: no official list of holidays for {years} yet)",
)

LANGUAGES: Mapping[str, Words] = {"ja": JAPANESE, "en": ENGLISH}
