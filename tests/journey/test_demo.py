"""The demonstration as a person starts it: loaded once, the same if loaded again, there at the next start."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from seuil_dev.client import Browser, sign_in
from seuil_dev.demo.commissions import MARCH, NEXT, OCTOBER
from seuil_dev.demo.loading import Memory, homeless, load
from seuil_dev.demo.people import READY
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.year_2022 import HOMELESS_OR_SHELTERED
from seuil_dev.engine import wait_until
from seuil_dev.settings import COORDINATOR, MEMORY
from tests.engines.stack import nothing_left

ROOT = Path(__file__).resolve().parents[2]
SHARE = 50
SECONDS = 240.0
NUMBERS = ("allocations_homeless", "published", "requests", "calls", "encounters", "supply", "commissions")
PANEL = ("funnel", "sittings", "orientations", "decision_outcomes", "decisions_told")


@contextmanager
def demonstration(data: Path) -> Iterator[tuple[str, str]]:
    """`seuil demo` on a folder, ready: its address and what it said; ended by Ctrl-C."""
    said = data.parent / f"{data.name}.said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "seuil_dev", "demo"],
            cwd=ROOT,
            env={**os.environ, "PORT": "0", "SEUIL_DATA": str(data), "SEUIL_DEMO_SHARE": str(SHARE)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ready() -> bool:
        lines = said.read_text().splitlines()
        return process.poll() is not None or sum(line.startswith("Seuil: http") for line in lines) == 2

    try:
        wait_until(ready, SECONDS)
        assert process.poll() is None, said.read_text()
        lines = said.read_text().splitlines()
        assert lines[-1].startswith("Seuil: http"), said.read_text()
        yield lines[-1].removeprefix("Seuil: "), said.read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, said.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert nothing_left(data, 10)


async def seen(url: str) -> dict[str, Any]:
    """Everything that a second loading could change, as its coordinator sees it."""
    browser = Browser(url)
    try:
        coordinator = await sign_in(browser, COORDINATOR)
        found: dict[str, Any] = {
            name: (await coordinator.get(f"/analytics/api/v1/figures/{name}"))["rows"]
            for name in (*NUMBERS, *PANEL)
        }
        for which in (MARCH.commission_id, OCTOBER.commission_id, NEXT):
            path = f"/registration/api/v1/commissions/{which}"
            found[str(which)] = await coordinator.get(path)
            found[f"{which}/registrations"] = await coordinator.get(f"{path}/registrations", everyone=True)
        partner = await coordinator.get(f"/integration/api/v1/partners/{identifier('partner')}")
        found["accepted"] = partner["counts"]["accepted"]
        found["accounts"] = await coordinator.get("/registration/api/v1/accounts")
        for account in found["accounts"]:
            del account["sessions"]
        found["ours"] = await homeless(coordinator)
        mails = await browser.mails()
        found["mails"] = sorted(mail.subject for mail in mails if not mail.speaks_of("connexion"))
        return found
    finally:
        await browser.close()


@pytest.mark.journey
@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_it_loads_once_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with demonstration(data) as (url, said):
        first = asyncio.run(seen(url))
        home = httpx2.get(f"{url}/").text
        public = httpx2.get(f"{url}/registration/api/v1/commissions?past=true").json()
        asyncio.run(load(url, Memory(data / MEMORY), SHARE))
        again = asyncio.run(seen(url))
    assert "données de démonstration" in home.lower()
    assert again == first

    march, october, coming = (first[str(i)] for i in (MARCH.commission_id, OCTOBER.commission_id, NEXT))
    assert (march["day"], march["capacity"], march["state"]) == ("2023-03-14", 80, "held")
    assert march["held"] == {
        "held_on": "2023-03-14", "registered": 84, "present": 81, "represented": 1, "walk_ins": 2,
    }  # fmt: skip
    assert len(march["workshops"]) == 3
    assert (october["day"], october["state"], october["held"]["registered"]) == ("2023-10-10", "held", 67)
    assert (coming["state"], coming["left"], coming["waiting"], coming["accepts"]) == (
        "published",
        0,
        3,
        True,
    )
    assert {each["commission_id"] for each in public} == {
        str(MARCH.commission_id),
        str(OCTOBER.commission_id),
    }

    assert first["ours"] == round(HOMELESS_OR_SHELTERED / SHARE)
    [row] = [row for row in first["allocations_homeless"] if row[0] == "2022"]
    assert row[4] == HOMELESS_OR_SHELTERED
    assert "mai 2023" in row[5]
    assert "Périmètre non indiqué" in row[5]

    assert [row[1] for row in first["funnel"]] == [12, 10, 9, 5, 3, 1]
    assert {tuple(row[1:6]) for row in first["sittings"]} == {
        (6, 5, 4, 1, 1),
        (5, 5, 5, 0, 0),
        (2, 0, 0, 0, 0),
    }
    assert sum(row[4] for row in first["orientations"]) == 3, "refusals"

    written_to = " ".join(line["email"] for line in first[f"{MARCH.commission_id}/registrations"])
    assert written_to.count("@") == 86
    assert all(address.endswith(".example") for address in written_to.split())
    assert len([m for m in first["mails"] if "confirmée" in m]) == 40, "only the one to come writes"
    for person in READY:
        assert person.email in said
    assert "/registration/lien/sign_in." in said

    with demonstration(data) as (url, said):
        assert "déjà là" in said
        assert asyncio.run(seen(url)) == first


def test_what_is_remembered_is_private_and_survives_nonsense(tmp_path: Path) -> None:
    memory = Memory(tmp_path / MEMORY)
    assert memory.told == {}
    memory.tell(key="sk", share=2)
    memory.tell(loaded=True)
    assert memory.told == {"key": "sk", "share": 2, "loaded": True}
    assert (tmp_path / MEMORY).stat().st_mode & 0o777 == 0o600
    (tmp_path / MEMORY).write_text(json.dumps([1]))
    assert memory.told == {}
