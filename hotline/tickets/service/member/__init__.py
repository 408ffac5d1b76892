"""What goes between the desk and the member, and who of a company sees a ticket."""
