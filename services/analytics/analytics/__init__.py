"""Figures: facts, measures, published tables."""
