"""Forget what nobody needs any more: dead sessions, old tries, codes, idempotency keys."""

from hotline.idempotency import service as idempotency
from hotline.jobs.work import Work
from hotline.sessions import service as sessions
from hotline.tickets import service as tickets
from hotline.transaction import transaction


def tidy(work: Work) -> None:
    """Forget each kind in a transaction of its own."""
    with transaction():
        sessions.forget_old(now=work.now())
    with transaction():
        idempotency.forget_old(now=work.now())
    with transaction():
        tickets.forget_status_codes(now=work.now())
