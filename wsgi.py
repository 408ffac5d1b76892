"""What a WSGI server and the ``flask`` command import."""

import sys

from hotline.app import create_app
from hotline.policy import PolicyError
from hotline.settings import SettingsError

CANNOT_BE_LOADED = 4
"""gunicorn stops at this code instead of starting the same worker again and again."""

try:
    app = create_app()
except (SettingsError, PolicyError) as problems:
    # The message says all there is to say; a trace would only hide it.
    sys.stderr.write(f"{problems}\n")
    sys.exit(CANNOT_BE_LOADED)
