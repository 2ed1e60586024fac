"""What a trial says: its seed and faults before, its counts and its verdict after; and when it has
failed.
"""

import inspect
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.drain import Drained
from tests.chaos.ledger import FOLDER
from tests.chaos.schedule import LASTING, Step
from tests.chaos.site import Site

OPERATIONS_A_SECOND = 2.0
"""A trial that did fewer operations than this, on average, proves little and says so by failing."""
LEAST_OF_A_KIND = 1
COUNTED = ("lost", "duplicated", "misordered")


@dataclass
class Done:
    """Faults done, not run and failed."""

    faults: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """Faults that could not be done although the machine allows them."""

    def lacking(self, kinds: Sequence[str]) -> list[str]:
        """Kinds done fewer times than they must be."""
        return [k for k in kinds if self.faults[k] < LEAST_OF_A_KIND and k not in self.refused]


def announce(seed: int, steps: Sequence[Step], say: Callable[[str], None]) -> None:
    """The seed and the whole schedule."""
    say(f"Graine {seed} ; {len(steps)} fautes prévues :")
    for step in steps:
        say(f"  {step}")


class Progress:
    """How many operations the load has had an answer for, read from its ledger as it grows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self.operations = 0

    def look(self) -> int:
        """Operations answered until now."""
        for file in (self._folder / FOLDER).glob("*.jsonl"):
            with file.open("rb") as text:
                text.seek(self._read.get(file, 0))
                found = text.read()
            whole = found.rfind(b"\n") + 1
            self._read[file] = self._read.get(file, 0) + whole
            self.operations += found[:whole].count(b'"answer":')
        return self.operations


def told_by_load(folder: Path) -> dict[str, Any]:
    """What the load said at its end; empty when it did not get there."""
    try:
        told: dict[str, Any] = json.loads((folder / "load.json").read_text())
    except (OSError, ValueError):
        return {}
    return told


async def judged(site: Site, thaw: Callable[[], Awaitable[None]]) -> Any:
    """The verdict of the checker. `thaw`: starts the services that were down while their stores were read."""
    from tests.chaos.checker import check

    verdict = check(site, before_doors=thaw)
    return await verdict if inspect.isawaitable(verdict) else verdict


def count(value: Any) -> int:
    """A count, whether it is told as a number, as counts by name or as the things counted."""
    if isinstance(value, Mapping):
        return sum(value.values())
    return value if isinstance(value, int) else len(value)


@dataclass
class Trialled:
    """All that is known of a trial at its end."""

    site: Site
    done: Done
    drained: Drained
    verdict: Any
    least_operations: float
    kinds: Sequence[str] = tuple(LASTING)

    def tell(self, say: Callable[[str], None]) -> int:
        """Says everything; the exit code."""
        self._tell_faults(say)
        self._tell_counts(say)
        found = self.failures()
        for failure in found:
            say(f"ÉCHEC : {failure}")
        if found:
            for line in self.verdict.evidence:
                say(f"  {line}")
            say(f"Preuves gardées : {self.site.folder}")
        return 1 if found else 0

    def _tell_faults(self, say: Callable[[str], None]) -> None:
        say(f"Graine {self.site.seed}. Fautes faites :")
        for kind in self.kinds:
            why = self.done.refused.get(kind)
            say(f"  {kind:<22}{self.done.faults[kind]:>8}{f'  non exécuté : {why}' if why else ''}")
        for kind, number in sorted(told_by_load(self.site.folder).get("misdeeds", {}).items()):
            say(f"  {'partenaires.' + kind:<22}{number:>8}")

    def _tell_counts(self, say: Callable[[str], None]) -> None:
        moving = f" ; bouge encore : {self.drained.moving}" if self.drained.moving else ""
        say(f"Vidange : {self.drained.seconds:.1f} s{moving}")
        for title, counts in (("Opérations", self.verdict.operations), ("Événements", self.verdict.events)):
            say(f"{title} : {count(counts)}")
            for kind, number in sorted(counts.items()):
                say(f"  {kind:<40}{number:>9}")
        say(f"Mails : {_counts(self.verdict.mails)}")
        say(f"Webhooks : {_counts(self.verdict.webhooks)}")
        say(", ".join(f"{name} {getattr(self.verdict, name)}" for name in COUNTED))

    def failures(self) -> list[str]:
        """Why this trial proves nothing, or proves the contrary."""
        verdict, done = self.verdict, self.done
        found = [f"{name} : {getattr(verdict, name)}" for name in COUNTED if getattr(verdict, name)]
        if self.drained.moving:
            found.append(f"tout n’est pas arrivé : {self.drained.moving}")
        if lacking := done.lacking(self.kinds):
            found.append(f"fautes jamais faites : {', '.join(lacking)}")
        if done.broken:
            found.append(f"fautes qui n’ont pas pu être faites : {'; '.join(done.broken[:10])}")
        if count(verdict.operations) < self.least_operations:
            found.append(f"{count(verdict.operations)} opérations, il en fallait {self.least_operations:.0f}")
        if verdict.evidence and not found:
            found.append("le contrôle a trouvé des différences")
        return found


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "aucun"
