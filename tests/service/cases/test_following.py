"""What follows a decision, on a real database: proposals, allocation, keys; who may do what of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.commands.admission import close_case
from cases.commands.allocating import (
    answer_offer,
    cancel_allocation,
    check_tenancy,
    correct_allocation,
    enter_home,
    record_allocation,
    sign_lease,
)
from cases.commands.following import (
    accept_orientation,
    propose,
    record_committee,
    refuse_orientation,
    withdraw_orientation,
)
from cases.commands.moments import hold, record
from cases.domain.allocating import Placing
from cases.domain.case import AllocationState, Case, OrientationState
from cases.domain.following import Outcome, Proposal, Refusal
from contracts import cases as say
from contracts.lists import (
    AllocationCancel,
    CaseState,
    CloseResult,
    CommitteeOutcome,
    DecisionOutcome,
    DecisionPriority,
    Heard,
    LeaseKind,
    OfferAnswer,
    Quota,
    RefusedBy,
    Scheme,
    YesNoUnknown,
)
from contracts.refusal import Refused
from tests.service.cases.house import (
    AGENT,
    BAILLEUR,
    COMMISSION,
    COORDINATOR,
    IML,
    LANDLORD,
    REFERRER,
    STRANGER,
    House,
    ident,
)

ONE, TWO, GIVEN = ident(0x0E1), ident(0x0E2), ident(0xA11)


async def decided(house: House, number: int = 0xD1, **social: Any) -> Case:
    """A case that a panel decided, without the sitting around it."""
    case = await house.case(number, admitted=True, **social)
    facts = [
        say.CaseScheduled(case_id=case.case_id, commission_id=COMMISSION, item=1, minutes=15),
        say.CaseExamined(case_id=case.case_id, commission_id=COMMISSION, heard=Heard.WRITTEN, passage=1),
        say.CaseDecided(
            decision_id=ident(0xDEC),
            case_id=case.case_id,
            commission_id=COMMISSION,
            outcome=DecisionOutcome.ORIENT,
            schemes=(Scheme.SOCIAL_HOUSING,),
            measures=(),
            decision_priority=DecisionPriority.HIGH,
            decided_on=house.clock.at.date(),
        ),
    ]
    async with house.transaction(COORDINATOR) as tx:
        taken = await hold(tx, house.desk, COORDINATOR, case.case_id, "propose")
        return await record(tx, taken.stored, facts)


async def proposed(
    house: House,
    case_id: UUID,
    orientation_id: UUID = ONE,
    scheme: Scheme = Scheme.SOCIAL_HOUSING,
    organisation_id: UUID = BAILLEUR,
) -> Case:
    async with house.transaction(AGENT) as tx:
        return await propose(
            tx, house.desk, AGENT, case_id, Proposal(orientation_id, scheme, organisation_id)
        )


async def accepted(house: House, case_id: UUID, orientation_id: UUID = ONE) -> Case:
    async with house.transaction(AGENT) as tx:
        return await accept_orientation(tx, house.desk, AGENT, case_id, orientation_id, house.clock.at.date())


async def committee(house: House, case_id: UUID, outcome: CommitteeOutcome, **more: Any) -> Case:
    async with house.transaction(LANDLORD) as tx:
        asked = Outcome(outcome, house.clock.at.date(), **more)
        return await record_committee(tx, house.desk, LANDLORD, case_id, ONE, asked)


async def placed(house: House, case_id: UUID) -> Case:
    async with house.transaction(LANDLORD) as tx:
        asked = Placing(
            GIVEN,
            house.clock.at.date(),
            ONE,
            quota=Quota.PREFECT,
            territory_cell="59350",
        )
        return await record_allocation(tx, house.desk, LANDLORD, case_id, asked)


async def test_from_the_proposal_to_the_keys(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    made = await placed(house, case.case_id)
    assert made.state is CaseState.PLACED
    house.clock.advance(days=5)
    today = house.clock.at.date()
    async with house.transaction(LANDLORD) as tx:
        await answer_offer(tx, house.desk, LANDLORD, case.case_id, GIVEN, OfferAnswer.ACCEPTED, today)
    async with house.transaction(LANDLORD) as tx:
        await sign_lease(tx, house.desk, LANDLORD, case.case_id, GIVEN, LeaseKind.LEASE, today)
    async with house.transaction(LANDLORD) as tx:
        housed = await enter_home(tx, house.desk, LANDLORD, case.case_id, GIVEN, today)
    assert housed.state is CaseState.HOUSED
    async with house.transaction(AGENT) as tx:
        closed = await close_case(tx, house.desk, AGENT, case.case_id, CloseResult.HOUSED)
    assert closed.state is CaseState.CLOSED
    house.clock.advance(days=190)
    async with house.transaction(AGENT) as tx:
        checked = await check_tenancy(
            tx, house.desk, AGENT, case.case_id, GIVEN, 6, YesNoUnknown.YES, house.clock.at.date()
        )
    assert checked.allocations[0].checks[0].still_housed is YesNoUnknown.YES
    kinds = [kind for kind, _ in await house.said(case.case_id)]
    assert kinds[-9:] == [
        "orientation_accepted",
        "committee_decided",
        "allocation_recorded",
        "orientation_ended",
        "offer_answered",
        "lease_signed",
        "household_housed",
        "case_closed",
        "tenancy_checked",
    ]


async def test_an_allocation_ends_the_other_proposals_in_the_same_transaction(house: House) -> None:
    """T28."""
    case = await decided(house)
    await proposed(house, case.case_id)
    await proposed(house, case.case_id, TWO, Scheme.IML_SUBLET, IML)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    made = await placed(house, case.case_id)
    assert {each.orientation_id: each.state for each in made.orientations} == {
        ONE: OrientationState.FULFILLED,
        TWO: OrientationState.ENDED,
    }
    ended = [fact for kind, fact in await house.said(case.case_id) if kind == "orientation_ended"]
    assert {fact["orientation_id"]: fact["cause"] for fact in ended} == {
        str(ONE): "fulfilled",
        str(TWO): "superseded",
    }
    async with house.desk.database.read() as tx:
        moments = await tx.connection.fetch(
            "SELECT DISTINCT at FROM history WHERE kind IN ('allocation_recorded', 'orientation_ended')"
        )
    assert len(moments) == 1
    async with house.transaction(AGENT) as tx:
        today = house.clock.at.date()
        back = await cancel_allocation(
            tx, house.desk, AGENT, case.case_id, GIVEN, AllocationCancel.DWELLING_WITHDRAWN, today
        )
    assert back.state is CaseState.IN_FOLLOW_UP
    assert not back.open_orientations


async def test_a_committee_that_says_no_refuses_the_proposal_and_the_case_goes_on(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    made = await committee(house, case.case_id, CommitteeOutcome.D)
    assert made.state is CaseState.IN_FOLLOW_UP
    found = made.orientation(ONE)
    assert found is not None
    assert (found.state, found.reason_group) == (OrientationState.REFUSED, "committee")
    kinds = [kind for kind, _ in await house.said(case.case_id)]
    assert kinds[-2:] == ["committee_decided", "orientation_refused"]


async def test_a_rank_is_waited_for_and_a_condition_is_met_before_an_allocation(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.B, rank=2)
    with pytest.raises(Refused, match="rank_not_reached"):
        await placed(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.B, rank=1)
    assert (await placed(house, case.case_id)).state is CaseState.PLACED


async def test_silence_is_shown_apart_and_a_person_qualifies_it(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    await placed(house, case.case_id)
    house.clock.advance(days=9)
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="offer_still_open"):
            await answer_offer(
                tx, house.desk, AGENT, case.case_id, GIVEN, OfferAnswer.NO_ANSWER, tx.now.date()
            )
    house.clock.advance(days=4)
    async with house.transaction(AGENT) as tx:
        back = await answer_offer(
            tx, house.desk, AGENT, case.case_id, GIVEN, OfferAnswer.NO_ANSWER, tx.now.date()
        )
    assert back.state is CaseState.IN_FOLLOW_UP
    assert back.allocations[0].cancel_cause is AllocationCancel.NO_ANSWER


async def test_dates_in_the_wrong_order_are_refused_with_their_field(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    yesterday = house.clock.at.date() - timedelta(days=1)
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="dates_out_of_order") as found:
            await accept_orientation(tx, house.desk, AGENT, case.case_id, ONE, yesterday)
    assert found.value.errors[0].pointer == "/answered_on"
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="before_decision") as found:
            await record_allocation(tx, house.desk, AGENT, case.case_id, Placing(GIVEN, yesterday, ONE))
    assert found.value.errors[0].pointer == "/decided_on"
    assert (await house.stored(case.case_id)).case.allocation is None


async def test_an_allocation_said_wrong_is_said_again_and_keeps_its_lease(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await accepted(house, case.case_id)
    await committee(house, case.case_id, CommitteeOutcome.A)
    await placed(house, case.case_id)
    today = house.clock.at.date()
    async with house.transaction(AGENT) as tx:
        await answer_offer(tx, house.desk, AGENT, case.case_id, GIVEN, OfferAnswer.ACCEPTED, today)
    async with house.transaction(AGENT) as tx:
        await sign_lease(tx, house.desk, AGENT, case.case_id, GIVEN, LeaseKind.LEASE, today)
    asked = Placing(GIVEN, today, quota=Quota.LANDLORD, territory_cell="59512")
    async with house.transaction(AGENT) as tx:
        made = await correct_allocation(tx, house.desk, AGENT, case.case_id, asked, "Commune fausse")
    (allocation,) = made.allocations
    assert (allocation.quota, allocation.territory_cell) == (Quota.LANDLORD, "59512")
    assert (allocation.state, allocation.lease_signed_on) == (AllocationState.LEASED, today)
    assert made.state is CaseState.PLACED
    said = [fact for kind, fact in await house.said(case.case_id) if kind == "allocation_recorded"]
    assert said[1]["corrects"]


async def test_a_provider_answers_its_own_proposals_and_no_other(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await proposed(house, case.case_id, TWO, Scheme.IML_SUBLET, IML)
    today = house.clock.at.date()
    async with house.transaction(LANDLORD) as tx:
        with pytest.raises(Refused, match="unknown_orientation"):
            await accept_orientation(tx, house.desk, LANDLORD, case.case_id, TWO, today)
    async with house.transaction(STRANGER) as tx:
        with pytest.raises(Refused, match="unknown_case"):
            await accept_orientation(tx, house.desk, STRANGER, case.case_id, ONE, today)
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="forbidden"):
            await accept_orientation(tx, house.desk, REFERRER, case.case_id, ONE, today)
    async with house.transaction(LANDLORD) as tx:
        made = await refuse_orientation(
            tx, house.desk, LANDLORD, case.case_id, ONE, Refusal(RefusedBy.PROVIDER, "P1", today)
        )
    assert made.state is CaseState.IN_FOLLOW_UP
    assert [each.orientation_id for each in made.open_orientations] == [TWO]


async def test_a_landlord_is_proposed_to_only_with_the_agreement_of_the_household(house: House) -> None:
    from cases.commands.consent import record_agreement
    from cases.domain.file import Agreement

    case = await decided(house)
    async with house.transaction(REFERRER) as tx:
        said = Agreement(panel=True, landlord=False, given_on=house.clock.at.date())
        await record_agreement(tx, house.desk, REFERRER, case.case_id, said)
    with pytest.raises(Refused, match="no_landlord_agreement"):
        await proposed(house, case.case_id)
    made = await proposed(house, case.case_id, TWO, Scheme.CHRS, IML)
    async with house.transaction(AGENT) as tx:
        await withdraw_orientation(tx, house.desk, AGENT, case.case_id, TWO)
    assert made.open_orientations
