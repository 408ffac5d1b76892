"""Partners: find one, see when it is there and whom we ring, write down and correct it."""

from hotline.web.vendors import changing, contacts, found, limits, listing, page

bp = found.bp

__all__ = ["bp", "changing", "contacts", "limits", "listing", "page"]
