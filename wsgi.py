"""What a WSGI server and the ``flask`` command import."""

import sys

from hotline.app import create_app
from hotline.policy import PolicyError
from hotline.settings import SettingsError

try:
    app = create_app()
except (SettingsError, PolicyError) as problems:
    # The message says all there is to say; a trace would only hide it.
    sys.exit(str(problems))
