"""An event that waits, as others than its sender see it: its form and no value."""

from collections.abc import Collection
from typing import Any

from integration.domain.problems import shape

MOST = 50
ENVELOPE = frozenset(
    {"specversion", "id", "type", "source", "time", "seuilmode", "data", "datacontenttype", "subject"}
)
"""Names that an event has around its data."""


def masked(value: Any, known: Collection[str]) -> Any:
    """The same form with what kind of value each is; names that nobody declared are values too."""
    if isinstance(value, dict):
        named = {name: masked(each, known) for name, each in list(value.items())[:MOST] if name in known}
        unknown = sum(name not in known for name in value)
        return named | ({"…": f"{unknown} autres champs"} if unknown else {})
    if isinstance(value, list):
        return [masked(each, known) for each in value[:MOST]]
    return shape(value)
