"""Integration, killed at its door and around its webhooks: taken once, told in order under one id."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from contracts.envelope import Envelope
from contracts.topics import INTAKE, TOPICS
from eventing.db import Database
from eventing.runtime import real_runtime
from integration.commands.partners import PartnerTerms, add_partner, give_key
from integration.domain.partners import SCOPES
from tests.crash.points import POSTED_TWICE, WEBHOOK, each_twice
from tests.crash.stage import PLAY_SECONDS, Case, Stage, Theatre
from tests.service.integration.door import API, INTAKE_KEYS, KEYS, NO_LIMIT, PARTNER_KEYS, SOURCE, STORE_KEY
from tests.service.integration.records import example

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(PLAY_SECONDS)]
HEARD = [name for name, topic in TOPICS.items() if {"integration"} & {*topic.readers, topic.owner}]
RECENT = {"lease_signed_on": "2026-05-14"}
QUIET = """
    SELECT NOT EXISTS (SELECT FROM outbox)
       AND (SELECT position FROM webhook) = (SELECT position FROM feed_head)
       AND (SELECT position FROM feed_head) = $1
"""


class Partner:
    """The software of a partner: its key, and the ids of the webhooks it got, in order."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.key = ""
        got = self.got

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                got.append(self.headers["webhook-id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library imposes
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/seuil"

    def authorised(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}


@asynccontextmanager
async def partner(given: dict[str, Any]) -> AsyncIterator[Partner]:
    made = Partner()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    given["settings"] = {
        "seuil_token_keys": {KEYS.kid: KEYS.public},
        "seuil_intake_public_key": INTAKE_KEYS.public,
        "seuil_store_key": STORE_KEY,
        "seuil_partner_token_private_key": PARTNER_KEYS.private,
    }
    database = Database(given["database"], real_runtime())
    await database.open()
    async with database.transaction() as tx:
        partner_id = tx.new_id()
        await add_partner(tx, partner_id, SOURCE, PartnerTerms("CMAO 115", list(SCOPES), NO_LIMIT))
        made.key = (await give_key(tx, partner_id)).key
    await database.close()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()


async def story(stage: Stage) -> None:
    """A partner asks for webhooks; in each of two acts it sends two cases, and a page of its history."""
    software: Partner = stage.beside
    await stage.ask("PUT", f"{API}/webhook", json={"url": software.url, "types": ["case.received"]},
                    headers=software.authorised())  # fmt: skip
    cases = 0
    for act in (1, 2):
        for n in (1, 2):
            cases += 1
            ref = f"{act}-{n}"
            await send(stage, f"case-{ref}", [event(stage, "case", ref, household_ref=f"menage-{ref}")])
        page = [event(stage, "allocation", f"{act}-{n}", "backfill", **RECENT) for n in range(5)]
        await send(stage, f"page-{act}", page)
        await stage.until(QUIET, cases)
    await check(stage, cases, 10)


def event(stage: Stage, record: str, ref: str, mode: str = "", **fields: Any) -> dict[str, Any]:
    """One event of the partner, always under the same id."""
    said = {
        "specversion": "1.0",
        "id": f"{record}-{ref}",
        "type": f"seuil.partner.{record}.v1",
        "source": SOURCE,
        "time": "2026-11-02T09:00:00Z",
        "data": example(record, ref=ref, **fields),
    }
    return said | ({"seuilmode": mode} if mode else {})


async def send(stage: Stage, name: str, events: list[dict[str, Any]]) -> None:
    kind = {"content-type": "application/cloudevents-batch+json"}
    answer = await stage.ask("POST", f"{API}/events", json=events, headers=kind | stage.beside.authorised())
    assert answer.status_code == 202, f"{name}: {answer.text}"


async def check(stage: Stage, cases: int, allocations: int) -> None:
    feed = [str(row["item_id"]) for row in await stage.rows.fetch("SELECT * FROM feed ORDER BY position")]
    got: list[str] = stage.beside.got
    assert list(dict.fromkeys(got)) == feed, f"{stage.case}: each item of the feed, in its order"
    twice = {each: n for each, n in Counter(got).items() if n > 1}
    most = 1 if stage.case.point in POSTED_TWICE else 0
    assert sum(n - 1 for n in twice.values()) <= most, f"{stage.case}: {twice}"
    said = Counter(row["type"].split(".")[2] for row in await stage.rows.fetch("SELECT type FROM event_log"))
    assert said == {"case_received": cases, "allocation_reported": allocations}, stage.case
    sealed = [str(Envelope.from_headers(record.headers).id) for record in await stage.log_of(INTAKE)]
    assert len(set(sealed)) == cases, f"{stage.case}: each file is sealed for cases once"


THEATRE = Theatre("integration", "integration", HEARD, story, beside=partner)


@pytest.mark.parametrize("case", each_twice(WEBHOOK), ids=str)
def test_what_a_partner_sends_and_hears_is_once(case: Case, played: Callable[[Case], None]) -> None:
    played(case)
