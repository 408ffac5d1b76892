"""What the desk, partners and members write to each other."""
