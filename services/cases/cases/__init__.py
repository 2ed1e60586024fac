"""Household situations, from the draft to the keys: files, sittings, decisions, orientations, allocations."""
