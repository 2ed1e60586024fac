"""Engines, launcher, demonstration, journey: the command seuil."""
