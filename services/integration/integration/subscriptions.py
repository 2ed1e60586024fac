"""What integration hears: who may sign in, which organisations there are, what becomes of partners' cases."""

from eventing.subscription import Policies
from integration.policies import ACTS, DUE, MEMORY
from webui.accounts import ACCOUNTS_PROJECTION

PROJECTIONS = [ACCOUNTS_PROJECTION]
POLICIES = Policies(handlers=ACTS, memory=MEMORY)
DUE_COMMANDS = DUE
