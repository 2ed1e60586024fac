"""The bench runs, on little: every row gives figures of the right shape. Nothing here looks at a speed."""

import asyncio
import json
from importlib import import_module
from pathlib import Path

import pytest

from bench import page
from bench.goals import GOALS, Goal
from bench.measure import Figure, Size, figure
from bench.stage import stage
from bench.start import pss

ROWS = ("relay", "policy", "rebuild", "write_path", "growth")  # on shared engines: topics are read whole
KEYS = {"name", "value", "reference", "ratio", "unit", "n", "spread", "machine"}


@pytest.mark.kafka
@pytest.mark.timeout(300)
def test_each_row_gives_figures_of_the_right_shape(tmp_path: Path) -> None:
    results, said = tmp_path / "results.json", list[str]()
    size = Size(scale=0.002, rounds=1)
    with stage() as engines:
        assert "fsync=on" in asyncio.run(engines.durability())
        for row in ROWS:
            page.keep(results, asyncio.run(import_module(f"bench.{row}").measure(engines, size, said.append)))
    rows = json.loads(results.read_text())
    assert all(set(row) == KEYS for row in rows)
    assert all(row["value"] > 0 and row["n"] > 0 for row in rows if not row["name"].startswith("growth"))
    names = [row["name"] for row in rows]
    assert names[:5] == [n for n in GOALS if n in names], "rows with a goal come first, in order"
    assert len(said) > len(ROWS)


def test_a_figure_is_the_median_of_the_ratios_and_says_how_far_they_lie_apart() -> None:
    made = figure("relay", "ev/s", 10, [10, 30, 20], [20, 20, 20])
    assert (made.value, made.reference, made.ratio, made.spread) == (20, 20, 1, (0.5, 1.5))


def test_a_goal_says_by_how_much_it_is_missed() -> None:
    relay = Goal(least_ratio=0.5, least=30_000)
    assert relay.verdict({"ratio": 0.6, "value": 40_000}) == "held"
    assert relay.verdict({"ratio": 0.4, "value": 15_000}) == "missed by 50%"
    assert Goal(most_ratio=10).verdict({"ratio": 15, "value": 1}) == "missed by 50%"


def test_the_page_is_written_from_results_and_has_every_goal() -> None:
    rows = [Figure("relay", 40_000, 70_000, 0.57, "ev/s", 40_000, (0.5, 0.6), "m").written()]
    written = page.table(rows)
    assert (
        "| relay | 40,000 ev/s | 70,000 ev/s | 0.57 (0.5 to 0.6) | 40,000 | ratio ≥ 0.5, ≥ 30,000 | held |"
        in written
    )
    assert all(f"| {name} |" in written for name in GOALS)


def test_a_page_says_what_its_results_say() -> None:
    rows, told = page.read(page.RESULTS), page.PAGE.read_text()
    assert page.table(rows) in told
    assert page.growth(rows) in told


def test_memory_counts_what_was_started() -> None:
    assert pss(1) >= 0
