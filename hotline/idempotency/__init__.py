"""What makes a request safe to repeat."""
