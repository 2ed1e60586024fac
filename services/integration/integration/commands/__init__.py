"""What changes something: the intake of partners' events, and the coordinator's acts on partners."""
