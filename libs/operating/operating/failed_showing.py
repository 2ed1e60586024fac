"""One failed event as an operator may see it: no identity, no household, no professional.

Every field of a fact has a class. A role sees the classes listed here and nothing of a fact that cannot be
read: then a value may stand in the wrong field, so only the names of fields are said. Bytes that are no fact
at all are told by their length and digest.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.allowed import class_of, fields_of, is_nested
from contracts.classes import DataClass, leaves
from contracts.event import REGISTRY, Fact
from contracts.lists import Role
from operating.failed import UNDECODABLE

SEEN: Mapping[str, frozenset[DataClass]] = {Role.OPERATOR: frozenset({DataClass.N})}
"""Classes that a role may read."""
HIDDEN = "•••"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HEADERS = {
    "ce_id": _UUID,
    "ce_type": r"seuil\.[a-z_]+\.[a-z_]+\.v[0-9]+",
    "ce_source": r"/seuil/[a-z]+",
    "ce_time": r"[0-9TZ:.+-]{10,40}",
    "ce_sequence": r"[0-9]{1,20}",
    "ce_correlationid": _UUID,
    "ce_causationid": _UUID,
}
"""Headers that say nothing of anybody, and the form in which they do."""


@dataclass(frozen=True)
class Field:
    """A field of the payload: its dotted name, its class, what may be said of its value."""

    name: str
    data_class: str
    value: str


@dataclass(frozen=True)
class Shown:
    """An event as shown. `size` and `digest` tell the bytes, `problem` what is wrong with them."""

    headers: Mapping[str, str]
    fields: tuple[Field, ...]
    size: int
    digest: str
    problem: str


def mark(key: str) -> str:
    """A stream by eight letters that are the same each time, since its key may be a household's."""
    return key if key.startswith(UNDECODABLE) else hashlib.sha256(key.encode()).hexdigest()[:8]


def shown(row: Mapping[str, Any], *roles: str) -> Shown:
    """A row of `failed.one`, for somebody with these roles."""
    seen = frozenset().union(*(SEEN.get(role, frozenset()) for role in roles))
    payload: bytes = row["payload"] or b""
    digest = hashlib.sha256(payload).hexdigest()[:16]
    if row["key"].startswith(UNDECODABLE):
        return Shown({}, (), len(payload), digest, "undecodable")
    headers = {
        name: value if re.fullmatch(HEADERS[name], value or "") else HIDDEN
        for name, value in row["headers"]
        if name in HEADERS
    }
    kind = REGISTRY.get(headers.get("ce_type", ""))
    if kind is None:
        return Shown(headers, (), len(payload), digest, "unknown_type")
    try:
        fact = kind.read(payload)
    except ValidationError as error:
        names = _declared(kind, payload)
        fields = tuple(Field(name, data_class, HIDDEN) for name, data_class, _ in names)
        return Shown(headers, fields, len(payload), digest, _wrong(kind, error))
    content = fact.model_dump(mode="json", exclude_none=True)
    fields = tuple(
        Field(name, data_class, _said(content, name) if data_class in seen else HIDDEN)
        for name, data_class, nested in _fields(kind)
        if not nested and _at(content, name)
    )
    return Shown(headers, fields, len(payload), digest, "")


def _fields(kind: type[Fact]) -> Iterator[tuple[str, DataClass, bool]]:
    """Each field: its dotted name, its strictest class, whether it only holds others."""
    for name, field in fields_of(kind):
        inner = list(leaves(field))
        classes = [class_of(name, leaf, kind.DATA_CLASS) for leaf in inner if not is_nested(leaf)]
        yield name, max(classes, key=list(DataClass).index, default=kind.DATA_CLASS), not classes


def _declared(kind: type[Fact], payload: bytes) -> list[tuple[str, DataClass, bool]]:
    try:
        content = json.loads(payload)
    except ValueError:
        return []
    there = set(content) if isinstance(content, dict) else set()
    return [field for field in _fields(kind) if field[0] in there]


def _wrong(kind: type[Fact], error: ValidationError) -> str:
    """Where the contract is not kept, in its own words: never a value, never a name it does not know."""
    known = {name.rsplit(".", 1)[-1] for name, _ in fields_of(kind)}
    places = {
        ".".join(str(part) for part in fault["loc"] if isinstance(part, int) or part in known)
        + f": {fault['type']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    }
    return "; ".join(sorted(places)[:10])


def _at(content: Any, name: str) -> list[Any]:
    """The values at a dotted name, through lists."""
    if isinstance(content, list):
        return [value for each in content for value in _at(each, name)]
    if not isinstance(content, dict):
        return []
    first, _, rest = name.partition(".")
    if first not in content:
        return []
    return _at(content[first], rest) if rest else [content[first]]


def _said(content: Any, name: str) -> str:
    values = _at(content, name)
    return ", ".join(value if isinstance(value, str) else json.dumps(value) for value in values)
