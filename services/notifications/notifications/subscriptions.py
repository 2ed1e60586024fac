"""What notifications hears."""

from datetime import datetime

from eventing.due import DueCommand
from eventing.subscription import Policies
from notifications.policies import ACTS, MEMORY, REMIND, Telling
from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [ACCOUNTS_PROJECTION]
POLICIES = Policies(handlers=ACTS, memory=MEMORY)
"""What is heard, for the catalogue; `policies` binds it to the settings."""


def policies(telling: Telling, since: datetime | None) -> Policies:
    """Memory of the whole history, and what is done about each fact recorded from `since` on."""
    return Policies(handlers=telling.handlers(), memory=MEMORY, since=since)


def due_commands(telling: Telling) -> dict[str, DueCommand]:
    """What deadlines run."""
    return {REMIND: telling.remind}
