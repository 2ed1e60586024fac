"""The JSON doors: partners' software on one side, the coordinator's on the other."""
