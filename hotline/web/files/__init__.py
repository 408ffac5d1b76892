"""Files at the desk: what came for a ticket, every hand that touched it, and links to send more."""

from hotline.web.files import frame, page, shown

bp = frame.bp

__all__ = ["bp", "page", "shown"]
