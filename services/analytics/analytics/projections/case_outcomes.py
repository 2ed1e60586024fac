"""What comes of an examined case: decisions and who was told, proposals, allocations up to the keys."""

from typing import Any

from sqlalchemy import text

from analytics.projections.case_rows import fold_reach, put, turn
from analytics.tables import CASE_ALLOCATION, DECISION, ORIENTATION
from contracts.cases import (
    AllocationCancelled,
    AllocationRecorded,
    CaseDecided,
    CommitteeDecided,
    HouseholdHoused,
    HouseholdInformed,
    LeaseSigned,
    OfferAnswered,
    OrientationAccepted,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
    ReferrerInformed,
)
from contracts.lists import CaseState, CommitteeOutcome, DecisionOutcome, InformedHow
from eventing.db import Tx, run
from eventing.subscription import Received
from webui.french import jour_paris

REPLACE = text(
    """
    DELETE FROM case_decision WHERE case_id = CAST(:case AS uuid) AND CAST(:event AS uuid) = ANY(events)
    RETURNING events, referrer_informed_on, household_informed_on
    """
)
PUT_DECISION = put(DECISION)
OUTCOME = text("UPDATE case_file SET outcome = CAST(:outcome AS text) WHERE case_id = CAST(:case AS uuid)")
PASS = text(
    """
    UPDATE case_passage SET state = 'decided'
    WHERE case_id = CAST(:case AS uuid) AND commission_id = CAST(:commission AS uuid)
    """
)
TURN_AGAIN = text(
    """
    UPDATE case_file SET state = CAST(:state AS text), ended_on = NULL
    WHERE case_id = CAST(:case AS uuid) AND state IN ('in_follow_up', 'admissible', 'closed')
    """
)
_TELL = """
    UPDATE case_decision SET {who} = LEAST({who}, CAST(:on AS date))
    WHERE case_id = CAST(:case AS uuid) AND CAST(:about AS uuid) = ANY(events)
"""
TELL_REFERRER = text(_TELL.format(who="referrer_informed_on"))
TELL_HOUSEHOLD = text(_TELL.format(who="household_informed_on"))
PUT_ORIENTATION = put(ORIENTATION)
_ORIENTATION = "WHERE orientation_id = CAST(:orientation AS uuid)"
ACCEPT = text(
    f"""
    UPDATE case_orientation SET state = 'pre_admitted', accepted_on = CAST(:on AS date),
           answered_on = COALESCE(answered_on, CAST(:on AS date)) {_ORIENTATION}
    """  # noqa: S608 - names of ours only, values are bound
)
REFUSE = text(
    f"""
    UPDATE case_orientation SET state = 'refused', ended_on = CAST(:on AS date),
           refused_by = CAST(:by AS text), reason_group = CAST(:reason AS text),
           answered_on = COALESCE(answered_on, CAST(:on AS date)) {_ORIENTATION}
    """  # noqa: S608 - names of ours only, values are bound
)
END = text(
    f"""
    UPDATE case_orientation SET state = 'ended', ended_on = CAST(:on AS date),
           end_cause = CAST(:cause AS text) {_ORIENTATION}
    """  # noqa: S608 - names of ours only, values are bound
)
COMMITTEE = text(
    f"""
    UPDATE case_orientation SET committee_outcome = CAST(:outcome AS text), committee_on = CAST(:on AS date),
           state = CASE WHEN CAST(:refused AS boolean) THEN 'refused' ELSE state END,
           ended_on = CASE WHEN CAST(:refused AS boolean) THEN CAST(:on AS date) ELSE ended_on END
    {_ORIENTATION}
    """  # noqa: S608 - names of ours only, values are bound
)
WHOLE = tuple(c.name for c in CASE_ALLOCATION.columns)
LATER = ("lease_signed_on", "entered_on", "offer_answer", "cancelled_on", "cancel_cause")
PUT_ALLOCATION = put(
    CASE_ALLOCATION, [name for name in WHOLE if name not in (*LATER, "allocation_id", "case_id")]
)
_ALLOCATION = "WHERE allocation_id = CAST(:allocation AS uuid)"
OFFER = text(f"UPDATE case_allocation SET offer_answer = CAST(:answer AS text) {_ALLOCATION}")  # noqa: S608 - names of ours only, values are bound
LEASE = text(f"UPDATE case_allocation SET lease_signed_on = CAST(:on AS date) {_ALLOCATION}")  # noqa: S608 - names of ours only, values are bound
ENTER = text(f"UPDATE case_allocation SET entered_on = CAST(:on AS date) {_ALLOCATION}")  # noqa: S608 - names of ours only, values are bound
CANCEL = text(
    f"""
    UPDATE case_allocation SET cancelled_on = CAST(:on AS date), cancel_cause = CAST(:cause AS text)
    {_ALLOCATION}
    """  # noqa: S608 - names of ours only, values are bound
)
NOBODY_TOLD = {"events": (), "referrer_informed_on": None, "household_informed_on": None}
BACK_TO_THE_QUEUE = (DecisionOutcome.REEXAMINE_ON,)


async def fold_decided(tx: Tx, event: Received[CaseDecided]) -> None:
    """The opinion of the panel; one that corrects another takes its place whole."""
    fact = event.fact
    before = await run(tx, REPLACE, case=fact.case_id, event=fact.corrects) if fact.corrects else []
    told: Any = before[0] if before else NOBODY_TOLD
    await run(
        tx,
        PUT_DECISION,
        decision_id=fact.decision_id,
        case_id=fact.case_id,
        commission_id=fact.commission_id,
        outcome=fact.outcome,
        decided_on=fact.decided_on,
        events=[*told["events"], event.id],
        referrer_informed_on=told["referrer_informed_on"],
        household_informed_on=told["household_informed_on"],
    )
    await run(tx, OUTCOME, case=fact.case_id, outcome=fact.outcome)
    later = fact.outcome in BACK_TO_THE_QUEUE
    state = CaseState.ADMISSIBLE if later else CaseState.IN_FOLLOW_UP
    if before:
        await run(tx, TURN_AGAIN, case=fact.case_id, state=state)
    else:
        await turn(tx, fact.case_id, state, fact.decided_on)
        await run(tx, PASS, case=fact.case_id, commission=fact.commission_id)
    await fold_reach(tx, fact.case_id)


async def fold_referrer_informed(tx: Tx, event: Received[ReferrerInformed]) -> None:
    """The first day on which the referrer read the decision."""
    fact = event.fact
    await run(tx, TELL_REFERRER, case=fact.case_id, about=fact.about, on=fact.informed_on)


async def fold_household_informed(tx: Tx, event: Received[HouseholdInformed]) -> None:
    """The first day on which the household was told; « could not reach » is not told."""
    fact = event.fact
    if fact.how is not InformedHow.COULD_NOT_REACH:
        await run(tx, TELL_HOUSEHOLD, case=fact.case_id, about=fact.about, on=fact.informed_on)


async def fold_proposed(tx: Tx, event: Received[OrientationProposed]) -> None:
    """A proposal is open."""
    fact = event.fact
    blank: dict[str, Any] = dict.fromkeys(column.name for column in ORIENTATION.columns)
    said = {name: getattr(fact, name) for name in ("orientation_id", "case_id", "scheme", "organisation_id")}
    row = blank | said | {"state": "proposed", "proposed_on": jour_paris(event.time)}
    await run(tx, PUT_ORIENTATION, **row)
    await fold_reach(tx, fact.case_id)


async def fold_accepted(tx: Tx, event: Received[OrientationAccepted]) -> None:
    """Pre-admitted: an answer, not an allocation."""
    await run(tx, ACCEPT, orientation=event.fact.orientation_id, on=event.fact.answered_on)


async def fold_refused(tx: Tx, event: Received[OrientationRefused]) -> None:
    """Refused, by the provider or the household."""
    fact = event.fact
    values = {"on": fact.answered_on, "by": fact.by, "reason": fact.reason_group}
    await run(tx, REFUSE, orientation=fact.orientation_id, **values)


async def fold_ended(tx: Tx, event: Received[OrientationEnded]) -> None:
    """Ended without a refusal."""
    fact = event.fact
    await run(tx, END, orientation=fact.orientation_id, on=jour_paris(event.time), cause=fact.cause)


async def fold_committee(tx: Tx, event: Received[CommitteeDecided]) -> None:
    """Outcome a to e; d and e end the proposal."""
    fact = event.fact
    refused = fact.committee_outcome in (CommitteeOutcome.D, CommitteeOutcome.E)
    values = {"outcome": fact.committee_outcome, "on": fact.decided_on, "refused": refused}
    await run(tx, COMMITTEE, orientation=fact.orientation_id, **values)


async def fold_allocation(tx: Tx, event: Received[AllocationRecorded]) -> None:
    """An allocation in force; said again as a correction, it keeps its lease and its entry."""
    fact = event.fact
    row = {name: None if name in LATER else getattr(fact, name) for name in WHOLE}
    await run(tx, PUT_ALLOCATION, **row)
    if fact.corrects is None:
        await turn(tx, fact.case_id, CaseState.PLACED, fact.decided_on)
    await fold_reach(tx, fact.case_id)


async def fold_offer(tx: Tx, event: Received[OfferAnswered]) -> None:
    """What the household answered."""
    await run(tx, OFFER, allocation=event.fact.allocation_id, answer=event.fact.answer)


async def fold_lease(tx: Tx, event: Received[LeaseSigned]) -> None:
    """The date that the national register counts."""
    await run(tx, LEASE, allocation=event.fact.allocation_id, on=event.fact.signed_on)


async def fold_housed(tx: Tx, event: Received[HouseholdHoused]) -> None:
    """The keys."""
    fact = event.fact
    await run(tx, ENTER, allocation=fact.allocation_id, on=fact.entered_on)
    await turn(tx, fact.case_id, CaseState.HOUSED, fact.entered_on)
    await fold_reach(tx, fact.case_id)


async def fold_cancelled(tx: Tx, event: Received[AllocationCancelled]) -> None:
    """Never effective after all: it leaves every period it was counted in."""
    fact = event.fact
    await run(tx, CANCEL, allocation=fact.allocation_id, on=fact.cancelled_on, cause=fact.cause)
    await turn(tx, fact.case_id, CaseState.IN_FOLLOW_UP, fact.cancelled_on)
    await fold_reach(tx, fact.case_id)
