"""Minutes that stay true when a household is erased: a hash tree over a main part and one annex per case.

The main part tells references and outcomes, who follows and until when. Texts are in the annexes. A leaf is
the hash of its content with a salt of its own, so that an erased annex cannot be guessed from what is left;
the root over the leaves still verifies without it (users U31).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAF, NODE = b"\x00", b"\x01"


@dataclass(frozen=True)
class Verdict:
    """What checking minutes found: positions of annexes that were altered, how many were erased."""

    root_holds: bool
    altered: tuple[int, ...] = ()
    erased: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything still there is what was approved."""
        return self.root_holds and not self.altered


def canonical(content: Mapping[str, Any]) -> bytes:
    """One spelling of a JSON object: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    ).encode()


def leaf(content: Mapping[str, Any]) -> str:
    """The hash of one part."""
    return hashlib.sha256(LEAF + canonical(content)).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The hash over the parts, pair by pair; the last of an odd row goes up as it is."""
    row = [bytes.fromhex(each) for each in leaves]
    if not row:
        raise ValueError("minutes have a main part")
    while len(row) > 1:
        row = [
            hashlib.sha256(NODE + row[place] + row[place + 1]).digest()
            if place + 1 < len(row)
            else row[place]
            for place in range(0, len(row), 2)
        ]
    return row[0].hex()


def root_of(main: Mapping[str, Any], leaves: Sequence[str]) -> str:
    """The root of minutes: the main part first, then the annexes in the order of the agenda."""
    return root([leaf(main), *leaves])


def verify(
    main: Mapping[str, Any], annexes: Sequence[tuple[str, Mapping[str, Any] | None]], expected: str
) -> Verdict:
    """Whether minutes are those approved. An annex is (its hash, its content or None once erased)."""
    altered = tuple(
        place
        for place, (known, content) in enumerate(annexes)
        if content is not None and leaf(content) != known
    )
    erased = sum(content is None for _, content in annexes)
    return Verdict(root_of(main, [known for known, _ in annexes]) == expected, altered, erased)
