"""What registration hears, and what its deadlines run."""

from eventing.subscription import Policies
from registration.commands import due_commands
from registration.policies import MEMORY

POLICIES = Policies(handlers={}, memory=MEMORY)

__all__ = ["POLICIES", "due_commands"]
