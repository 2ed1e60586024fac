"""Commands that come by themselves: a held seat lapses, an offer expires."""

from collections.abc import Callable, Mapping

from eventing.due import DueCommand
from registration.domain.rules import Rules


def due_commands(rules: Rules) -> Mapping[str, DueCommand]:
    """What the due rows of this service run, by name."""
    raise NotImplementedError


DUE: Callable[[Rules], Mapping[str, DueCommand]] = due_commands
