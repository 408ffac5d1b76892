"""The pages of partners: what waits for their answer, what they do for us, and nothing else."""

from hotline.web.partner import estimating, frame, home, task, working

bp = frame.bp

__all__ = ["bp", "estimating", "home", "task", "working"]
