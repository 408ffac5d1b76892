"""Partner companies: what they can do, whom to ring, and when."""
