"""Who reads what is of their organisation gets no number under five, nor one by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.figures import Column, Figure, Mark, Row
from analytics.domain.measures import MEASURES
from analytics.domain.small_numbers import kept_from

SMALLEST = 5
COLUMNS = (Column("name", "Nom", "text"), Column("a", "A"), Column("b", "B"), Column("days", "Jours", "days"))
NUMBERS = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 400))


def a_figure(rows: list[tuple[int, int]], total: bool = True, key: str = "decision_outcomes") -> Figure:
    lines: tuple[Row, ...] = tuple((f"r{n}", a, b, 3) for n, (a, b) in enumerate(rows))
    whole: Row = ("Ensemble", sum(a for a, _ in rows), sum(b for _, b in rows), 3)
    behind = {"a": tuple(f"k{n}" for n in range(len(rows)))}
    return Figure(MEASURES[key], COLUMNS, lines, whole if total else None, behind=behind)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8))
def test_what_a_total_leaves_is_no_small_number(rows: list[tuple[int, int]]) -> None:
    shown = kept_from(a_figure(rows), SMALLEST)
    assert shown.behind == {}
    for place in (1, 2):
        cells = [row[place] for row in shown.rows]
        assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < SMALLEST]
        hidden = [rows[n][place - 1] for n, cell in enumerate(cells) if cell is Mark.MASKED]
        total = shown.total[place] if shown.total else None
        if isinstance(total, int) and any(hidden):
            some = [value for value in hidden if value]
            all_away = all(cell is Mark.MASKED for cell in cells)
            assert all_away or (len(some) > 1 and sum(some) >= SMALLEST)


def test_a_row_with_a_small_number_is_masked_whole_its_days_too() -> None:
    shown = kept_from(a_figure([(3, 40), (20, 30), (30, 30)], total=False), SMALLEST)
    assert shown.rows[0] == ("r0", Mark.MASKED, Mark.MASKED, Mark.MASKED)
    assert shown.rows[1] == ("r1", 20, 30, 3)


def test_days_are_no_small_number() -> None:
    figure = a_figure([(20, 40)])
    assert kept_from(figure, SMALLEST).rows == figure.rows


def test_flows_are_masked_together_and_a_funnel_by_its_steps() -> None:
    flows = kept_from(a_figure([(20, 40), (3, 20)], total=False, key="flows"), SMALLEST)
    assert {row[1] for row in flows.rows} == {Mark.MASKED}
    funnel = kept_from(a_figure([(20, 0), (18, 0), (10, 0)], total=False, key="funnel"), SMALLEST)
    assert {row[1] for row in funnel.rows} == {Mark.MASKED}
    steps = kept_from(a_figure([(20, 0), (10, 0), (5, 0)], total=False, key="funnel"), SMALLEST)
    assert [row[1] for row in steps.rows] == [20, 10, 5]


def test_without_a_threshold_nothing_changes() -> None:
    figure = a_figure([(1, 2)])
    assert kept_from(figure, 0) is figure
