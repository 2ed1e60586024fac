"""What a figure is, which ones there are, and what the public may see of them. No database, no web."""
