"""Forget what nobody needs any more: dead sessions, old tries, codes, idempotency keys."""

from datetime import timedelta

from hotline.adapters.file_store import FileStore
from hotline.idempotency import service as idempotency
from hotline.jobs.work import Work
from hotline.people import service as people
from hotline.sessions import service as sessions
from hotline.tickets import service as tickets
from hotline.transaction import transaction

BROKEN_OFF_FOR = timedelta(hours=24)
"""So old no upload is under way any more."""


def tidy(work: Work) -> None:
    """Forget each kind in a transaction of its own."""
    with transaction():
        sessions.forget_old(now=work.now())
    with transaction():
        people.forget_challenges(now=work.now())
    with transaction():
        idempotency.forget_old(now=work.now())
    with transaction():
        tickets.forget_status_codes(now=work.now())
    store = FileStore.from_url(work.settings.files_url)
    store.sweep(before=work.now() - BROKEN_OFF_FOR)
