"""How far it is: a bar that moves in a terminal, a line now and then anywhere else."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 28
LINE_EVERY = 5.0
DRAW_EVERY = 0.1


class Progress:
    """Counts what is done of `total`; the seconds left are those that the pace so far leaves."""

    def __init__(
        self,
        title: str,
        total: int,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._total = max(total, 1)
        self._out = out or sys.stdout
        self._clock = clock
        self._terminal = self._out.isatty()
        self._began = clock()
        self._shown = self._began
        self.done = 0

    def advance(self, count: int = 1) -> None:
        """`count` more are done."""
        self.done += count
        every = DRAW_EVERY if self._terminal else LINE_EVERY
        if self._clock() - self._shown >= every:
            self._shown = self._clock()
            self._write(self.line())

    def end(self) -> None:
        """The last line, with the time it took."""
        seconds = self._clock() - self._began
        text = f"{self._title} : {self.done} en {seconds:.0f} s"
        self._write(text.ljust(len(self.line())) if self._terminal else text)
        if self._terminal:
            self._print("\n")

    def line(self) -> str:
        """Done, total, seconds left."""
        share = min(self.done / self._total, 1.0)
        seconds = self._clock() - self._began
        left = f"{seconds / share - seconds:.0f} s" if share > 0 else "…"
        filled = round(share * WIDTH)
        bar = f"[{'█' * filled}{'·' * (WIDTH - filled)}] " if self._terminal else ""
        return f"{self._title} {bar}{self.done}/{self._total}, encore {left}"

    def _write(self, text: str) -> None:
        self._print(f"\r{text}\x1b[K" if self._terminal else f"{text}\n")

    def _print(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):
            return  # whoever read it has gone; the work goes on
