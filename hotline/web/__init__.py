"""Pages and Twilio webhooks: HTTP in, HTML or TwiML out; no rules here."""

from importlib import import_module

from flask import Flask

from hotline.edge import assets
from hotline.web import formats, frame
from hotline.web.files import shown as files

PAGES = (
    "account",
    "attention",
    "board",
    "calendar",
    "calendar.closures",
    "calls",
    "calls.callback",
    "calls.moving",
    "calls.recordings",
    "calls.wrap_up",
    "company",
    "configuration",
    "console",
    "correspondence",
    "costs",
    "costs.approvals",
    "duty",
    "files",
    "files.sending",
    "handover",
    "health",
    "incidents",
    "intake",
    "language",
    "members",
    "partner",
    "partner.offers",
    "people",
    "portal",
    "releases",
    "reports",
    "saying",
    "search",
    "signin",
    "status",
    "status.advice",
    "tasks",
    "tasks.threads",
    "tickets",
    "tickets.clocks",
    "tickets.obligations",
    "tickets.promises",
    "tickets.workflow",
    "twilio",
    "twilio.callback",
    "twilio.contact",
    "twilio.offer",
    "twilio.page",
    "vendors",
)
"""Each module with a blueprint ``bp``, whose templates stand in the folder of that name."""


def register(app: Flask) -> None:
    """Attach the frame of all pages and the blueprint ``bp`` of every page."""
    for part in (assets, formats, frame, files):
        part.install(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"hotline.web.{name}").bp)
