"""Folds what cases says: each case with the days of its steps, passages, decisions, proposals, allocations.

A fact without a business day takes the civil day (Paris) on which it was recorded.
"""

from typing import Any

from sqlalchemy import text

from analytics.projections import case_outcomes, case_sittings
from analytics.projections.case_rows import fold_reach, put, turn
from analytics.projections.erasure import fold_household_erased, of_case
from analytics.tables import CASE_FILE, CASE_STEP, CASE_TABLES, FACTS, ORIENTATION, PASSAGE
from contracts.cases import (
    AgendaPublished,
    AllocationCancelled,
    AllocationRecorded,
    AppealDecided,
    CaseAdjourned,
    CaseAdmitted,
    CaseCancelled,
    CaseClosed,
    CaseCompleted,
    CaseDecided,
    CaseExamined,
    CasePostponed,
    CaseReactivated,
    CaseRejected,
    CaseRestated,
    CaseScheduled,
    CaseSubmitted,
    CaseTransferred,
    CommitteeDecided,
    CompletionRequested,
    HouseholdErased,
    HouseholdHoused,
    HouseholdInformed,
    LeaseSigned,
    MinutesApproved,
    OfferAnswered,
    OrientationAccepted,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
    ReferrerInformed,
    SenioritySet,
    SittingClosed,
    SittingOpened,
)
from contracts.lists import CaseState
from contracts.topics import CASES
from eventing.db import Tx, run
from eventing.subscription import Handler, Projection, Received
from webui.french import jour_paris

OPEN_AGAIN = text(
    """
    UPDATE case_file SET ended_on = NULL, state_on = CAST(:on AS date),
           state = CASE WHEN state = 'closed' THEN 'in_follow_up' ELSE 'submitted' END
    WHERE case_id = CAST(:case AS uuid)
    """
)
UPHELD = text(
    """
    UPDATE case_file SET ended_on = NULL, state = 'submitted', state_on = CAST(:on AS date)
    WHERE case_id = CAST(:case AS uuid) AND state = 'rejected'
    """
)
AGE = text("UPDATE case_file SET seniority_from = CAST(:since AS date) WHERE case_id = CAST(:case AS uuid)")
HAND_OVER = text(
    "UPDATE case_file SET organisation_id = CAST(:to AS uuid) WHERE case_id = CAST(:case AS uuid)"
)
KNOWN = text("SELECT 1 AS one FROM case_file WHERE case_id = CAST(:case AS uuid)")
PUT_CASE = put(CASE_FILE)
PUT_FIRST_STEP = put(CASE_STEP, ())
PUT_PASSAGE = put(PASSAGE)
PUT_ORIENTATION = put(ORIENTATION)
LEAVE_AGENDA = text(
    """
    UPDATE case_passage SET state = CAST(:state AS text)
    WHERE case_id = CAST(:case AS uuid) AND commission_id = CAST(:commission AS uuid)
    """
)
EXAMINE = text(
    """
    UPDATE case_passage SET state = 'examined', examined_on = CAST(:on AS date)
    WHERE case_id = CAST(:case AS uuid) AND commission_id = CAST(:commission AS uuid)
    """
)
REACHED = {CaseState.EXAMINED: 1, CaseState.IN_FOLLOW_UP: 2, CaseState.PLACED: 4, CaseState.HOUSED: 5}


async def fold_submitted(tx: Tx, event: Received[CaseSubmitted]) -> None:
    """A case is known from its first transmission on."""
    await _put_case(tx, event.fact.case_id, event.fact.household_id, event.fact, CaseState.SUBMITTED)


async def _put_case(tx: Tx, case: Any, household: Any, said: Any, state: CaseState) -> None:
    await run(
        tx,
        PUT_CASE,
        case_id=case,
        household_id=household,
        territory=said.territory,
        organisation_id=said.organisation_id,
        composition=said.composition,
        persons=said.adults + said.minors,
        situation_group=said.situation_group,
        question=said.question,
        submitted_on=said.submitted_on,
        seniority_from=getattr(said, "seniority_from", None),
        state=state,
        state_on=said.submitted_on,
        ended_on=None,
        reached=REACHED.get(state, 0),
        outcome=None,
        cut=False,
    )
    await run(tx, PUT_FIRST_STEP, case_id=case, step="submitted", day=said.submitted_on)


async def fold_restated(tx: Tx, event: Received[CaseRestated]) -> None:
    """A case of which the first facts are gone; one that is known already stays as folded."""
    fact = event.fact
    if await run(tx, KNOWN, case=fact.case_id):
        return
    await _put_case(tx, fact.case_id, fact.household_id, fact.facts, fact.state)
    for one in fact.facts.orientations:
        blank = dict.fromkeys(c.name for c in ORIENTATION.columns)
        await run(
            tx,
            PUT_ORIENTATION,
            **blank
            | {
                "orientation_id": one.orientation_id,
                "case_id": fact.case_id,
                "scheme": one.scheme,
                "organisation_id": one.organisation_id,
                "state": "pre_admitted" if one.accepted else "proposed",
                "proposed_on": fact.as_of,
            },
        )


def _moved(state: CaseState, ends: str = "") -> Handler:
    """Into a state that the fact alone gives; `ends` names the field of the day on which it ends the case."""

    async def fold(tx: Tx, event: Received[Any]) -> None:
        day = getattr(event.fact, ends) if ends else jour_paris(event.time)
        await turn(tx, event.fact.case_id, state, day, ended=bool(ends))

    return fold


async def fold_rejected(tx: Tx, event: Received[CaseRejected]) -> None:
    """Not admissible: ended, unless an appeal is upheld."""
    await turn(tx, event.fact.case_id, CaseState.REJECTED, jour_paris(event.time), ended=True)


async def fold_admitted(tx: Tx, event: Received[CaseAdmitted]) -> None:
    """May be put on an agenda."""
    day = jour_paris(event.time)
    await turn(tx, event.fact.case_id, CaseState.ADMISSIBLE, day)
    await run(tx, PUT_FIRST_STEP, case_id=event.fact.case_id, step="admitted", day=day)


async def fold_appeal(tx: Tx, event: Received[AppealDecided]) -> None:
    """A rejected case goes on when its appeal is upheld."""
    if event.fact.upheld:
        await run(tx, UPHELD, case=event.fact.case_id, on=event.fact.decided_on)


async def fold_seniority(tx: Tx, event: Received[SenioritySet]) -> None:
    """The date that ranks."""
    await run(tx, AGE, case=event.fact.case_id, since=event.fact.seniority_from)


async def fold_transferred(tx: Tx, event: Received[CaseTransferred]) -> None:
    """Another organisation follows the case: its figures go with it."""
    await run(tx, HAND_OVER, case=event.fact.case_id, to=event.fact.organisation_id)


async def fold_reactivated(tx: Tx, event: Received[CaseReactivated]) -> None:
    """A case that had ended goes on."""
    await run(tx, OPEN_AGAIN, case=event.fact.case_id, on=event.fact.reactivated_on)


async def fold_scheduled(tx: Tx, event: Received[CaseScheduled]) -> None:
    """On an agenda: a passage begins."""
    fact, day = event.fact, jour_paris(event.time)
    await turn(tx, fact.case_id, CaseState.SCHEDULED, day)
    await run(tx, PUT_FIRST_STEP, case_id=fact.case_id, step="scheduled", day=day)
    passage = {"case_id": fact.case_id, "commission_id": fact.commission_id}
    await run(tx, PUT_PASSAGE, **passage, state="scheduled", scheduled_on=day, examined_on=None)


async def fold_postponed(tx: Tx, event: Received[CasePostponed]) -> None:
    """Off the agenda, back among those to schedule."""
    fact = event.fact
    await turn(tx, fact.case_id, CaseState.ADMISSIBLE, jour_paris(event.time))
    await run(tx, LEAVE_AGENDA, case=fact.case_id, commission=fact.commission_id, state="postponed")


async def fold_examined(tx: Tx, event: Received[CaseExamined]) -> None:
    """One passage before the panel."""
    fact, day = event.fact, jour_paris(event.time)
    await turn(tx, fact.case_id, CaseState.EXAMINED, day)
    await run(tx, PUT_FIRST_STEP, case_id=fact.case_id, step="examined", day=day)
    await run(tx, EXAMINE, case=fact.case_id, commission=fact.commission_id, on=day)
    await fold_reach(tx, fact.case_id)


async def fold_adjourned(tx: Tx, event: Received[CaseAdjourned]) -> None:
    """Examined, and back to the queue."""
    fact = event.fact
    await turn(tx, fact.case_id, CaseState.ADMISSIBLE, jour_paris(event.time))
    await run(tx, LEAVE_AGENDA, case=fact.case_id, commission=fact.commission_id, state="adjourned")


OF_CASES: dict[type[Any], Handler] = {
    CaseSubmitted: fold_submitted,
    CaseRestated: fold_restated,
    SenioritySet: fold_seniority,
    CompletionRequested: _moved(CaseState.INCOMPLETE),
    CaseCompleted: _moved(CaseState.SUBMITTED),
    CaseRejected: fold_rejected,
    CaseAdmitted: fold_admitted,
    CaseScheduled: fold_scheduled,
    CasePostponed: fold_postponed,
    CaseExamined: fold_examined,
    CaseAdjourned: fold_adjourned,
    CaseDecided: case_outcomes.fold_decided,
    ReferrerInformed: case_outcomes.fold_referrer_informed,
    HouseholdInformed: case_outcomes.fold_household_informed,
    OrientationProposed: case_outcomes.fold_proposed,
    OrientationAccepted: case_outcomes.fold_accepted,
    OrientationRefused: case_outcomes.fold_refused,
    OrientationEnded: case_outcomes.fold_ended,
    CommitteeDecided: case_outcomes.fold_committee,
    AllocationRecorded: case_outcomes.fold_allocation,
    OfferAnswered: case_outcomes.fold_offer,
    LeaseSigned: case_outcomes.fold_lease,
    HouseholdHoused: case_outcomes.fold_housed,
    AllocationCancelled: case_outcomes.fold_cancelled,
    AppealDecided: fold_appeal,
    CaseTransferred: fold_transferred,
    CaseReactivated: fold_reactivated,
    CaseCancelled: _moved(CaseState.CANCELLED, ends="cancelled_on"),
    CaseClosed: _moved(CaseState.CLOSED, ends="closed_on"),
}
CASES_PROJECTION = Projection(
    name="cases",
    version=1,
    topic=CASES,
    handlers={
        **{fact: of_case(fold) for fact, fold in OF_CASES.items()},
        AgendaPublished: case_sittings.fold_agenda,
        SittingOpened: case_sittings.fold_opened,
        SittingClosed: case_sittings.fold_closed,
        MinutesApproved: case_sittings.fold_minutes,
        HouseholdErased: fold_household_erased,
    },
    tables=[table.name for table in CASE_TABLES],
    touches=[table.name for table in FACTS],
)
