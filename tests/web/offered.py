"""One offer on record, and what happens to it while somebody looks at it or listens."""

from hotline.coordination import service as coordination
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import Answered
from hotline.db import db
from hotline.transaction import transaction
from tests import partners
from tests.builders import NOON


class Offered:
    """``ids`` has the rows around the offer by their tables, a task among them."""

    offer_id: int
    ids: dict[type, int]

    def now(self) -> Offer:
        return db.session.get(Offer, self.offer_id, populate_existing=True)

    def change(self, what, **facts) -> None:
        with transaction():
            found = db.session.get(what, self.ids[what])
            for name, value in facts.items():
                setattr(found, name, value)

    def taken_by_another(self, *, answered: Answered) -> None:
        with transaction():
            other = partners.vendor()
            offer = partners.offer(db.session.get(Task, self.ids[Task]), other, position=2)
            by = partners.contact(other).id
            coordination.accept(offer, answered=answered, contact_id=by, now=NOON)
