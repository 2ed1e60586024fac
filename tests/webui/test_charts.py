"""Figures: well-formed, titled, escaped, without inline style, whatever the numbers."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.webui.showcase import TRAP
from webui.charts import Serie, _scale, barres, barres_groupees, courbe

NUMBERS = st.one_of(st.none(), st.integers(0, 10**7), st.floats(0, 1e6))
NAMES = st.text(min_size=1, max_size=30).filter(lambda t: t.isprintable())


def drawings(figure: Markup) -> list[ET.Element]:
    """The two drawings, parsed; fails when the mark-up is not well-formed."""
    return list(ET.fromstring(f"<div>{figure}</div>"))  # noqa: S314 - our own mark-up


def promises(figure: Markup) -> None:
    wide, narrow = drawings(figure)
    assert (wide.get("class"), narrow.get("class")) == ("graphe large", "graphe etroit")
    for svg in (wide, narrow):
        assert svg.get("role") == "img"
        names = (svg.get("aria-labelledby") or "").split()
        assert [child.get("id") for child in svg[:2]] == names
        assert "tableau" in (svg[1].text or "")
        assert all(child.get("style") is None for child in svg.iter())
        _, _, width, height = map(float, (svg.get("viewBox") or "").split())
        for shape in svg.iter("rect"):
            assert 0 <= float(shape.get("x") or 0) <= width
            assert -0.1 <= float(shape.get("height") or 0) <= height
    identifiers = re.findall(r'\bid="([^"]+)"', figure)
    assert len(identifiers) == len(set(identifiers))


@given(st.lists(st.tuples(NAMES, NUMBERS), max_size=12))
def test_bars_hold_for_any_numbers(rows: list[tuple[str, float | None]]) -> None:
    promises(barres("b", TRAP, [name for name, _ in rows], [value for _, value in rows], "ménages"))


@given(
    st.integers(0, 40).flatmap(
        lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=1, max_size=4)
    )
)
def test_grouped_bars_hold_for_any_numbers(values: list[list[float | None]]) -> None:
    names = [f"m{n}" for n in range(len(values[0]))]
    promises(barres_groupees("g", "Titre", names, [Serie(f"{TRAP}{i}", v) for i, v in enumerate(values)]))


@given(st.integers(0, 400).flatmap(lambda n: st.lists(NUMBERS, min_size=n, max_size=n)), st.booleans())
def test_lines_hold_for_any_numbers(values: list[float | None], zero: bool) -> None:
    names = [f"j{n}" for n in range(len(values))]
    promises(courbe("c", "Titre", names, [Serie("a", values), Serie("b", values, trait=True)], zero=zero))


def test_a_masked_value_is_not_drawn() -> None:
    wide = drawings(barres("b", "t", ["a", "b"], [12, None]))[0]
    assert len(list(wide.iter("rect"))) == 1
    broken = drawings(courbe("c", "t", ["a", "b", "c"], [Serie("s", [1, None, 3])]))[0]
    path = next(p.get("d") or "" for p in broken.iter("path") if p.get("class") == "c1")
    assert path.count("M") == 2


def test_every_shape_says_its_number() -> None:
    assert "<title>115\u00a0: 12\u202f345 demandes</title>" in barres("b", "t", ["115"], [12345], "demandes")


def test_series_differ_by_pattern() -> None:
    figure = barres_groupees("g", "t", ["a"], [Serie("x", [1]), Serie("y", [1])])
    assert 'fill="url(#g-m1)"' in figure
    assert '<pattern id="g-m1"' in figure
    assert '<pattern id="g-e-m1"' in figure


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    assert "L’axe commence à 2\u202f" in courbe("c", "t", ["a", "b"], [Serie("s", [2309, 3105])], zero=False)


@pytest.mark.parametrize("top", [0, 1, 3, 7, 12, 99, 100, 2951, 30_000, 10**9])
def test_an_axis_has_few_round_ticks(top: int) -> None:
    low, high, ticks = _scale([top], zero=True)
    assert low == 0
    assert high >= max(top, 1)
    assert 2 <= len(ticks) <= 7
    assert len({round(b - a, 6) for a, b in pairwise(ticks)}) == 1
    assert all(tick == int(tick) for tick in ticks)
