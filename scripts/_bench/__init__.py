"""What ``scripts/bench`` is made of: filling, serving, loading, measuring and reporting."""
