"""Mark phones whose last digits are alike, so that 0000 is found without reading every tenth row.

What is searched of a row holds two letters a word, each letter as five from a to z; a phone ends
with its last digit and END.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "f7c21b94d0e6"
down_revision = "e5b07a3c14d8"
branch_labels = None
depends_on = None

BEYOND = 0x110000
END, THREE_ALIKE, FOUR_ALIKE = BEYOND, BEYOND + 2, BEYOND + 3
DIGIT_ZERO = BEYOND + 16
SEARCHED = ("tickets", "members")


def spelled(*letters: int) -> str:
    """These letters as they stand in the text."""
    places = (26**4, 26**3, 26**2, 26, 1)
    return "".join(chr(ord("a") + one // place % 26) for one in letters for place in places)


THREE, FOUR = (f" {spelled(END, mark)}" for mark in (THREE_ALIKE, FOUR_ALIKE))
ENDS = [
    " ".join([*[spelled(digit, digit)] * 2, spelled(digit, END)])
    for digit in range(DIGIT_ZERO, DIGIT_ZERO + 10)
]
"""How phones end whose last three digits are the same."""


def change(pairs: Iterable[tuple[str, str]], *, where: Iterable[str]) -> None:
    """Put the second of each pair in place of the first, where the text holds one of these."""
    for name in SEARCHED:
        table = sa.table(name, sa.column("search_text", sa.Text))
        text = table.c.search_text
        changed = text
        for old, new in pairs:
            changed = sa.func.replace(changed, old, new)
        holds = sa.or_(*(text.like(f"%{one}%") for one in where))
        op.execute(table.update().where(holds).values(search_text=changed))


def upgrade() -> None:
    marked = [(end, end + THREE) for end in ENDS]
    longer = [f"{end.split()[0]} {end}" for end in ENDS]
    change([*marked, *((one + THREE, one + FOUR) for one in longer)], where=ENDS)


def downgrade() -> None:
    change([(THREE, ""), (FOUR, "")], where=(THREE, FOUR))
