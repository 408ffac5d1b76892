"""Who is signed in, where, since when; ended in one place."""
