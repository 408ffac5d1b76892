"""The incident-response hotline: a call becomes a promise, and the promise is kept."""
