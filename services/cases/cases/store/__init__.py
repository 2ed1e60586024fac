"""Rows in and out: every statement of cases is here."""
