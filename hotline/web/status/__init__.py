"""Where it stands, without an account: behind the link in our message, or behind a code."""

from hotline.web.status import asking, frame, link, mine

bp = frame.bp

__all__ = ["asking", "bp", "link", "mine"]
