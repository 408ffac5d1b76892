"""Member companies: where they are, whom to ring there, and what their policies cover."""
