"""The tasks of a ticket in words."""

import pytest
from flask_babel import force_locale

from hotline.coordination.models import Dependency, Task
from hotline.web.tickets import tasks


@pytest.mark.parametrize(
    ("function", "other", "output", "words"),
    [
        ("pr", "forensics", "scope", "公表文は影響範囲が分かってから"),
        ("pr", "legal", "", "法務が完了してから"),
        ("pr", "forensics", "gone", "フォレンジック調査の「gone」が届いてから"),
        ("gone", "forensics", "scope", "フォレンジック調査の「影響範囲」が届いてから"),
    ],
)
def test_what_a_task_waits_for_is_said_whatever_the_configuration_knows(
    app, function, other, output, words
):
    with app.test_request_context(), force_locale("ja"):
        told = tasks.waits_for(
            Task(function=function), Dependency(output=output), Task(function=other)
        )

    assert told == words
