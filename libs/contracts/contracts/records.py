"""A record: what a partner's software says of one of its rows, in its latest version or withdrawn."""

from functools import cache
from typing import Any, Self

from pydantic import model_validator

from contracts.classes import leaves, takes_none
from contracts.event import Fact
from contracts.fields import Flag, Id, PartnerId, Revision
from contracts.topics import INTEGRATION


def needed() -> Any:
    """Declare a field that a record must have, unless it is void: then the field is None."""
    return None


class Record(Fact, topic=INTEGRATION):
    """The highest `revision` of a `record_id` is the record; `void` removes it.

    A void record carries its ids and these five fields only, on the key it had: look at `void` before any
    field declared with `needed()`, which is then None. `backfill`: history, not news.
    """

    record_id: Id
    revision: Revision
    void: Flag
    partner_id: PartnerId
    backfill: Flag

    @model_validator(mode="after")
    def _carries_what_it_must(self) -> Self:
        said = {name for name in self.own_fields() if getattr(self, name) is not None}
        if self.void:
            excess = said - self.ids()
            if excess:
                raise ValueError(f"a void record says nothing but its ids: {', '.join(sorted(excess))}")
            if self.KEY and all(getattr(self, name) is None for name in self.KEY):
                raise ValueError(f"a void record stays on its key: {' or '.join(self.KEY)}")
        else:
            missing = self.needed_fields() - said
            if missing:
                raise ValueError(f"missing: {', '.join(sorted(missing))}")
        return self

    @classmethod
    @cache
    def own_fields(cls) -> frozenset[str]:
        """Return the fields that are not common to all records."""
        return frozenset(cls.model_fields) - frozenset(Record.model_fields)

    @classmethod
    @cache
    def needed_fields(cls) -> frozenset[str]:
        """Return the fields that a record in force must have: those whose type does not take None."""
        return frozenset(name for name in cls.own_fields() if not takes_none(cls.model_fields[name]))

    @classmethod
    @cache
    def ids(cls) -> frozenset[str]:
        """Return the fields that a void record may still carry."""
        return frozenset(
            name
            for name in cls.own_fields()
            if any(leaf.mark is not None and leaf.mark.identifies for leaf in leaves(cls.model_fields[name]))
        )
