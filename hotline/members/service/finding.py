"""Write down anew what companies are found by, after the keys have changed."""

from typing import cast

from sqlalchemy import Table, bindparam, select, update

from hotline.db import db
from hotline.members.models import Member
from hotline.members.service.writing import details_of, search_text
from hotline.searchkeys import company_key


def find_again(after: int, limit: int) -> tuple[int, int]:
    """Rewrite the search keys of the next ``limit`` companies behind the id ``after``.

    How many there were, and the id of the last one. It is no save: who edits a company
    meanwhile is not sent back.
    """
    query = select(Member).where(Member.id > after).order_by(Member.id).limit(limit)
    held = list(db.session.scalars(query.with_for_update()))
    keys = [
        {
            "this": member.id,
            "name_key": company_key(member.name),
            "search_text": search_text(details_of(member)),
        }
        for member in held
    ]
    if keys:
        rows = cast(Table, Member.__table__)
        row = update(rows).where(rows.c.id == bindparam("this"))
        db.session.connection().execute(row, keys)
    return len(held), held[-1].id if held else after
