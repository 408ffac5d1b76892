"""What we promised, by when, and what happens when it is due."""
