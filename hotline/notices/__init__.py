"""Telling somebody something: saved with its cause, sent until it arrives."""
