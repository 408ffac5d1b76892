"""Each time the phone rang, and which ticket it belongs to."""
