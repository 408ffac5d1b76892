"""Where a caller is sent whom we cannot help."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.tickets.rules import ReferralsPolicy

REFERRALS = policy.read(Path("config/referrals.toml"), ReferralsPolicy)


def test_a_stranger_can_be_sent_to_ipa_the_police_or_the_own_insurer():
    assert {"ipa", "police", "own_insurer"} <= set(REFERRALS.by_code)


def test_the_same_place_stands_once():
    one = {"code": "ipa", "ja": "あ", "en": "A", "text": {"ja": "あ", "en": "A"}}
    with pytest.raises(ValidationError, match="the referral ipa is given twice"):
        ReferralsPolicy.model_validate({"referral": [one, one]})
