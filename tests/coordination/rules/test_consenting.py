"""Whether a partner may be told: the member's newest and most exact word counts."""

from datetime import timedelta

import pytest

from hotline.coordination.rules import Lacking, Said, lacking
from tests.builders import NOON

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
YES, NO = Said(True, NOON), Said(False, NOON)


@pytest.mark.parametrize(
    ("general", "own", "country", "lacks"),
    [
        (None, None, "JP", Lacking.NOT_ASKED),
        (YES, None, "JP", None),
        (NO, None, "JP", Lacking.REFUSED),
        (YES, None, "DE", Lacking.ABROAD),
        (YES, Said(True, LATER), "DE", None),
        (YES, Said(False, EARLIER), "JP", Lacking.REFUSED_THIS),
        (None, YES, "JP", None),
        (NO, Said(True, LATER), "JP", None),
        (NO, Said(True, EARLIER), "JP", Lacking.REFUSED),
    ],
    ids=[
        "nobody was asked",
        "partners may be told",
        "partners may not be told",
        "a partner abroad needs its own consent",
        "the partner abroad has its own",
        "all may but this one",
        "this one may",
        "none may but this one",
        "none may any more, this one included",
    ],
)
def test_what_a_release_lacks(general, own, country, lacks):
    assert lacking(general, own, country) == lacks
