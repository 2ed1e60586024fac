"""Every measure by its name."""

from analytics.domain.case_measures import CASES
from analytics.domain.measure import Measure
from analytics.domain.partner_measures import REPORTED

MEASURES: dict[str, Measure] = {measure.key: measure for measure in (*REPORTED, *CASES)}
"""The registry."""
