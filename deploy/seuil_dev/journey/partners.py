"""A partner's software sends allocations; seven were wrong and never were."""

from seuil_dev.client import Partner, Refusal
from seuil_dev.demo.sending import Row, event
from seuil_dev.journey.story import Story, expect

PARTNERS = "/integration/api/v1/partners"
SOURCE = "urn:seuil:partner:parcours"
ALLOCATIONS, VOIDED, PUBLISHED = 40, 7, 2_951
HOUSEHOLD = "foyer-parcours"


def allocation(number: int, *, version: int = 1, void: bool = False) -> Row:
    """One of the partner's allocations."""
    fields = {
        "household_ref": f"{HOUSEHOLD}-{number}",
        "register": "sne",
        "scheme": "social_housing",
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": {"list": "si-siao/situationDemandes", "version": "2022-08", "code": "20"},
        "composition": "man_alone",
        "persons": 1,
        "lease_signed_on": f"2022-{number % 12 + 1:02d}-14",
    }
    return Row("allocation", f"bail-parcours-{number}", "2023-01-09", fields, version, void)


async def key(story: Story) -> str:
    """A partner is let in; a wrong key is not, nor is another's source."""
    wanted = {"partner_id": str(story.partner_id), "name": "Partenaire du parcours", "source": SOURCE}
    await story.coordinator.post(PARTNERS, wanted)
    made = await story.coordinator.post(f"{PARTNERS}/{story.partner_id}/keys")
    story.secrets.append(made["key"])
    story.partner = Partner(story.visitor, SOURCE, made["key"])
    wrong = Partner(story.visitor, SOURCE, made["key"][:-4] + "0000")
    expect("a wrong key", await _refused(wrong), (401, "invalid_key"))
    other = Partner(story.visitor, "urn:seuil:partner:autre", made["key"])
    expect("another's source", await _refused(other), (403, "source_not_yours"))
    return "clé montrée une fois ; une clé fausse : 401, la source d’un autre : 403"


async def events(story: Story) -> str:
    """One event in binary mode, the others in a batch; sent again, they change nothing."""
    told = await story.partner.one(event(allocation(0), SOURCE))
    expect("the answer to one event", told["status"], "accepted")
    rest = [event(allocation(number), SOURCE) for number in range(1, ALLOCATIONS)]
    expect("answers to the batch", set(await story.partner.batch(rest)), {"accepted"})
    expect("answers to the same batch", set(await story.partner.batch(rest)), {"duplicate"})
    wrong = event(allocation(ALLOCATIONS), SOURCE)
    wrong["data"]["lease_signed_on"] = "14/05/2022"
    expect("a date written otherwise", await story.partner.batch([wrong]), ["quarantined"])
    await story.topics.wait("integration.allocation_reported", ALLOCATIONS, void=False)
    await story.figures_say("allocations of 2022", lambda: homeless(story), ALLOCATIONS)
    return f"{ALLOCATIONS} attributions, seule puis en lot ; doublons ; une date mal écrite : quarantaine"


async def published(story: Story) -> str:
    """A published total stands beside ours, with its source, and is never added."""
    fields = {
        "table": "allocations_homeless",
        "vintage": "2023-05-01",
        "perimeter": "not_stated",
        "unit": "allocations",
        "cells": [{"dims": {"year": 2022}, "value": PUBLISHED}],
        "source_code": "urh_2023_05",
    }
    row = Row("figures", "publie-parcours", "2023-05-01", fields)
    expect("the answer", await story.partner.batch([event(row, SOURCE)]), ["accepted"])
    await story.partner.covers("allocation", "2022-01-01", "2022-12-31")
    await story.topics.wait("integration.coverage_declared", record_type="allocation")
    await story.figures_say("published beside ours", lambda: both(story), (ALLOCATIONS, PUBLISHED))
    return f"{ALLOCATIONS} calculées, {PUBLISHED} publiées à côté, avec source, édition et périmètre"


async def seven_voided(story: Story) -> str:
    """Seven of them were wrong: the figure falls by seven."""
    voids = [event(allocation(number, version=2, void=True), SOURCE) for number in range(VOIDED)]
    expect("answers", set(await story.partner.batch(voids)), {"accepted"})
    for told in await story.topics.wait("integration.allocation_reported", VOIDED, void=True):
        expect("revision of a void record", told.data["revision"], 2)
        expect("a void record says nothing more", "scheme" in told.data, False)
    await story.figures_say("allocations of 2022", lambda: both(story), (ALLOCATIONS - VOIDED, PUBLISHED))
    return (
        f"{VOIDED} retirées : {ALLOCATIONS} deviennent {ALLOCATIONS - VOIDED}, le chiffre publié ne bouge pas"
    )


async def homeless(story: Story) -> object:
    """Ours, for 2022."""
    return (await both(story))[0]


async def both(story: Story) -> tuple[object, object]:
    """Ours and the published one, for 2022."""
    rows = (await story.figure("allocations_homeless"))["rows"]
    found = [row for row in rows if row[0] == "2022"]
    return (found[0][1], found[0][4]) if found else (None, None)


async def _refused(partner: Partner) -> tuple[int, str]:
    try:
        await partner.one(event(allocation(0), partner.source))
    except Refusal as refusal:
        return refusal.status, refusal.code
    return 200, ""
