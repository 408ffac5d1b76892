"""A repeated request is answered as the first time."""

import threading
from datetime import timedelta

import pytest

from hotline.errors import Invalid
from hotline.idempotency import service
from hotline.transaction import transaction
from tests.builders import NOON


def first_request(key: str = "k", request_hash: str = "a" * 64) -> None:
    with transaction():
        service.begin(1, key, request_hash, now=NOON)
        service.finish(1, key, status=201, body={"number": "1"})


def test_a_repeat_is_given_the_first_answer(app):
    first_request()
    with transaction():
        again = service.begin(1, "k", "a" * 64, now=NOON)

    assert again is not None
    assert (again.status, again.body) == (201, {"number": "1"})


def test_another_request_under_the_same_key_is_refused(app):
    first_request()

    with pytest.raises(Invalid, match="another request"), transaction():
        service.begin(1, "k", "b" * 64, now=NOON)


def test_keys_of_two_people_do_not_meet(app):
    first_request()
    with transaction():
        assert service.begin(2, "k", "b" * 64, now=NOON) is None


@pytest.mark.parametrize("key", ["", " ", "a\0", "a\n", "k" * 256])
def test_a_key_has_visible_letters(app, key):
    with pytest.raises(Invalid, match="visible"), transaction():
        service.begin(1, key, "a" * 64, now=NOON)


def test_a_key_is_kept_for_three_days(app):
    first_request()
    with transaction():
        service.forget_old(now=NOON + timedelta(hours=72))
        kept = service.begin(1, "k", "a" * 64, now=NOON)
        service.forget_old(now=NOON + timedelta(hours=72, seconds=1))
        forgotten = service.begin(1, "k", "a" * 64, now=NOON)

    assert kept is not None
    assert forgotten is None


def test_two_at_once_are_one(app):
    """Both arrive together: one does the work, the other waits and is given its answer."""
    answers: list[bool] = []
    threads = [threading.Thread(target=ask, args=(app, answers)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, True, True, True]


def ask(app, answers: list[bool]) -> None:
    with app.app_context(), transaction():
        first = service.begin(1, "k", "a" * 64, now=NOON)
        if first is None:
            service.finish(1, "k", status=201, body={})
        answers.append(first is not None)
