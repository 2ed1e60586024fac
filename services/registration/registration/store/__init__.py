"""Rows to domain values and back; the only place that names columns for writing."""
