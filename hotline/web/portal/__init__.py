"""The member's portal: what happens next on each ticket, and what its people can do about it."""

from hotline.web.portal import frame, home, obligations, page

bp = frame.bp

__all__ = ["bp", "home", "obligations", "page"]
