"""`seuil demo`."""
