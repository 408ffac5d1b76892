"""The member's portal: what happens next on each ticket, and what its people can do about it."""

from hotline.web.portal import clocks, files, frame, home, obligations, page, seeing, tasks

bp = frame.bp

__all__ = ["bp", "clocks", "files", "home", "obligations", "page", "seeing", "tasks"]
