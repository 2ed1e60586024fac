"""The load of a trial: people and partners who ask real things over HTTP, and write down the answers.

`python -m tests.chaos.load --site site.json --rate 600` loads until a signal, then waits for last answers.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tests.chaos.ledger import FOLDER, Ledger
from tests.chaos.load_cases import Sittings
from tests.chaos.load_doors import Doors, Person
from tests.chaos.load_partner import Software
from tests.chaos.load_registration import Desk
from tests.chaos.site import Site

COORDINATOR = "coordination@seuil.example"
PARTNERS = "/integration/api/v1/partners"
SOFTWARES = 4
PATIENCE = 90.0
"""After the stop, how long the last answers are waited for."""
FIRST_COMMISSIONS = 3


@dataclass
class Load:
    """Everybody who asks something. `rate`: partner events a second; `acts`: acts of people a second."""

    site: Site
    rate: float = 200.0
    acts: float = 4.0
    counts: dict[str, int] = field(default_factory=dict)
    misdeeds: dict[str, int] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> dict[str, int]:
        """Loads until `stop`; how many operations there were of each kind and answer."""
        before = len(list((self.site.folder / FOLDER).glob("registration-*.jsonl")))
        draw = Random(f"{self.site.seed} {before}")  # noqa: S311 - a seeded draw, no secret
        doors = Doors(self.site, Random(draw.random()))  # noqa: S311 - a seeded draw, no secret
        ledgers: list[Ledger] = []

        def ledger(name: str) -> Ledger:
            ledgers.append(Ledger(self.site.folder, f"{name}-{before}"))
            return ledgers[-1]

        try:
            coordinator = await Person(doors, COORDINATOR).sign_in()
            desk = Desk(doors, ledger("registration"), coordinator, Random(draw.random()))  # noqa: S311 - a seeded draw, no secret
            for _ in range(FIRST_COMMISSIONS):
                await desk.plan()
            await desk.remember()
            sittings = Sittings(doors, ledger("cases"), coordinator, Random(draw.random()))  # noqa: S311 - a seeded draw, no secret
            await sittings.enter()
            softwares = [
                await _software(doors, coordinator, ledger(f"partner-{n}"), n, Random(draw.random()))  # noqa: S311 - a seeded draw, no secret
                for n in range(SOFTWARES)
            ]
            (self.site.folder / "load.ready").touch()
            workers = [asyncio.create_task(each.run(self.rate / SOFTWARES, stop)) for each in softwares]
            workers.append(asyncio.create_task(desk.run(self.acts, stop)))
            workers.append(asyncio.create_task(sittings.run(self.acts, stop)))
            await stop.wait()
            doors.end = time.monotonic() + PATIENCE
            await asyncio.gather(*workers)
        finally:
            await doors.close()
            for each in ledgers:
                each.close()
                for name, count in each.counts.items():
                    self.counts[name] = self.counts.get(name, 0) + count
        for each_software in softwares:
            for name, count in each_software.misdeeds.items():
                self.misdeeds[name] = self.misdeeds.get(name, 0) + count
        return self.counts


async def _software(doors: Doors, coordinator: Person, ledger: Ledger, n: int, draw: Random) -> Software:
    """A partner with a door, a key, no limits, and an address for webhooks."""
    partner_id = str(UUID(int=draw.getrandbits(128), version=4))
    source = f"urn:seuil:partner:{partner_id}"
    unlimited = {"events_per_second": None, "burst": 500, "backfill_per_second": None}
    asked = {"partner_id": partner_id, "name": f"Logiciel {n}", "source": source, "limits": unlimited}
    await _good(coordinator, "POST", PARTNERS, asked)
    made = await _good(coordinator, "POST", f"{PARTNERS}/{partner_id}/keys", None)
    trial = await _good(coordinator, "POST", f"{PARTNERS}/{partner_id}/keys?test=true", None)
    mode = "ok" if n % 2 else "refuse-4"
    for name, key in ((partner_id, made["key"]), (f"{partner_id}-essai", trial["key"])):
        told = {"url": f"{doors.site.sink.rstrip('/')}/hook/{name}/{mode}", "types": []}
        bearer = {"authorization": f"Bearer {key}"}
        await doors.ask("integration", "PUT", "/integration/api/v1/webhook", content=told, headers=bearer)
    return Software(doors, ledger, f"p{n}", source, made["key"], trial["key"], draw)


async def _good(person: Person, method: str, path: str, content: Any) -> Any:
    said = await person.ask("integration", method, path, content)
    if not said.good:
        raise RuntimeError(f"{method} {path}: {said.status} {said.content}")
    return said.content


async def _until_signal(site: Site, rate: float, acts: float, seconds: float | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if seconds is not None:
        loop.call_later(seconds, stop.set)
    load = Load(site, rate, acts)
    counts = await load.run(stop)
    told = {"operations": counts, "misdeeds": load.misdeeds}
    (site.folder / "load.json").write_text(json.dumps(told, indent=1))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--acts", type=float, default=4.0)
    parser.add_argument("--seconds", type=float)
    chosen = parser.parse_args()
    asyncio.run(_until_signal(Site.load(chosen.site), chosen.rate, chosen.acts, chosen.seconds))
