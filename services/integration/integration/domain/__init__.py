"""The rules of the partner's door: what may come in, what it means, what became of it."""
