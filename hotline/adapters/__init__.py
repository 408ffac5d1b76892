"""The outside world, each part behind the smallest interface that will do."""
