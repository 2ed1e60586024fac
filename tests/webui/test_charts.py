"""Figures: well-formed, titled, escaped, without inline style, whatever the numbers."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.webui.showcase import TRAP
from webui.charts import Serie, _scale, barres, barres_doubles, barres_groupees, courbe, entonnoir
from webui.sankey import sankey

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


COLUMNS = (("Transmis",), ("Examinés", "En attente"), ("Avis : orientation", "Avis : accompagnement seul"))
LINKS = st.lists(
    st.tuples(
        st.sampled_from(
            [("Transmis", "Examinés"), ("Transmis", "En attente"), ("Examinés", "Avis : orientation")]
        ),
        st.integers(0, 5000),
    ),
    unique_by=lambda pair: pair[0],
    max_size=3,
)


@given(LINKS)
def test_flows_hold_for_any_numbers(links: list[tuple[tuple[str, str], int]]) -> None:
    promises(sankey("f", TRAP, COLUMNS, [(*ends, n) for ends, n in links], "dossiers"))


@given(st.lists(st.tuples(NAMES, NUMBERS), max_size=8))
def test_a_funnel_holds_for_any_numbers(rows: list[tuple[str, float | None]]) -> None:
    promises(entonnoir("e", TRAP, [name for name, _ in rows], [value for _, value in rows], "dossiers"))


def test_a_flow_is_as_thick_as_its_number_and_the_goal_is_lit() -> None:
    links = [("Transmis", "Examinés", 30.0), ("Transmis", "En attente", 10.0)]
    figure = sankey("f", "t", COLUMNS, links, "dossiers", clairs=("Examinés",))
    wide, narrow = drawings(figure)
    places = {title.text: rect for rect in wide.iter("rect") for title in rect}
    tall = {name.split("\u00a0")[0]: float(rect.get("height") or 0) for name, rect in places.items() if name}
    assert tall["Examinés"] == pytest.approx(3 * tall["En attente"], abs=0.2)
    assert tall["Transmis"] == pytest.approx(4 * tall["En attente"], abs=0.2)
    assert [path.get("class") for path in wide.iter("path")] == ["flux b", "flux"]
    assert "Transmis vers Examinés\u00a0: 30 dossiers" in figure
    assert len(list(narrow.iter("rect"))) == 2


def test_a_funnel_shows_behind_each_step_what_the_one_before_held() -> None:
    wide = drawings(entonnoir("e", "t", ["a", "b"], [40, 10], "dossiers"))[0]
    bars = [(rect.get("class"), float(rect.get("width") or 0)) for rect in wide.iter("rect")]
    assert [kind for kind, _ in bars] == ["s1", "k0", "s1"]
    assert bars[1][1] == pytest.approx(bars[0][1], abs=0.2)
    assert bars[2][1] == pytest.approx(bars[0][1] / 4, abs=0.2)


def test_a_long_name_is_whole_on_several_lines() -> None:
    name = "Commune de Saint-André-lez-Lille, secteur du nord de l’agglomération et de ses environs"
    wide, narrow = drawings(barres("b", "t", [name, "court"], [3, 2]))
    for svg in (wide, narrow):
        text = next(svg.iter("text"))
        lines = [text.text, *(line.text for line in text)]
        assert " ".join(line or "" for line in lines) == name
    rects = [float(rect.get("y") or 0) for rect in wide.iter("rect")]
    assert rects[1] - rects[0] > 40


@given(st.lists(st.tuples(NAMES, NUMBERS, NUMBERS), max_size=8))
def test_double_bars_hold_for_any_numbers(rows: list[tuple[str, float | None, float | None]]) -> None:
    done, waits = Serie("fini", [row[1] for row in rows]), Serie(TRAP, [row[2] for row in rows])
    promises(barres_doubles("d", TRAP, [row[0] for row in rows], (done, waits), "jours"))


def test_double_bars_set_what_waits_under_what_is_done() -> None:
    figure = barres_doubles("d", "t", ["a"], (Serie("fini", [4]), Serie("attend", [8])), "jours")
    wide = drawings(figure)[0]
    bars = [rect for rect in wide.iter("rect") if rect.get("height") == "15"]
    assert [float(rect.get("width") or 0) for rect in bars][1] > float(bars[0].get("width") or 0)
    assert "a, attend\u00a0: 8\u00a0jours" in figure
