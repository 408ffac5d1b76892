"""The member's portal: what happens next on each ticket, and what its people can do about it."""

from hotline.web.portal import files, frame, home, obligations, page

bp = frame.bp

__all__ = ["bp", "files", "home", "obligations", "page"]
