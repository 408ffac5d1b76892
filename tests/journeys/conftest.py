"""Journeys are told through commands and by programs with a token."""

from tests.programs import as_role, operator

__all__ = ["as_role", "operator"]
