"""One cause, many tickets: what hit several companies at once is handled together."""
