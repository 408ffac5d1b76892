"""The incident being handled: case types, severity, status."""
