"""end_to_end: from the second an event is due over HTTP to its row in analytics seen by another connection.

Two hundred a second in open loop, the five services as processes. At the same rate, under that same load,
bare records go through the same broker. An event is seen no sooner than answered.
"""

import asyncio
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench.measure import Figure, Say, Size, figure
from bench.reference.end_to_end import Bare
from bench.requests import Line, open_loop
from bench.services import Process, five_processes
from bench.stage import Stage
from eventing.db import Database
from eventing.kafka import create_topics
from eventing.runtime import real_runtime
from integration.commands.partners import PartnerTerms, add_partner, give_key
from integration.domain.limits import Rates
from integration.domain.partners import SCOPES

NAMES = ("end_to_end_p50", "end_to_end_p99")
RATE, SECONDS, LINES = 200, 6, 24
LOOK_SECONDS = 0.004
PATH, SOURCE, RAW = "/integration/api/v1/events", "urn:seuil:partner:banc", "bench.raw.v1"
SEEN = "SELECT record_id FROM fact_allocation WHERE record_id = ANY($1::uuid[])"


def begin(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Starts the processes, then measures."""
    with five_processes(stage) as processes:
        return asyncio.run(measure(stage, processes, size, say))


async def measure(stage: Stage, processes: dict[str, Process], size: Size, say: Say) -> list[Figure]:
    """Rounds of six seconds; the first one warms."""
    count = size.of(RATE * SECONDS, 100)
    key = await _partner(processes["integration"])
    await create_topics(stage.bootstrap, {RAW: (1, {})})
    lines = asyncio.Queue[Line]()
    for _ in range(LINES):
        lines.put_nowait(await Line.open(processes["integration"].port))
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    async with Bare(stage.bootstrap, RAW) as reference:
        for number in range(size.rounds + 1):
            story = Story(processes["analytics"].database.app_url, key, lines, number)
            beside = reference.start(RATE, count)
            latencies = await story.told(count)
            raw = await beside
            if number:
                ours.append(latencies)
                bare.append(raw)
                both = (1000 * median(latencies), 1000 * median(raw))
                say(f"  end_to_end {number}/{size.rounds}: p50 {both[0]:.1f} beside {both[1]:.1f} ms")
    while not lines.empty():
        lines.get_nowait().close()
    return [
        figure(
            "end_to_end_p50", "ms", count, *([1000 * median(each) for each in side] for side in (ours, bare))
        ),
        figure(
            "end_to_end_p99", "ms", count, *([1000 * _p99(each) for each in side] for side in (ours, bare))
        ),
    ]


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


async def _partner(integration: Process) -> str:
    database = Database(integration.database.app_url, real_runtime())
    await database.open()
    async with database.transaction("system") as tx:
        partner = uuid4()
        terms = PartnerTerms("Partenaire du banc", sorted(SCOPES), Rates(None, 500, None))
        await add_partner(tx, partner, SOURCE, terms)
        shown = await give_key(tx, partner)
    await database.close()
    return shown.key


class Story:
    """One round: what is sent, and since when each record is waited for."""

    def __init__(self, url: str, key: str, lines: "asyncio.Queue[Line]", number: int) -> None:
        self._url, self._lines, self._number = url, lines, number
        self._headers = {"authorization": f"Bearer {key}", "ce-specversion": "1.0", "ce-source": SOURCE}
        self._waited: dict[UUID, float] = {}
        self._latencies: list[float] = []

    async def told(self, count: int) -> list[float]:
        """Seconds of each, once all are seen."""
        connection = await asyncpg.connect(self._url)
        looking = asyncio.create_task(self._look(connection, count))
        await open_loop(RATE, count, self._send)
        await asyncio.wait_for(looking, 60)
        await connection.close()
        return self._latencies

    async def _send(self, number: int, due: float) -> None:
        line = await self._lines.get()
        try:
            answer = await line.post(PATH, self._event(number), _allocation(self._number, number))
        finally:
            self._lines.put_nowait(line)
        self._waited[UUID(answer["seuil_id"])] = due

    def _event(self, number: int) -> dict[str, str]:
        said = {"id": f"{self._number}-{number}", "type": "seuil.partner.allocation.v1"}
        return self._headers | {f"ce-{name}": value for name, value in said.items()} | TIME

    async def _look(self, connection: Any, count: int) -> None:
        loop = asyncio.get_running_loop()
        while len(self._latencies) < count:
            asked = list(self._waited)
            if asked:
                found = await connection.fetch(SEEN, asked)
                now = perf_counter()
                self._latencies += [now - self._waited.pop(UUID(str(row["record_id"]))) for row in found]
            pause = loop.create_future()
            loop.call_later(LOOK_SECONDS, pause.set_result, None)
            await pause


TIME = {"ce-time": "2026-11-02T09:00:00+01:00"}


def _allocation(story: int, number: int) -> dict[str, Any]:
    return {
        "record_ref": f"bail-{story}-{number}",
        "record_version": 1,
        "household_ref": f"foyer-{story}-{number}",
        "register": "sne",
        "scheme": "social_housing",
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": {"list": "si-siao/situationDemandes", "version": "2022-08", "code": "20"},
        "composition": "man_alone",
        "persons": 1,
        "lease_signed_on": "2022-03-14",
    }
