"""Where a ticket stands in the words of its caller; pages and the API say the same."""

from hotline.edge.progress import HERE, WAY, WORDS, Said, Shown, promised, promised_of

__all__ = ["HERE", "WAY", "WORDS", "Said", "Shown", "promised", "promised_of"]
