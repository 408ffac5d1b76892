"""Whether a company is a partner on a day."""

from datetime import date, datetime

from hotline.vendors.rules.hours import TOKYO


def contract_day(at: datetime) -> date:
    """The date by which contracts are counted: Tokyo's."""
    return at.astimezone(TOKYO).date()


def is_running(contract_from: date, contract_to: date | None, on: date) -> bool:
    """Whether a contract, both of its days included, runs on a day."""
    return contract_from <= on and (contract_to is None or on <= contract_to)
