"""What notifications hears."""

from eventing.due import DueCommand
from eventing.subscription import Policies
from notifications.policies import MEMORY, REMIND, Telling
from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [ACCOUNTS_PROJECTION]


def policies(telling: Telling) -> Policies:
    """Memory of the whole history, and what is done about each fact."""
    return Policies(handlers=telling.handlers(), memory=MEMORY)


def due_commands(telling: Telling) -> dict[str, DueCommand]:
    """What deadlines run."""
    return {REMIND: telling.remind}
