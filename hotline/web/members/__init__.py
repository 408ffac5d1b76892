"""Companies: find one, see what it may ask for, correct it, and take over a file of them."""

from hotline.web.members import admitting, changing, finding, frame, importing

bp = frame.bp

__all__ = ["admitting", "bp", "changing", "finding", "importing"]
