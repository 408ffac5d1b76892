"""What every request passes, page or API: who asks, may they, one transaction, headers, errors."""
