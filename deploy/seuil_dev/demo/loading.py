"""Everything the demonstration holds, put in by the public doors; twice changes nothing."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.lists import SituationGroup
from seuil_dev.client import Browser, Failed, Partner, Refusal, Session, eventually, sign_in, together
from seuil_dev.demo import situations
from seuil_dev.demo.commissions import HELD, NEXT_STEPS, load_held, load_next
from seuil_dev.demo.demand import FIRST_DAY
from seuil_dev.demo.people import load_people
from seuil_dev.demo.progress import Progress
from seuil_dev.demo.published import figures
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.sending import Row, send
from seuil_dev.demo.stage import Stage
from seuil_dev.demo.territory import PARTNER, SOURCE, organisations
from seuil_dev.demo.year_2022 import COVERED, HOMELESS_OR_SHELTERED, LAST_DAY, year
from seuil_dev.engine import write_private
from seuil_dev.settings import COORDINATOR

PARTNERS = "/integration/api/v1/partners"
FIGURES = "/analytics/api/v1/figures"
ORGANISATIONS = "/registration/api/v1/organisations"
COUNTED_SECONDS = 240.0
NO_LIMIT = {"events_per_second": None, "burst": 500, "backfill_per_second": None}


class Memory:
    """What the demonstration remembers in the data folder: its partner's key, and whether all is loaded."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def told(self) -> dict[str, Any]:
        """What is remembered; nothing before the first start."""
        try:
            read = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def tell(self, **values: Any) -> None:
        """Remember more."""
        write_private(self._path, json.dumps(self.told | values))


async def load(url: str, memory: Memory, share: int = 1) -> None:
    """Load everything at `url`. Failed, in words, when anything is refused or miscounted."""
    memory.tell(share=share)
    browser = Browser(url)
    try:
        coordinator = await sign_in(browser, COORDINATOR)
        await _territory(coordinator)
        await _commissions(coordinator, url)
        await _situations(coordinator, url, memory)
        partner = await _partner(coordinator, memory)
        counted = await _year(partner, share)
        await _counted(coordinator, counted, share)
    finally:
        await browser.close()
    memory.tell(loaded=True)


async def _territory(coordinator: Session) -> None:
    progress = Progress("Organismes", len(organisations()))
    for organisation in organisations():
        asked = {
            "organisation_id": str(organisation.organisation_id),
            "name": organisation.name,
            "kind": organisation.kind,
            "commune": organisation.commune,
        }
        await coordinator.post(ORGANISATIONS, asked)
        progress.advance()
    await load_people(coordinator)
    progress.end()


async def _commissions(coordinator: Session, url: str) -> None:
    progress = Progress("Commissions", sum(held.steps for held in HELD) + NEXT_STEPS)
    visitor, today = Browser(url), datetime.now(UTC).date()
    try:
        await load_next(coordinator, visitor, today, progress.advance)
        await together(*(load_held(coordinator, held, progress.advance) for held in HELD))
    finally:
        await visitor.close()
    progress.end()


async def _situations(coordinator: Session, url: str, memory: Memory) -> None:
    """Twelve households and two sittings, once for a folder: what was done is told as it is."""
    acted = set(memory.told.get("acted", []))
    if memory.told.get("played"):
        return
    progress = Progress("Situations", situations.STEPS)
    stage = Stage(
        url=url,
        today=situations.civil_today(),
        coordinator=coordinator,
        done=progress.advance,
        acted=acted,
        remember=lambda name: memory.tell(acted=sorted(acted)),
    )
    await situations.play(stage)
    memory.tell(played=True)
    progress.end()


async def _partner(coordinator: Session, memory: Memory) -> Partner:
    """The partner, its limit lifted, its references linked, and a key: the one remembered while it works."""
    partner_id = str(identifier("partner"))
    wanted = {"partner_id": partner_id, "name": PARTNER, "source": SOURCE, "limits": NO_LIMIT}
    await coordinator.post(PARTNERS, wanted)
    for organisation in organisations():
        link = {
            "organisation_ref": organisation.ref,
            "organisation_id": str(organisation.organisation_id),
        }
        await coordinator.post(f"{PARTNERS}/{partner_id}/organisations", link)
    if key := memory.told.get("key"):
        partner = Partner(coordinator.browser, SOURCE, key)
        try:
            await partner.covers(COVERED[0], FIRST_DAY.isoformat(), LAST_DAY.isoformat())
        except Refusal as refusal:
            if refusal.status != 401:
                raise
        else:
            return partner
    for held in await coordinator.get(f"{PARTNERS}/{partner_id}/keys"):
        if held["valid"]:
            await coordinator.delete(f"{PARTNERS}/{partner_id}/keys/{held['key_id']}")
    made = await coordinator.post(f"{PARTNERS}/{partner_id}/keys")
    memory.tell(key=made["key"])
    return Partner(coordinator.browser, SOURCE, made["key"])


async def _year(partner: Partner, share: int) -> dict[str, int]:
    """Send the year; how many requests and homeless allocations of 2022 there must be in the figures."""
    counted = {"requests": 0, "homeless": 0}

    def counting(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            counted["requests"] += row.record == "request"
            counted["homeless"] += _is_homeless(row)
            yield row

    for part in await asyncio.to_thread(year, share):
        progress = Progress(part.title, part.count)
        await send(partner, counting(part.rows()), progress.advance)
        progress.end()
    await send(partner, figures(), lambda count: None)
    for record in COVERED:
        await partner.covers(record, FIRST_DAY.isoformat(), LAST_DAY.isoformat())
    return counted


def _is_homeless(row: Row) -> bool:
    """By the definition of the figure, applied to what is sent and not to how it was made."""
    sheltered = (
        SituationGroup.STREET,
        SituationGroup.NIGHT_SHELTER_OR_WINTER,
        SituationGroup.EMERGENCY_SHELTER,
        SituationGroup.SHELTER,
        SituationGroup.HOTEL,
    )
    return (
        row.record == "allocation"
        and row.fields["scheme"] == "social_housing"
        and row.fields["lease_signed_on"].startswith("2022")
        and row.fields["situation_at_request"] in sheltered
    )


async def _counted(coordinator: Session, counted: dict[str, int], share: int) -> None:
    """Wait until every figure has all of it, and check the one that matters."""
    if counted["homeless"] != round(HOMELESS_OR_SHELTERED / share):
        raise Failed(f"the invention has {counted['homeless']} allocations of the published figure")
    progress = Progress("Chiffres", counted["requests"])
    seen = 0

    async def all_there() -> bool | None:
        nonlocal seen
        total = (await coordinator.get(f"{FIGURES}/requests", annee=2022))["total"]
        now = sum(total[1:]) if total else 0
        progress.advance(now - seen)
        seen = now
        ours = await homeless(coordinator)
        return True if (now, ours) == (counted["requests"], counted["homeless"]) else None

    try:
        await eventually(all_there, COUNTED_SECONDS, every=1.0)
    except TimeoutError:
        ours = await homeless(coordinator)
        raise Failed(f"the figures show {seen} requests and {ours} allocations, not {counted}") from None
    progress.end()


async def homeless(somebody: Session, year_of: int = 2022) -> int:
    """The figure beside the published one."""
    rows = (await somebody.get(f"{FIGURES}/allocations_homeless"))["rows"]
    found = [row[1] for row in rows if row[0] == str(year_of)]
    return int(found[0]) if found and isinstance(found[0], int) else 0
