"""What the services say to one another: facts, closed lists, topics."""
