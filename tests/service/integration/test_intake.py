"""Every answer of the partner's contract, on a real database."""

from typing import Any

from contracts.integration import AllocationReported
from tests.service.integration.door import EVENTS, SOURCE, Door


def allocation(ref: str = "a-1", version: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "record_ref": ref,
        "record_version": version,
        "household_ref": "menage-1",
        "register": "sne",
        "scheme": "social_housing",
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": {"list": "si-siao/situationDemandes", "version": "2022-08", "code": "35"},
        "composition": "man_alone",
        "persons": 1,
        "lease_signed_on": "2022-05-14",
    } | fields


async def test_an_allocation_sent_in_binary_mode_is_said_after_it_is_kept(door: Door) -> None:
    answer = await door.client.post(
        EVENTS,
        json=allocation(),
        headers=door.authorised()
        | {
            "ce-specversion": "1.0",
            "ce-id": "a-1/1",
            "ce-type": "seuil.partner.allocation.v1",
            "ce-source": SOURCE,
            "ce-time": "2022-05-20T10:00:00+02:00",
            "content-type": "application/json",
        },
    )
    assert answer.status_code == 202, answer.text
    [fact] = await door.facts()
    assert isinstance(fact, AllocationReported)
    assert answer.json() == {"status": "accepted", "seuil_id": str(fact.allocation_id)}
    assert (fact.revision, fact.void, fact.situation_at_request) == (1, False, "hotel")
    assert fact.key == str(fact.household_id)
    [row] = await door.rows("SELECT * FROM outbox")
    assert row["actor"] == f"partner:{door.partner_id}"
    await door.world.settle()
    assert sum(len(log) for log in door.broker.log.values()) == 1
