"""Whenever something happens elsewhere, what cases does of it, once."""
