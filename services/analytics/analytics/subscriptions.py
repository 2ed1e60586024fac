"""What analytics hears: facts folded into tables. It says nothing and acts on nothing."""

from analytics.projections import PROJECTIONS

__all__ = ["PROJECTIONS"]
