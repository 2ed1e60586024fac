"""Where a case that came so far went: each case leaves the first place, and is conserved in between."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.stages import FUNNEL, Reached, flow_of
from contracts.lists import DecisionOutcome

CASES = st.builds(
    Reached,
    st.integers(0, len(FUNNEL) - 1),
    st.one_of(st.none(), st.sampled_from([str(one) for one in DecisionOutcome]), st.just("of_tomorrow")),
    st.booleans(),
)


@given(st.lists(CASES, max_size=40))
def test_what_comes_into_a_place_is_never_less_than_what_goes_out(cases: list[Reached]) -> None:
    into: Counter[str] = Counter()
    out: Counter[str] = Counter()
    for case in cases:
        for _, start, end in flow_of(case):
            out[start] += 1
            into[end] += 1
    assert out[FUNNEL[0]] == len(cases)
    assert all(out[place] <= into[place] for place in out if place != FUNNEL[0])


@given(CASES)
def test_a_case_passes_from_place_to_place_without_a_jump(case: Reached) -> None:
    flows = flow_of(case)
    assert [at for at, _, _ in flows] == list(range(len(flows)))
    assert all(end == start for (_, _, end), (_, start, _) in pairwise(flows))
