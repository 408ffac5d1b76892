"""How far a long command is, on standard error: what it prints for programs stays whole."""

import sys
from collections.abc import Collection, Iterator
from typing import TypeVar

import click

T = TypeVar("T")

EVERY = 100
"""So many steps are shown at most: to print costs more than to copy a small file."""


def over(items: Collection[T], label: str) -> Iterator[T]:
    """Each of ``items``, while a count grows where a person looks on."""
    looked_at, step = sys.stderr.isatty(), max(1, len(items) // EVERY)
    for count, item in enumerate(items, start=1):
        yield item
        if looked_at and count % step == 0:
            click.echo(f"\r{label}: {count} of {len(items)}", nl=False, err=True)
    click.echo(f"\r{label}: {len(items)} of {len(items)}", err=True)
