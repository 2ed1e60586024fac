"""Facts folded into tables, whatever order records come in: one projection per topic."""

from analytics.projections.cases import CASES_PROJECTION
from analytics.projections.commissions import COMMISSIONS_PROJECTION
from analytics.projections.facts import FACTS_PROJECTION
from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [FACTS_PROJECTION, COMMISSIONS_PROJECTION, CASES_PROJECTION, ACCOUNTS_PROJECTION]
