"""What each row is measured against: the same work, as bare as it can honestly be written."""
