"""The API is asked by programs with a token."""

import pytest

from hotline.transaction import transaction
from tests import partners
from tests.programs import as_role, operator

__all__ = ["as_role", "operator"]


@pytest.fixture
def vendor(app):
    """A partner that does forensics."""
    with transaction():
        return partners.vendor()


@pytest.fixture
def other(app):
    """Another one."""
    with transaction():
        return partners.vendor()


@pytest.fixture
def as_vendor(as_role):
    """``as_vendor(vendor)`` is a program of somebody who works there."""
    return lambda vendor: as_role("vendor", vendor_code=vendor.code)
