"""`make bench [ROWS=relay,policy]`: runs rows one after the other, writes results.json and the page.

A row that cannot run says so and does not stop the others; rows that were not run keep their figures.
"""

import argparse
import asyncio
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType

from bench import page
from bench.measure import Figure, Size, Timer
from bench.stage import Stage, stage

MODULES = ("write_path", "write_hot", "relay", "policy", "rebuild", "end_to_end", "peer", "start", "growth")
ALONE = ("start",)
"""Rows that start engines of their own."""


def say(line: str) -> None:
    """One line of progress."""
    print(line, flush=True)


def figures_of(name: str, size: Size, found: Callable[[Stage], None]) -> list[Figure]:
    """One module's rows, on engines of their own."""
    module = import_module(f"bench.{name}")
    if name in ALONE:
        alone: list[Figure] = module.begin(size, say)
        return alone
    with ExitStack() as stack:
        engines = stack.enter_context(stage())
        found(engines)
        return _on_stage(module, engines, size)


def _on_stage(module: ModuleType, engines: Stage, size: Size) -> list[Figure]:
    if hasattr(module, "begin"):
        made: list[Figure] = module.begin(engines, size, say)
    else:
        made = asyncio.run(module.measure(engines, size, say))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Runs what was asked for; 1 when a row could not."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("rows", nargs="?", default="", help="names of rows, with commas; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the full sizes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=page.RESULTS, help="where figures are kept")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # engines are stopped, folders removed
    wanted = {name for name in asked.rows.split(",") if name}
    size, failed = Size(asked.scale, asked.rounds), []
    engines: list[str] = []

    def note(running: Stage) -> None:
        if not engines:
            engines.append(asyncio.run(running.durability()))
            say(engines[0])

    for name in MODULES:
        rows = import_module(f"bench.{name}").NAMES
        if wanted and not wanted & {name, *rows}:
            continue
        say(f"{name}…")
        try:
            with Timer() as timer:
                made = figures_of(name, size, note)
        except Exception:  # noqa: BLE001 - a row that breaks is told, and the others run
            traceback.print_exc()
            failed.append(name)
            continue
        page.keep(asked.results, made)
        for each in made:
            say(f"{page.line_of(each)}  ({timer.seconds:.0f} s)")
    if asked.results == page.RESULTS and asked.scale == 1:
        page.write(engines[0] if engines else "")
    if failed:
        say(f"bench: {', '.join(failed)} could not be measured")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
