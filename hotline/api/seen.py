"""Ask first whether a thing may be known: also before an answer is given a second time."""

from collections.abc import Callable
from functools import wraps
from typing import Any

View = Callable[..., Any]


def seen_first(name: str, find: Callable[[Any], object]) -> Callable[[View], View]:
    """A decorator: ``find`` looks for what the argument ``name`` means, or raises Missing."""

    def of(view: View) -> View:
        @wraps(view)
        def seen(*args: Any, **kwargs: Any) -> Any:
            find(kwargs[name])
            return view(*args, **kwargs)

        return seen

    return of
