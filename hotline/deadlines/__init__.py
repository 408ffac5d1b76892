"""Legal clocks: from when they run, by when something must be done, and why."""
