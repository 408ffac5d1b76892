"""Which of a company's people see all of its tickets; everybody sees the own ones."""

from enum import StrEnum


class Sees(StrEnum):
    """Who sees the tickets of colleagues, as the company wants it."""

    NOBODY = "nobody"
    MANAGERS = "managers"
    """Those who look after the company's accounts."""
    NAMED = "named"
    """Those, and the people they name."""
    EVERYBODY = "everybody"


def sees_all(sees: str, *, manager: bool, named: bool) -> bool:
    """Whether somebody active sees the tickets of colleagues, where the company wants ``sees``."""
    allowed = {
        Sees.NOBODY: False,
        Sees.MANAGERS: manager,
        Sees.NAMED: manager or named,
        Sees.EVERYBODY: True,
    }
    return allowed[Sees(sees)]
