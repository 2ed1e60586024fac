"""What notifications hears."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.event import Fact
from eventing.db import Tx
from eventing.due import DueCommand
from eventing.subscription import Handler, Handlers, Policies
from notifications.policies import ACTS, CASE_ACTS, CASE_MEMORY, MEMORY, REMIND, CaseTelling, Telling
from webui.accounts import ACCOUNTS_PROJECTION


def _together(first: Mapping[type[Fact], Handler], second: Mapping[type[Fact], Handler]) -> Handlers:
    """What either does; both, in this order, on a fact that concerns both."""

    def both(one: Handler, other: Handler) -> Handler:
        async def act(tx: Tx, event: Any) -> None:
            await one(tx, event)
            await other(tx, event)

        return act

    shared = {fact: both(first[fact], second[fact]) for fact in first.keys() & second.keys()}
    return {**first, **second, **shared}


PROJECTIONS = [ACCOUNTS_PROJECTION]
REMEMBERED = {**MEMORY, **CASE_MEMORY}
POLICIES = Policies(handlers={**ACTS, **CASE_ACTS}, memory=REMEMBERED)
"""What is heard, for the catalogue; `policies` binds it to the settings."""


def policies(telling: Telling, cases: CaseTelling, since: datetime | None) -> Policies:
    """Memory of the whole history, and what is done about each fact recorded from `since` on."""
    return Policies(handlers=_together(telling.handlers(), cases.handlers()), memory=REMEMBERED, since=since)


def due_commands(telling: Telling, cases: CaseTelling) -> dict[str, DueCommand]:
    """What deadlines run."""
    return {REMIND: telling.remind, **cases.due_commands()}
