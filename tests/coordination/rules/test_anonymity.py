"""What partners read before they answer names nobody."""

import pytest

from hotline.coordination.rules.anonymity import names_somebody

COMPANIES = ["髙橋精螺工業㈱", "NET株式会社", "A"]
PEOPLE = ["邊見 俊介", "中村　一郎", "ﾍﾝﾐ ｼﾕﾝｽｹ", "林"]


@pytest.mark.parametrize(
    "text",
    [
        "高橋精螺工業のサーバー 2台",
        "株式会社高橋精螺工業さまから",
        "窓口は辺見さま",
        "中村部長に確認",
        "へんみしゅんすけ",
        "PCs of Net in Chiryu",
    ],
)
def test_a_name_is_found_however_it_is_written(text):
    assert names_somebody(text, COMPANIES, PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "名古屋市中村区・現地の作業あり",
        "サーバー 2台・NAS 1台・PC 約6台",
        "Network of 3 servers, internet access",
        "林業の会社",
        "",
    ],
)
def test_what_names_nobody_is_left_alone(text):
    assert not names_somebody(text, COMPANIES, PEOPLE)
