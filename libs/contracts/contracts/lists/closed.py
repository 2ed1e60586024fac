"""What a closed list is: codes that travel, each with the words that people read."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

_LISTS: dict[str, type["ClosedList"]] = {}


class ClosedList(StrEnum):
    """A closed list of codes. `UNKNOWN` is in each, `UNMAPPED` in those that partners feed."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _LISTS[re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()] = cls


LISTS: Mapping[str, type[ClosedList]] = MappingProxyType(_LISTS)
"""Every closed list by its name, `situation_group` for `SituationGroup`."""


def label(value: ClosedList) -> str:
    """Return the French words for a value."""
    return value.label
