"""A company's managers look after its accounts: who comes in, who sees what, who leaves.

Nobody else learns that there are such pages: a member who is no manager gets the answer of
something missing, as for somebody of another company.
"""

from hotline.web.company import colleague, frame, home

bp = frame.bp

__all__ = ["bp", "colleague", "home"]
