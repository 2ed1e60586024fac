"""The judge: what the ledger, the topics, the journals and the applied rows say together.

`lost`: an event that must be somewhere and is not. `duplicated`: one that was applied twice, or said twice.
`misordered`: one applied, or written, before another that it follows. Everything else that must hold and does
not is a line of evidence too; a verdict without evidence is a good one.
"""

import argparse
import asyncio
import importlib
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from contracts.topics import TOPICS
from tests.chaos.checker_doors import check_doors
from tests.chaos.checker_fold import check_folds
from tests.chaos.checker_gather import EXACT, Evidence, gather
from tests.chaos.checker_rules import KNOWN, PREPARE, RULES, Rule
from tests.chaos.site import Site

SHOWN = 5
"""How many cases of one difference are shown."""
FILE = "evidence.sqlite"
AGAIN = "again, same Message-ID"


@dataclass
class Verdict:
    """What was found. Mails and webhooks are counted apart: they leave at least once."""

    lost: int = 0
    duplicated: int = 0
    misordered: int = 0
    mails: dict[str, int] = field(default_factory=dict)
    webhooks: dict[str, int] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    operations: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, in order, and nothing else that should not be."""
        return not (self.lost or self.duplicated or self.misordered or self.evidence)

    def __str__(self) -> str:
        counts = f"lost {self.lost}, duplicated {self.duplicated}, misordered {self.misordered}"
        return "\n".join([counts, f"mails {self.mails}", f"webhooks {self.webhooks}", *self.evidence])


def judge(found: Evidence) -> Verdict:
    """What the gathered evidence says."""
    found.db.executescript(KNOWN)
    found.db.executemany("INSERT INTO exact VALUES (?)", [(name,) for name in EXACT])
    found.db.executemany(
        "INSERT INTO topic VALUES (?, ?, ?)",
        [(each.name, int(each.sequenced), int(each.journalled)) for each in TOPICS.values()],
    )
    found.db.executescript(PREPARE)
    verdict = Verdict()
    for rule in RULES:
        _apply(found, rule, verdict)
    _unsaid(found, verdict)
    _count(found, verdict)
    return verdict


def _apply(found: Evidence, rule: Rule, verdict: Verdict) -> None:
    cursor = found.db.execute(rule.query)
    shown = cursor.fetchmany(SHOWN)
    if not shown:
        return
    count = len(shown)
    while more := cursor.fetchmany(10_000):
        count += len(more)
    if rule.counted:
        setattr(verdict, rule.counted, getattr(verdict, rule.counted) + count)
    cases = "; ".join(" ".join(str(part) for part in case) for case in shown)
    verdict.evidence.append(f"{rule.name} {rule.words}: {count} ({cases}{'; …' if count > SHOWN else ''})")


def _unsaid(found: Evidence, verdict: Verdict) -> None:
    """I2: a fact that only an operation can say, and none did. Those whose fate is unknown may have."""
    unsaid = found.rows(
        "SELECT f.mark, f.n FROM found f WHERE f.exact "
        "AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.mark = f.mark) "
        "AND NOT EXISTS (SELECT 1 FROM said s WHERE s.mark = f.mark)"
    )
    [[unknown]] = found.rows("SELECT COUNT(*) FROM op WHERE answer = 'info'")
    if len(unsaid) > unknown:
        cases = "; ".join(mark for mark, _ in unsaid[:SHOWN])
        verdict.evidence.append(f"I2 in the topics, asked by nobody: {len(unsaid)} ({cases})")


def _count(found: Evidence, verdict: Verdict) -> None:
    number: Callable[[str], int] = lambda query: int(found.rows(query)[0][0] or 0)  # noqa: E731 - one expression, named where it is used
    verdict.operations = {
        f"{kind} {answer}": n
        for kind, answer, n in found.rows("SELECT kind, answer, COUNT(*) FROM op GROUP BY kind, answer")
    }
    verdict.events = {
        "records": number("SELECT COUNT(*) FROM record"),
        "events": number("SELECT COUNT(*) FROM fact"),
        "journal": number("SELECT COUNT(*) FROM journal"),
        "applied": number("SELECT COUNT(*) FROM applied"),
        "injected": number("SELECT COUNT(*) FROM injected"),
        "again in the topics": number("SELECT COUNT(event) - COUNT(DISTINCT event) FROM record"),
        "versioned facts folded again": number(
            "SELECT SUM(n - 1) FROM times JOIN topic ON topic.name = topic WHERE NOT sequenced"
        ),
    }  # fmt: skip
    verdict.mails = {
        "meant": number("SELECT COUNT(*) FROM intent"),
        "arrived": number("SELECT COUNT(DISTINCT message) FROM mail"),
        AGAIN: number("SELECT COUNT(*) - COUNT(DISTINCT message) FROM mail"),
        "dropped": number("SELECT COUNT(*) FROM intent WHERE state = 'dropped'"),
    }
    verdict.webhooks = {
        "meant": number("SELECT COUNT(*) FROM feed"),
        "arrived": number("SELECT COUNT(DISTINCT partner || item) FROM hook WHERE taken"),
        "refused by the sink": number("SELECT COUNT(*) FROM hook WHERE NOT taken"),
        "again, same webhook-id": number(
            "SELECT COUNT(*) - COUNT(DISTINCT partner || item) FROM hook WHERE taken"
        ),
    }


async def check(
    site: Site, windows: int | None = None, *, before_doors: Callable[[], Awaitable[None]] | None = None
) -> Verdict:
    """Gathers what a healed and drained trial left, and judges it. The evidence stays in its folder.

    `windows`: how many times something was killed or cut while a mail may have been on its way; no more mails
    than that may have arrived again. `before_doors`: brings the services back, once their stores are
    read, to be asked the same at their doors.
    """
    found = Evidence(site.folder / FILE)
    try:
        await gather(site, found)
        verdict = judge(found)
        again = verdict.mails[AGAIN]
        if windows is not None and again > windows:
            verdict.evidence.append(f"I6 {again} mails arrived again, with {windows} occasions to")
        for service, url in site.admin_databases.items():
            projections = importlib.import_module(f"{service}.subscriptions")
            named = getattr(projections, "PROJECTIONS", ())
            verdict.evidence += await check_folds(url, site.bootstrap, service, named)
        if before_doors is not None:
            await before_doors()
        verdict.evidence += await check_doors(site, found)
        return verdict
    finally:
        found.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    verdict = asyncio.run(check(Site.load(parser.parse_args().site)))
    told = json.dumps(asdict(verdict) | {"evidence": len(verdict.evidence)}, indent=1)
    sys.stdout.write(f"{verdict}\n{told}\n")
    sys.exit(0 if verdict.good else 1)
