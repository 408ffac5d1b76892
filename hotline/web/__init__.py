"""Pages and Twilio webhooks: HTTP in, HTML or TwiML out; no rules here."""

from importlib import import_module

from flask import Flask

from hotline.edge import assets
from hotline.web import formats, frame
from hotline.web.files import shown as files

PAGES = (
    "account",
    "advice",
    "approvals",
    "attention",
    "board",
    "calendar",
    "callback",
    "calls",
    "closures",
    "company",
    "configuration",
    "console",
    "correspondence",
    "costs",
    "deadlines",
    "duty",
    "files",
    "handover",
    "health",
    "incidents",
    "intake",
    "language",
    "members",
    "moving",
    "obligations",
    "offers",
    "partner",
    "people",
    "portal",
    "promises",
    "saying",
    "recordings",
    "releases",
    "search",
    "sending",
    "signin",
    "status",
    "tasks",
    "threads",
    "tickets",
    "twilio",
    "twilio_callback",
    "twilio_contact",
    "twilio_offer",
    "twilio_page",
    "vendors",
    "workflow",
    "wrap_up",
)
"""One module each, with its templates in the folder of the same name."""


def register(app: Flask) -> None:
    """Attach the frame of all pages and the blueprint ``bp`` of every page."""
    for part in (assets, formats, frame, files):
        part.install(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"hotline.web.{name}").bp)
