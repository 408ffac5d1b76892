"""The settings of config/gunicorn.py for the bare handlers: all but its hooks."""

import gc
import runpy
from types import ModuleType

globals().update(
    {
        name: value
        for name, value in runpy.run_path("config/gunicorn.py").items()
        if not callable(value) and not isinstance(value, ModuleType) and not name.startswith("_")
    }
)
gc.enable()
