"""A household is erased, and a search of every store finds it nowhere (contracts 2, D6 and D10).

It comes in by the partner's door, becomes a case, is told in five services, then two persons erase it. The
search reads every row of the five databases, every record of every topic, the logs and the mails.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest

from seuil_dev.catalogue import SERVICES
from tests.stack.city import SOURCE, City, event, new_id
from tests.stack.test_secrecy import said_on_topics

NAMES = ("Grimonprez", "Apolline", "1987-04-09", "0698765432", "059987654321098765")
"""Words of the household: they stand nowhere in clear, before or after."""
REF, RECORD = "menage-a-effacer-4711", "dossier-a-effacer-4711"
"""The partner's own references: kept by integration alone, gone afterwards."""
KEEPS_IDS = {
    *(("cases", name) for name in ("erased", "erasure_request", "access_log")),
    *(("integration", name) for name in ("erased", "feed", "erasure_notice")),
    ("notifications", "memory_erased_case"),
    *(("analytics", name) for name in ("erased_id", "erased_cut")),
}
"""Tables that remember the random ids so that nothing about them comes back, or until a partner was told."""
FACTS = {"outbox", "event_log", "stream", "stream_pos", "inbox"}
"""Coarse facts until they age out, readable by the services alone (D7)."""


def eventually(found: Callable[[], Any], why: str, seconds: float = 40) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(why)


def rows_of(city: City, service: str) -> dict[str, str]:
    """Every row of every table of a service, as text, by table; read as the owner of the database."""
    known = json.loads(next(city.stack.data.glob("postgres/**/roles.json")).read_text())
    port = city.stack.run["ports"]["postgres"]
    url = f"postgresql://{service}_owner:{known[f'{service}_owner']}@127.0.0.1:{port}/{service}"

    async def read() -> dict[str, str]:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            found = {}
            for (table,) in tables:
                rows = await connection.fetch(f'SELECT to_jsonb(t)::text AS row FROM "{table}" AS t')  # noqa: S608 - its own list
                found[table] = "\n".join(row["row"] for row in rows)
            return found
        finally:
            await connection.close()

    return asyncio.run(read())


def stores(city: City) -> dict[tuple[str, str], str]:
    """Every table of the five databases."""
    return {(service, table): text for service in SERVICES for table, text in rows_of(city, service).items()}


def holding(found: dict[tuple[str, str], str], word: str) -> set[tuple[str, str]]:
    """Where a word stands, also where bytes are written as hexadecimal digits."""
    shapes = (word.lower(), word.encode().hex())
    return {place for place, text in found.items() if any(shape in text.lower() for shape in shapes)}


def a_case(city: City) -> str:
    """A partner's case of a household: the key it is sent with."""
    source = f"{SOURCE}-maraudes"
    partner_id = new_id()
    city.coordinator.post(
        "/integration/api/v1/partners",
        {
            "partner_id": partner_id,
            "name": "Logiciel des maraudes",
            "source": source,
            "scopes": ["case", "erasure", "request"],
        },
    )
    key = str(city.coordinator.post(f"/integration/api/v1/partners/{partner_id}/keys")["key"])
    case = event(
        "case",
        RECORD,
        household_ref=REF,
        persons=[
            {
                "given_name": NAMES[1],
                "family_name": NAMES[0],
                "birth_date": NAMES[2],
                "phone": NAMES[3],
                "is_adult": True,
            }
        ],
        numbers=[{"kind": "nur", "value": NAMES[4]}],
        referrer_email="referente@seuil.example",
    )
    request = event("request", "demande-a-effacer", household_ref=REF)
    answer = city.send({**case, "source": source}, {**request, "source": source}, key=key)
    assert {one["status"] for one in answer.json()} == {"accepted"}, answer.text
    return key


@pytest.mark.timeout(240)
def test_no_store_holds_anything_of_an_erased_household(city: City) -> None:
    key = a_case(city)

    def waiting() -> str | None:
        found = re.search(r'"household_id": "([0-9a-f-]{36})"', rows_of(city, "cases")["case_file"])
        return found[1] if found else None

    household = str(eventually(waiting, "the partner's file never became a case"))
    before = stores(city)
    case_id = re.findall(r'"case_id": "([0-9a-f-]{36})"', before["cases", "case_file"])[0]
    assert {service for service, _ in holding(before, household)} >= {"cases", "integration"}
    eventually(
        lambda: holding({k: v for k, v in stores(city).items() if k[0] == "analytics"}, household),
        "the figures never heard of the household",
    )
    assert holding(before, REF), "the partner's reference is nowhere: there is nothing to prove"
    for word in NAMES:
        assert holding(before, word) == set(), f"{word} is in clear"

    erasure = event("erasure", "effacement-4711", household_ref=REF)
    answer = city.send({**erasure, "source": f"{SOURCE}-maraudes"}, key=key)
    assert answer.json()[0]["status"] == "accepted", answer.text
    page = "/cases/donnees"
    eventually(lambda: household in city.coordinator.page(page).text, "nothing asks for the erasure")
    proposed = city.coordinator.form(f"{page}/proposer", menage=household, motif="request")
    assert proposed.status_code == 303, proposed.text
    done = city.people["data_officer"].form(f"{page}/effacer", menage=household)
    assert done.status_code == 303, done.text

    def left() -> dict[str, set[tuple[str, str]]]:
        found = {place: text for place, text in stores(city).items() if place[1] not in FACTS}
        words = {word: holding(found, word) - KEEPS_IDS for word in (household, case_id, REF, RECORD, *NAMES)}
        return {word: places for word, places in words.items() if places}

    def told() -> bool:
        answer = httpx2.post(
            f"{city.url}/integration/api/v1/erasures/{household}/ack",
            headers={"authorization": f"Bearer {key}"},
            timeout=30,
        )
        return answer.status_code < 300

    eventually(told, "the partner was not told")
    eventually(lambda: not left(), "still there")
    assert left() == {}
    everything = stores(city)
    for word in (REF, RECORD, *NAMES):
        assert holding(everything, word) == set(), word
    topics = "\n".join(said_on_topics(city))
    assert "household_erased" in topics
    mails = json.dumps(city.visitor.client.get("/dev/mail/api/messages").json(), ensure_ascii=False)
    for word in (REF, RECORD, *NAMES):
        assert word.lower() not in topics.lower(), word
        assert word.lower() not in city.log().lower(), word
        assert word.lower() not in mails.lower(), word
    assert city.people["referrer"].page(f"/cases/dossiers/{case_id}").status_code == 404
