"""What notifications hears."""

from datetime import datetime

from eventing.due import DueCommand
from eventing.subscription import Policies
from notifications.policies import MEMORY, REMIND, Telling
from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [ACCOUNTS_PROJECTION]


def policies(telling: Telling, since: datetime | None) -> Policies:
    """Memory of the whole history, and what is done about each fact recorded from `since` on."""
    return Policies(handlers=telling.handlers(), memory=MEMORY, since=since)


def due_commands(telling: Telling) -> dict[str, DueCommand]:
    """What deadlines run."""
    return {REMIND: telling.remind}
