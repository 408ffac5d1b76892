"""What gunicorn serves while the clock of a hotline stands still, at the moment STANDS_AT."""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from hotline import clock
from wsgi import app

MOMENT = datetime.fromisoformat(os.environ["STANDS_AT"])

serve: Callable[..., Iterable[bytes]] = app.wsgi_app


def at_that_moment(environ: dict[str, Any], start: Any) -> list[bytes]:
    """An answer is made whole before the clock goes on."""
    with clock.fixed(MOMENT):
        parts = serve(environ, start)
        try:
            return list(parts)
        finally:
            getattr(parts, "close", lambda: None)()


app.wsgi_app = at_that_moment  # type: ignore[method-assign]
