"""A fact: what happened, as services tell one another. Declaring a class is all it takes to add one."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from contracts import allowed
from contracts.classes import DataClass

MAX_BYTES = 16_384


class UnsayableError(ValueError):
    """A fact that cannot be written: too large, or with no key."""


class TooLargeError(UnsayableError):
    """A fact that takes more bytes than its contract allows."""


class Nested(BaseModel):
    """A nested object of a fact: a workshop, a role, a cell."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def snake(name: str) -> str:
    """Return `CommissionScheduled` as `commission_scheduled`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Fact(BaseModel):
    """Base of all facts.

    A module derives one abstract base per topic, `class RegistrationFact(Fact, topic=REGISTRATION)`, and each
    fact from it, `class CommissionHeld(RegistrationFact, key="commission_id", data_class=DataClass.N)`. Of
    several key fields the first one present is the key. Raises ValidationError on anything outside the
    contract; readers go through `read`, which ignores what they do not know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    TOPIC: ClassVar[str]
    TYPE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    DATA_CLASS: ClassVar[DataClass]
    LARGEST: ClassVar[int] = MAX_BYTES

    def __init_subclass__(
        cls,
        *,
        topic: str | None = None,
        key: str | tuple[str, ...] = (),
        data_class: DataClass | None = None,
        major: int = 1,
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        if topic is not None:
            cls.TOPIC = topic
        if key and data_class is not None:
            service_prefix = cls.TOPIC.rsplit(".", 1)[0]
            cls.TYPE = f"{service_prefix}.{snake(cls.__name__)}.v{major}"
            cls.KEY = (key,) if isinstance(key, str) else key
            cls.DATA_CLASS = data_class

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        if "TYPE" in vars(cls):
            allowed.check(cls)
            _register(cls)

    @property
    def key(self) -> str:
        """The stream it belongs to: the value of its key field, in lower case."""
        for name in self.KEY:
            value = getattr(self, name)
            if value is not None:
                return str(value).lower()
        raise UnsayableError(f"{self.TYPE} has no {' nor '.join(self.KEY)}")

    def dump(self) -> bytes:
        """Return the compact JSON that travels; what is not known is left out, never null."""
        written = self.model_dump_json(exclude_none=True).encode()
        if len(written) > self.LARGEST:
            raise TooLargeError(f"{self.TYPE} takes {len(written)} bytes, the contract allows {self.LARGEST}")
        return written

    @classmethod
    def read(cls, payload: bytes | str | Mapping[str, Any]) -> Self:
        """Read what another service wrote, ignoring fields added since. Raises ValidationError."""
        text = json.dumps(payload) if isinstance(payload, Mapping) else payload
        return cls.model_validate_json(text, extra="ignore")


_REGISTRY: dict[str, type[Fact]] = {}
REGISTRY: Mapping[str, type[Fact]] = MappingProxyType(_REGISTRY)
"""Every fact by its type."""


def _register(fact: type[Fact]) -> None:
    known = _REGISTRY.get(fact.TYPE)
    if known is not None and known.__qualname__ != fact.__qualname__:
        raise TypeError(f"{fact.TYPE} is declared twice")
    _REGISTRY[fact.TYPE] = fact
