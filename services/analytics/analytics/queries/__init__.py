"""Every figure by the name of its measure."""

from collections.abc import Awaitable, Callable

from analytics.domain.figures import Figure
from analytics.domain.filters import Filters
from analytics.queries import (
    allocations,
    commissions,
    demand,
    nights,
    orientations,
    paths,
    reconciliation,
    sittings,
    sources,
    supply,
    waiting,
)
from analytics.queries.coverage import Known
from analytics.queries.listing import Listed
from eventing.db import Tx

Ask = Callable[[Tx, Filters, Known], Awaitable[Figure]]
AskList = Callable[[Tx, Filters, Known, str, str], Awaitable[list[Listed]]]
FIGURES: dict[str, Ask] = {
    "calls": demand.calls,
    "demand_by_door": demand.by_door,
    "requests": demand.requests,
    "compositions": demand.compositions,
    "encounters": demand.encounters,
    "unmet": nights.unmet,
    "unmet_by_door": nights.by_door,
    "unmet_origins": nights.origins,
    "waiting": waiting.by_seniority,
    "waiting_by_composition": waiting.by_composition,
    "priorities": waiting.priorities,
    "supply": supply.by_scheme,
    "supply_by_organisation": supply.by_organisation,
    "vacancies": supply.vacancies,
    "allocations_by_year": allocations.by_year,
    "allocations_by_period": allocations.by_period,
    "allocations_by_scheme": allocations.by_scheme,
    "allocations_by_cell": allocations.by_cell,
    "allocations_by_organisation": allocations.by_organisation,
    "allocations_by_situation": allocations.by_situation,
    "allocations_homeless": allocations.homeless,
    "allocations_sources": sources.sources,
    "possible_doubles": sources.doubles,
    "committee_outcomes": orientations.committees,
    "offers": orientations.offers,
    "published": allocations.published,
    "path": paths.path,
    "flows": paths.flows,
    "funnel": paths.funnel,
    "case_states": paths.open_cases,
    "orientations": orientations.by_scheme,
    "sittings": sittings.sittings,
    "panel_activity": sittings.activity,
    "decision_outcomes": sittings.outcomes,
    "decisions_told": sittings.told,
    "commissions": commissions.listed,
    "workshops": commissions.workshops,
    "reconciliation": reconciliation.reconciliation,
    "set_aside": reconciliation.set_aside,
}
LISTS: dict[str, AskList] = {
    "path": paths.behind_path,
    "flows": paths.behind_flows,
    "funnel": paths.behind_funnel,
    "case_states": paths.behind_open,
    "sittings": sittings.behind_sittings,
    "decision_outcomes": sittings.behind_outcomes,
}
"""The lists behind figures that open one."""
