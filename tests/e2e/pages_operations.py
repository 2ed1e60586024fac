"""Pages of operations: how each service works, what failed in notifications and what was done about it."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contracts.envelope import Envelope
from contracts.registration import RegistrationLapsed
from contracts.topics import REGISTRATION, SERVICES
from eventing.broker import Outgoing
from eventing.kafka import KafkaBroker
from eventing.runtime import real_runtime
from seuil_dev.engine import wait_until
from tests.e2e.page import Page, opened, press
from tests.stack.city import City

HOME = "/notifications/exploitation"
PAGES = [
    *[Page(f"operations, {service}", f"/{service}/exploitation", "operator") for service in SERVICES],
    *[
        Page(f"operations, {service}, coordinator", f"/{service}/exploitation", "coordinator", 403)
        for service in SERVICES
    ],
    Page("failed, a group", "{group}", "operator", act=opened),
    Page("failed, a group set aside", "{aside}", "operator"),
    Page("failed, nothing chosen", "{group}", "operator", 200, press("Rejouer", raison="\u00a0")),
    Page("failed, an event", "{failed_event}", "operator"),
    Page("failed, bytes", "{bytes}", "operator"),
    Page("failed, an act", "{act}", "operator"),
    Page("failed, a replay that failed again", "{replay}", "operator"),
    Page("failed, an event that is gone", f"{HOME}/evenements/999999999", "operator", 404),
]


async def _publish(bootstrap: str) -> None:
    """Bytes that nobody can read, and a fact that breaks its contract, with one behind it."""
    runtime, stream = real_runtime(), str(uuid4())
    now = datetime.now(UTC)

    def said(seq: int, payload: bytes) -> Outgoing:
        envelope = Envelope(
            id=runtime.new_event_id(),
            type=RegistrationLapsed.TYPE,
            source="/seuil/registration",
            time=now,
            key=stream,
            seq=seq,
            actor="system",
        )
        return Outgoing(REGISTRATION, stream, payload, envelope.to_headers(), now)

    garbage = [Outgoing(REGISTRATION, "garbage", b"\xff\x00", [("ce_id", b"?")], now) for _ in range(2)]
    producer = await KafkaBroker(bootstrap).producer()
    await producer.publish([*garbage, said(1, b'{"commission_id": 5}'), said(2, b"{}")])
    await producer.close()


def places(city: City) -> dict[str, str]:
    operator = city.people["operator"]
    with ThreadPoolExecutor(1) as beside_the_browser:
        kafka = f"127.0.0.1:{city.stack.run['ports']['kafka']}"
        beside_the_browser.submit(asyncio.run, _publish(kafka)).result()

    def groups() -> list[str]:
        return re.findall(rf'href="({HOME}/groupes/[0-9a-f]+)"', operator.page(HOME).text)

    assert wait_until(lambda: len(set(groups())) == 2, 30, every=0.2), operator.page(HOME).text
    known: dict[str, Any] = {}
    for group in set(groups()):
        text = operator.page(group).text
        numbers = re.findall(r'name="evenement" value="(\d+)"', text)
        known["bytes" if "illisible" in text else "broken"] = (group, numbers)
    group, numbers = known["broken"]
    aside, undecodable = known["bytes"]
    answer = operator.form(
        f"{HOME}/actes", action="archive", evenement=undecodable[0], raison="Vu avec l’éditeur du logiciel"
    )
    assert answer.status_code == 303, answer.text
    again = operator.form(
        f"{HOME}/actes",
        action="replay",
        groupe=group.rsplit("/", 1)[-1],
        portee="tout",
        raison="Pour voir",
    )
    replay = again.headers["location"]
    assert wait_until(lambda: "terminé" in operator.page(replay).text, 20, every=0.2), "worked off by itself"
    return {
        "replay": replay,
        "group": group,
        "aside": f"{aside}?mis_de_cote=oui",
        "failed_event": f"{HOME}/evenements/{numbers[0]}",
        "bytes": f"{HOME}/evenements/{undecodable[1]}",
        "act": answer.headers["location"],
    }
