"""Every figure by the name of its measure."""

from collections.abc import Awaitable, Callable

from analytics.domain.figures import Figure
from analytics.domain.filters import Filters
from analytics.queries import allocations, commissions, demand, nights, supply
from analytics.queries.coverage import Known
from eventing.db import Tx

Ask = Callable[[Tx, Filters, Known], Awaitable[Figure]]
FIGURES: dict[str, Ask] = {
    "calls": demand.calls,
    "demand_by_door": demand.by_door,
    "requests": demand.requests,
    "compositions": demand.compositions,
    "encounters": demand.encounters,
    "unmet": nights.unmet,
    "unmet_by_door": nights.by_door,
    "unmet_origins": nights.origins,
    "supply": supply.by_scheme,
    "supply_by_organisation": supply.by_organisation,
    "allocations_by_year": allocations.by_year,
    "allocations_by_period": allocations.by_period,
    "allocations_by_scheme": allocations.by_scheme,
    "allocations_by_cell": allocations.by_cell,
    "allocations_by_organisation": allocations.by_organisation,
    "allocations_by_situation": allocations.by_situation,
    "allocations_homeless": allocations.homeless,
    "published": allocations.published,
    "commissions": commissions.listed,
    "workshops": commissions.workshops,
}
