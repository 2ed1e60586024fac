"""results.json, and the table of docs/performance.md made from it: no figure there is typed by hand."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.drawing import drawn
from bench.goals import GOALS, Goal
from bench.measure import Figure

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
DRAWING = ROOT / "docs" / "images" / "performance-growth.svg"
GROWTH = "growth_"


def read(results: Path) -> list[dict[str, Any]]:
    """The figures kept, or none yet."""
    found: list[dict[str, Any]] = json.loads(results.read_text()) if results.exists() else []
    return found


def keep(results: Path, figures: Sequence[Figure]) -> None:
    """Puts figures in the place of those of the same name; names of the goals first, in their order."""
    kept = {each["name"]: each for each in read(results)} | {each.name: each.written() for each in figures}
    rank = {name: number for number, name in enumerate(GOALS)}
    ordered = sorted(kept.values(), key=lambda each: (rank.get(each["name"], len(rank)), each["name"]))
    results.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")


def line_of(each: Figure) -> str:
    """A figure for who watches."""
    row = each.written()
    beside = f" beside {_number(row['reference'])}, ratio {_number(row['ratio'])}" if row["ratio"] else ""
    goal = GOALS.get(each.name)
    return f"{each.name}: {_number(row['value'])} {each.unit}{beside}" + (
        f": {goal.verdict(row)}" if goal else ""
    )


def write(engines: str) -> None:
    """The page's table, its drawing and the table of that; `engines` empty leaves what is said of them."""
    rows = read(RESULTS)
    text = PAGE.read_text()
    text = _between(text, "table", table(rows))
    text = _between(text, "growth", growth(rows))
    if engines:
        text = _between(text, "engines", f"{engines} {rows[0]['machine']}.")
    PAGE.write_text(text)
    DRAWING.write_text(drawn([row for row in rows if row["name"].startswith(GROWTH)]))


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Every row that has a goal, measured or not."""
    found = {row["name"]: row for row in rows}
    lines = [
        "| row | Seuil | reference | ratio (lowest to highest) | n | goal | |",
        "|---|--:|--:|--:|--:|---|---|",
    ]
    for name, goal in GOALS.items():
        lines.append(_line(name, goal, found.get(name)))
    return "\n".join(lines)


def _line(name: str, goal: Goal, row: dict[str, Any] | None) -> str:
    if row is None:
        return f"| {name} | | | | | {goal.words} | not measured |"
    ratio = ""
    if row["ratio"] is not None:
        ratio = f"{_number(row['ratio'])} ({_number(row['spread'][0])} to {_number(row['spread'][1])})"
    reference = f"{_number(row['reference'])} {row['unit']}" if row["reference"] is not None else "–"
    cells = (name, f"{_number(row['value'])} {row['unit']}", reference, ratio, _number(row["n"]), goal.words)
    return f"| {' | '.join(cells)} | {goal.verdict(row)} |"


def growth(rows: Sequence[dict[str, Any]]) -> str:
    """Microseconds of CPU per event or command, at one, ten and a hundred times the load."""
    found = [row for row in rows if row["name"].startswith(GROWTH)]
    lines = ["| what grows | times | size | µs each | beside the smallest |", "|---|--:|--:|--:|--:|"]
    for row in found:
        _, what, times = row["name"].split("_", 2)
        lines.append(
            f"| {what.replace('-', ' ')} | ×{times} | {_number(row['n'])} | {_number(row['value'])} "
            f"| ×{_number(row['ratio'] or 1)} |"
        )
    return "\n".join(lines)


def _between(text: str, name: str, content: str) -> str:
    start, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    assert pattern.search(text), f"docs/performance.md has no place for {name}"
    return pattern.sub(lambda _: f"{start}\n{content}\n{end}", text)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
