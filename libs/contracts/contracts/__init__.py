"""What the services say to one another: facts, closed lists, topics.

Importing the package declares every fact, so that `contracts.event.REGISTRY` is whole.
"""

from contracts import accounts, cases, directory, intake, integration, notifications, registration

__all__ = ["accounts", "cases", "directory", "intake", "integration", "notifications", "registration"]
