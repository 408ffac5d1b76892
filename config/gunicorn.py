"""How gunicorn serves the hotline: ``gunicorn -c config/gunicorn.py wsgi:app``."""

import gc
import os
from typing import Any

from hotline.edge import processes, warmth

warmth.share_heaps()
# Nothing that is loaded goes away again: looking for garbage meanwhile only takes time.
gc.disable()

bind = os.environ.get("HOTLINE_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("HOTLINE_WEB_PROCESSES", "2"))
worker_class = "hotline.edge.processes.EvenWorker"
threads = 8
# Loaded once, before the processes part, which then share what it takes: a change of the
# program or of config/*.toml therefore needs a restart, and SIGHUP is not enough.
preload_app = True
timeout = 30
graceful_timeout = 15
# What a request may be at most; the form and file limits are the application's.
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 16384
# A header must not be able to set SCRIPT_NAME, whoever stands in front.
forwarder_headers = ""
# gunicorn opens a control socket in the user's home unless it is told not to.
control_socket_disable = True
# The application writes one line a request itself.
accesslog = None
child_exit = processes.forget


def when_ready(server: Any) -> None:
    """Make what every request needs, before there are processes that would each make it."""
    warmth.warm_up(server.app.wsgi())
    gc.enable()
