"""The hash tree of minutes: what is left after an erasure still verifies, anything changed is found (U31)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.minutes import canonical, leaf, root, root_of, verify

MAIN = {"lines": [{"case_ref": "K7Q-4MXP", "outcome": "decided"}], "quorum": True}
ANNEXES: list[dict[str, Any]] = [{"text": f"annexe {n}", "salt": str(n)} for n in range(5)]


def kept(*erased: int) -> list[tuple[str, dict[str, Any] | None]]:
    return [(leaf(each), None if n in erased else each) for n, each in enumerate(ANNEXES)]


def approved() -> str:
    return root_of(MAIN, [leaf(each) for each in ANNEXES])


@given(st.sets(st.integers(0, 4)))
def test_any_annex_may_go_and_the_root_still_holds(erased: set[int]) -> None:
    verdict = verify(MAIN, kept(*erased), approved())
    assert verdict.sound
    assert verdict.erased == len(erased)


@given(st.integers(0, 4), st.text(min_size=1))
def test_a_changed_annex_is_found(place: int, more: str) -> None:
    annexes = kept()
    annexes[place] = (annexes[place][0], {**ANNEXES[place], "text": f"annexe {place}{more}"})
    verdict = verify(MAIN, annexes, approved())
    assert verdict.altered == (place,)
    assert not verdict.sound


def test_a_changed_main_part_a_missing_or_moved_annex_break_the_root() -> None:
    assert not verify({**MAIN, "quorum": False}, kept(), approved()).sound
    assert not verify(MAIN, kept()[:-1], approved()).sound
    assert not verify(MAIN, [*kept()[1:], kept()[0]], approved()).sound


def test_a_leaf_is_never_a_node() -> None:
    """Two leaves cannot be passed off as one part of another document."""
    leaves = [leaf(each) for each in ANNEXES[:2]]
    assert root(leaves) not in leaves
    assert root([root(leaves)]) == root(leaves)
    with pytest.raises(ValueError, match="main part"):
        root([])


def test_spelling_does_not_change_a_hash() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert leaf({"b": 1, "a": 2}) == leaf({"a": 2, "b": 1})
