"""Who is on duty and is rung now, by line and role."""
