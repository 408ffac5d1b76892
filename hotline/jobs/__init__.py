"""What happens unasked: look for what is due, do it, save it."""
