"""The member's portal: what happens next on each ticket, and what its people can do about it."""

from hotline.web.portal import (
    clocks,
    contacts,
    files,
    frame,
    home,
    intake,
    needs,
    obligations,
    page,
    seeing,
    tasks,
    thread,
)

bp = frame.bp

__all__ = [
    "bp",
    "clocks",
    "contacts",
    "files",
    "home",
    "intake",
    "needs",
    "obligations",
    "page",
    "seeing",
    "tasks",
    "thread",
]
