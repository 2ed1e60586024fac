"""What was asked of the system and what it answered, kept outside it: files that only grow, synced to disk.

Each operation has a line before it is sent and one after it is answered. `says` are marks of the facts that
must follow: `type|id|mark`, found again in the topics by the checker. An operation without a second line was
never answered: it may have been done or not, but everywhere the same.
"""

import itertools
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TextIO

FOLDER = "ledger"
Answer = Literal["ok", "info", "fail"]


@dataclass
class Op:
    """One operation. `answer` stays `info` until it is known; `never` are marks that nothing may ever say."""

    n: int
    kind: str
    key: str
    id: str
    answer: Answer = "info"
    says: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    why: str = ""


class Ledger:
    """One file of one writer."""

    def __init__(self, folder: Path, writer: str) -> None:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        self._file: TextIO = (folder / FOLDER / f"{writer}.jsonl").open("a", encoding="utf-8")
        self._numbers = itertools.count(1)
        self.counts: dict[str, int] = {}

    def begin(self, kind: str, *asked: tuple[str, str], says: Sequence[str] = ()) -> list[Op]:
        """Writes down operations about to be sent, (key, id) each; one sync for all of them."""
        ops = [Op(next(self._numbers), kind, key, id_, says=list(says)) for key, id_ in asked]
        self._write({"op": op.n, "kind": op.kind, "key": op.key, "id": op.id, "says": op.says} for op in ops)
        return ops

    def end(self, ops: Iterable[Op]) -> None:
        """Writes down what they were answered."""
        lines: list[dict[str, Any]] = []
        for op in ops:
            self.counts[f"{op.kind} {op.answer}"] = self.counts.get(f"{op.kind} {op.answer}", 0) + 1
            line: dict[str, Any] = {"op": op.n, "answer": op.answer, "says": op.says}
            line |= {name: value for name, value in (("never", op.never), ("why", op.why)) if value}
            line |= {name: value for name, value in (("never", op.never), ("why", op.why)) if value}
            lines.append(line)
        self._write(lines)

    def _write(self, lines: Iterable[dict[str, Any]]) -> None:
        self._file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        self._file.flush()
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def lines(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(writer, line) of every file, in the order written; a last line cut by a crash is left out."""
    for file in sorted((folder / FOLDER).glob("*.jsonl")):
        with file.open(encoding="utf-8") as text:
            for line in text:
                if line.endswith("\n"):
                    yield file.stem, json.loads(line)
