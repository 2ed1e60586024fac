"""What is remembered of cases: their household and organisation, and who was asked to take them."""

from contracts.cases import (
    CaseRestated,
    CaseSubmitted,
    CaseTransferred,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
)
from eventing.db import Tx, run
from eventing.subscription import Handlers, Received
from integration.store import memory


async def submitted(tx: Tx, event: Received[CaseSubmitted]) -> None:
    """A case has a household and an organisation."""
    fact = event.fact
    await run(
        tx,
        memory.SUBMITTED,
        case_id=fact.case_id,
        household_id=fact.household_id,
        organisation_id=fact.organisation_id,
    )


async def restated(tx: Tx, event: Received[CaseRestated]) -> None:
    """A case whose first facts may be gone still has its household."""
    fact = event.fact
    await run(
        tx, memory.SUBMITTED, case_id=fact.case_id, household_id=fact.household_id, organisation_id=None
    )


async def transferred(tx: Tx, event: Received[CaseTransferred]) -> None:
    """A case is another organisation's; the former one may see it for a while."""
    fact = event.fact
    await run(
        tx,
        memory.TRANSFERRED,
        case_id=fact.case_id,
        organisation_id=fact.organisation_id,
        until=fact.former_until,
    )


async def proposed(tx: Tx, event: Received[OrientationProposed]) -> None:
    """An organisation is asked."""
    fact = event.fact
    await run(
        tx,
        memory.PROPOSED,
        orientation_id=fact.orientation_id,
        case_id=fact.case_id,
        organisation_id=fact.organisation_id,
    )


async def ended(tx: Tx, event: Received[OrientationEnded | OrientationRefused]) -> None:
    """It is not asked any more."""
    await run(tx, memory.ENDED, orientation_id=event.fact.orientation_id, at=event.time)


MEMORY: Handlers = {
    CaseSubmitted: submitted,
    CaseRestated: restated,
    CaseTransferred: transferred,
    OrientationProposed: proposed,
    OrientationEnded: ended,
    OrientationRefused: ended,
}
