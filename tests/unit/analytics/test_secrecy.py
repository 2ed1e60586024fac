"""A masked number cannot be found again: every way of filling the masks is tried on small tables."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.secrecy import THRESHOLD, Sum, masked

small_or_not = st.one_of(st.integers(0, 14), st.integers(0, 60))


def others(values: Mapping[str, int], sums: Sequence[Sum], away: frozenset[str]) -> Iterator[dict[str, int]]:
    """The ways to fill the masks, each cell one more, one less or as it is, that agree with the sums."""
    tied = [name for name in sorted(away) if any(name in one.signed for one in sums)]
    fillings: list[dict[str, int]] = [{}]
    for at, name in enumerate(tied):
        known = set(tied[: at + 1]) | (values.keys() - set(tied))
        decided = [one for one in sums if name in one.signed and one.signed.keys() <= known]
        fillings = [
            longer
            for filling in fillings
            for step in (0, 1, -1)
            if values[name] + step >= 1
            and all(
                _true(one, longer := filling | {name: values[name] + step}, values) for one in decided or ()
            )
            and (longer := filling | {name: values[name] + step})
        ]
    yield from fillings


def _true(one: Sum, filling: Mapping[str, int], values: Mapping[str, int]) -> bool:
    return sum(sign * filling.get(n, values[n]) for n, sign in one.signed.items()) == 0


def assert_safe(values: Mapping[str, int], sums: Sequence[Sum], hidden: frozenset[str] = frozenset()) -> None:
    away = masked(values, sums, hidden)
    small = {name for name, n in values.items() if 0 < n < THRESHOLD}
    assert small <= away
    for one in sums:
        parts = [values[name] for name in one.parts if name in away]
        if one.total not in away and small & set(one.parts):
            assert len(parts) > 1
            assert sum(parts) >= THRESHOLD
    tied = {name for name in small if any(name in one.signed for one in sums)}
    seen = {name: {filled[name] for filled in others(values, sums, away)} for name in tied}
    assert all(len(found) > 1 for found in seen.values()), seen


@given(st.lists(small_or_not, min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_total(parts: list[int]) -> None:
    names = tuple(f"p{n}" for n in range(len(parts)))
    values = dict(zip(names, parts, strict=True)) | {"total": sum(parts)}
    assert_safe(values, [Sum("total", names)])


@given(st.lists(st.tuples(small_or_not, small_or_not), min_size=2, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_grid_with_totals_across_and_down(rows: list[tuple[int, int]]) -> None:
    values: dict[str, int] = {}
    sums: list[Sum] = []
    for at, row in enumerate(rows):
        values |= {f"{at}/{n}": value for n, value in enumerate(row)} | {f"{at}/all": sum(row)}
        sums.append(Sum(f"{at}/all", (f"{at}/0", f"{at}/1")))
    for n in ("0", "1", "all"):
        values[f"all/{n}"] = sum(values[f"{at}/{n}"] for at in range(len(rows)))
        sums.append(Sum(f"all/{n}", tuple(f"{at}/{n}" for at in range(len(rows)))))
    sums.append(Sum("all/all", ("all/0", "all/1")))
    assert_safe(values, sums)


@given(
    st.lists(small_or_not, min_size=1, max_size=3),
    st.lists(small_or_not, min_size=1, max_size=3),
    small_or_not,
)
@settings(max_examples=40, deadline=None)
def test_two_tables_that_share_a_total_and_a_part_that_is_in_no_table(
    left: list[int], right: list[int], inside: int
) -> None:
    whole = max(sum(left), sum(right), inside)
    left, right = [*left, whole - sum(left)], [*right, whole - sum(right)]
    left_names = tuple(f"l{n}" for n in range(len(left)))
    right_names = tuple(f"r{n}" for n in range(len(right)))
    values = dict(zip(left_names, left, strict=True)) | dict(zip(right_names, right, strict=True))
    part = max(left[-1], inside)
    values |= {"all": whole, "l-part": min(inside, left[-1]), "l-rest": left[-1] - min(inside, left[-1])}
    sums = [Sum("all", left_names), Sum("all", right_names), Sum(left_names[-1], ("l-part", "l-rest"))]
    assert part >= 0
    assert_safe(values, sums, frozenset({"l-rest"}))


def test_nothing_is_masked_when_nothing_is_small() -> None:
    values = {"a": 40, "b": 0, "total": 40, "rest": 12}
    assert masked(values, [Sum("total", ("a", "b"))], frozenset({"rest"})) - {"rest"} == frozenset()


def test_one_small_part_takes_the_smallest_other_with_it() -> None:
    values = {"a": 4, "b": 30, "c": 200, "total": 234}
    assert masked(values, [Sum("total", ("a", "b", "c"))]) == {"a", "b"}


def test_small_parts_that_hold_less_than_eleven_together_take_another() -> None:
    values = {"a": 4, "b": 5, "c": 200, "d": 300, "total": 509}
    assert masked(values, [Sum("total", ("a", "b", "c", "d"))]) == {"a", "b", "c"}


def test_a_total_given_by_another_table_gives_nothing_back() -> None:
    values = {"a": 4, "b": 300, "total": 304, "x": 150, "y": 154}
    away = masked(values, [Sum("total", ("a", "b")), Sum("total", ("x", "y"))])
    assert away == {"a", "b"}


def test_a_difference_with_a_subset_is_protected_too() -> None:
    values = {"all": 100, "counted": 95, "others": 5}
    assert "counted" in masked(values, [Sum("all", ("counted", "others"))], frozenset({"others"}))


def test_a_sum_that_is_not_true_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        masked({"a": 1, "total": 3}, [Sum("total", ("a",))])
