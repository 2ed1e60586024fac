"""Whether today's schema of a fact still agrees with a published one.

Own rules, because strict subset checkers call every optional field added a breakage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Schema = dict[str, Any]
WIDENED = "list widened"
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")


class Side(StrEnum):
    """READERS: readers of today meet facts of before. WRITERS: facts of today meet readers of before."""

    READERS = "readers"
    WRITERS = "writers"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One disagreement: which side breaks, at which dotted path, by which rule."""

    side: Side
    path: str
    rule: str

    @property
    def blocks(self) -> bool:
        """Whether it needs a new major version; a list may grow, if readers are released first."""
        return self.rule != WIDENED

    def __str__(self) -> str:
        return f"{self.side} {self.path or '(whole)'}: {self.rule}"


def findings(published: Schema, current: Schema) -> list[Finding]:
    """Return every way in which `current` breaks what `published` promised; none for additive changes."""
    return sorted(set(_compare("", published, current, published, current)))


def _compare(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Finding]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    for word, rule in (
        ("type", "type changed"),
        ("format", "format changed"),
        ("pattern", "format changed"),
        ("x-uuid-version", "format changed"),
        ("x-class", "data class changed"),
        ("x-key", "key changed"),
    ):
        if old.get(word) != new.get(word):
            yield from _both(path, rule)
    yield from _values(path, old, new)
    yield from _bounds(path, old, new)
    yield from _fields(path, old, new, old_root, new_root)
    if "items" in old and "items" in new:
        yield from _compare(f"{path}[]", old["items"], new["items"], old_root, new_root)
    for word in ("anyOf", "patternProperties"):
        yield from _alternatives(path, old.get(word, []), new.get(word, []), old_root, new_root)


def _resolved(node: Schema, root: Schema) -> Schema:
    if "$ref" not in node:
        return node
    return {**root["$defs"][node["$ref"].rsplit("/", 1)[-1]], **node}


def _both(path: str, rule: str) -> Iterator[Finding]:
    yield Finding(Side.READERS, path, rule)
    yield Finding(Side.WRITERS, path, rule)


def _values(path: str, old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = old.get("enum"), new.get("enum")
    if after is not None and (before is None or set(before) - set(after)):
        yield Finding(Side.READERS, path, "list narrowed")
    if before is not None and (after is None or set(after) - set(before)):
        yield Finding(Side.WRITERS, path, WIDENED)


def _bounds(path: str, old: Schema, new: Schema) -> Iterator[Finding]:
    tightened = loosened = False
    for words, sign in ((_LOWER, 1), (_UPPER, -1)):
        for word in words:
            before, after = old.get(word), new.get(word)
            if before == after:
                continue
            tightened |= before is None or (after is not None and sign * after > sign * before)
            loosened |= after is None or (before is not None and sign * after < sign * before)
    tightened |= bool(new.get("uniqueItems")) and not old.get("uniqueItems")
    loosened |= bool(old.get("uniqueItems")) and not new.get("uniqueItems")
    if tightened:
        yield Finding(Side.READERS, path, "bounds tightened")
    if loosened:
        yield Finding(Side.WRITERS, path, "bounds loosened")


def _required(node: Schema) -> set[str]:
    return {*node.get("required", ()), *node.get("else", {}).get("required", ())}


def _fields(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Finding]:
    before, after = old.get("properties", {}), new.get("properties", {})
    under = f"{path}." if path else ""
    for name in _required(new) - _required(old):
        yield Finding(Side.READERS, under + name, "required added")
    for name in _required(old) - _required(new):
        yield Finding(Side.WRITERS, under + name, "required removed")
    for name in set(before) - set(after):
        yield Finding(Side.WRITERS, under + name, "field removed")
    for name in set(before) & set(after):
        yield from _compare(under + name, before[name], after[name], old_root, new_root)


def _alternatives(path: str, old: Any, new: Any, old_root: Schema, new_root: Schema) -> Iterator[Finding]:
    if isinstance(old, dict) and isinstance(new, dict):
        if set(old) != set(new):
            yield from _both(path, "format changed")
        old, new = [old[name] for name in sorted(old)], [new[name] for name in sorted(new)]
    if len(old) != len(new):
        yield from _both(path, "type changed")
    for before, after in zip(old, new, strict=False):
        yield from _compare(path, before, after, old_root, new_root)
