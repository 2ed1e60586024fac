"""Refusals of a household ruled by others, appeals, seniority; two people at once; who was told."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.commands.admission import cancel_case, reactivate_case, reject_case
from cases.commands.following import (
    accept_orientation,
    propose,
    readmit_case,
    refuse_orientation,
)
from cases.commands.guarding import protect_case
from cases.commands.ruling import decide_appeal, lodge_appeal, rule_refusal, transmit_again
from cases.commands.telling import inform_household, inform_referrer
from cases.domain.case import Case
from cases.domain.following import WITHHELD_ORGANISATION, Proposal, Refusal
from cases.store import history
from contracts.lists import (
    AdmitCause,
    CaseState,
    InformedHow,
    RefusedBy,
    Ruling,
    Scheme,
    SenioritySource,
)
from contracts.refusal import Refused
from eventing.due import run_due
from tests.service.cases.house import (
    AGENT,
    COORDINATOR,
    IML,
    LANDLORD,
    REFERRER,
    House,
    ident,
)
from tests.service.cases.test_following import ONE, TWO, accepted, decided, proposed

RULING, APPEAL = ident(0x21), ident(0xA2)


async def refused_by_household(house: House, number: int = 0xD1) -> Case:
    case = await decided(house, number)
    await proposed(house, case.case_id)
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="forbidden"):
            await refuse_orientation(
                tx,
                house.desk,
                REFERRER,
                case.case_id,
                ONE,
                Refusal(RefusedBy.HOUSEHOLD, "M1", tx.now.date()),
            )
    async with house.transaction(AGENT) as tx:
        return await refuse_orientation(
            tx,
            house.desk,
            AGENT,
            case.case_id,
            ONE,
            Refusal(RefusedBy.HOUSEHOLD, "M1", tx.now.date()),
        )


async def inadmissible(house: House, case_id: UUID) -> Case:
    async with house.transaction(COORDINATOR) as tx:
        return await rule_refusal(
            tx, house.desk, COORDINATOR, case_id, RULING, ONE, Ruling.INADMISSIBLE, "Sans motif sérieux"
        )


async def event_of(house: House, case_id: UUID, kind: str) -> UUID:
    async with house.desk.database.read() as tx:
        lines = await history.of(tx, case_id)
    return next(line.event_id for line in lines if line.kind == kind and line.event_id is not None)


async def run_deadlines(house: House) -> None:
    await run_due(house.desk.database, house.service.due)


async def seniority(house: House, case_id: UUID) -> str:
    return str((await house.stored(case_id)).case.seniority_from)


async def test_who_proposed_does_not_rule_and_an_admissible_refusal_costs_nothing(house: House) -> None:
    case = await refused_by_household(house)
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="own_proposal"):
            await rule_refusal(tx, house.desk, AGENT, case.case_id, RULING, ONE, Ruling.INADMISSIBLE, "Non")
    async with house.transaction(COORDINATOR) as tx:
        made = await rule_refusal(tx, house.desk, COORDINATOR, case.case_id, RULING, ONE, Ruling.ADMISSIBLE)
    assert made.rulings[0].effective_on is None
    house.clock.advance(days=100)
    await run_deadlines(house)
    async with house.transaction(AGENT) as tx:
        await readmit_case(tx, house.desk, AGENT, case.case_id, AdmitCause.REEXAMINATION)
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == "2024-03-04"


async def test_an_inadmissible_refusal_resets_seniority_after_the_appeal_time_and_a_transmission(
    house: House,
) -> None:
    case = await refused_by_household(house)
    await inadmissible(house, case.case_id)
    house.clock.advance(days=30)
    await run_deadlines(house)
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="no_ruling_in_force"):
            await transmit_again(
                tx, house.desk, AGENT, case.case_id, tx.now.date(), SenioritySource.SI_SIAO_PROOF
            )
    house.clock.advance(days=32)
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == "2024-03-04"
    async with house.transaction(AGENT) as tx:
        made = await readmit_case(tx, house.desk, AGENT, case.case_id, AdmitCause.REEXAMINATION)
        assert str(made.seniority_from) == "2024-03-04"
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == str(house.clock.at.date())
    said = dict(await house.said(case.case_id))["seniority_set"]
    assert (said["cause"], said["ruling_id"]) == ("reset", str(RULING))
    await run_deadlines(house)
    kinds = [kind for kind, _ in await house.said(case.case_id)]
    assert kinds.count("seniority_set") == 2


async def test_a_transmission_during_the_appeal_time_counts_once_it_is_over(house: House) -> None:
    case = await refused_by_household(house)
    await inadmissible(house, case.case_id)
    house.clock.advance(days=10)
    async with house.transaction(REFERRER) as tx:
        await cancel_case(tx, house.desk, REFERRER, case.case_id, "A6")
    async with house.transaction(REFERRER) as tx:
        await reactivate_case(tx, house.desk, REFERRER, case.case_id)
    sent = house.clock.at.date()
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == "2024-03-04"
    house.clock.advance(days=60)
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == str(sent)


async def test_an_appeal_suspends_a_ruling_and_upheld_ends_it(house: House) -> None:
    case = await refused_by_household(house)
    await inadmissible(house, case.case_id)
    against = await event_of(house, case.case_id, "refusal_ruled")
    for _ in range(2):
        async with house.transaction(REFERRER) as tx:
            await lodge_appeal(
                tx, house.desk, REFERRER, case.case_id, APPEAL, against, tx.now.date(), "École"
            )
    house.clock.advance(days=65)
    await run_deadlines(house)
    async with house.transaction(AGENT) as tx:
        await readmit_case(tx, house.desk, AGENT, case.case_id, AdmitCause.REEXAMINATION)
    await run_deadlines(house)
    assert await seniority(house, case.case_id) == "2024-03-04"
    async with house.transaction(COORDINATOR) as tx:
        with pytest.raises(Refused, match="own_ruling"):
            await decide_appeal(tx, house.desk, COORDINATOR, case.case_id, APPEAL, False, tx.now.date())
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="forbidden"):
            await decide_appeal(tx, house.desk, AGENT, case.case_id, APPEAL, True, tx.now.date())


async def test_an_upheld_appeal_against_a_rejection_sends_the_case_back(house: House) -> None:
    case = await house.case()
    async with house.transaction(AGENT) as tx:
        await reject_case(tx, house.desk, AGENT, case.case_id, "I2")
    against = await event_of(house, case.case_id, "case_rejected")
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="not_appealable"):
            await lodge_appeal(tx, house.desk, REFERRER, case.case_id, APPEAL, ident(0xFF), tx.now.date())
    async with house.transaction(REFERRER) as tx:
        await lodge_appeal(tx, house.desk, REFERRER, case.case_id, APPEAL, against, tx.now.date())
    async with house.transaction(COORDINATOR) as tx:
        made = await decide_appeal(
            tx, house.desk, COORDINATOR, case.case_id, APPEAL, True, tx.now.date(), "Dispositifs saturés"
        )
    assert made.state is CaseState.SUBMITTED
    assert made.seniority == case.seniority


async def test_two_people_at_the_same_instant_one_wins_and_the_other_is_told(house: House) -> None:
    """T22."""
    case = await decided(house)
    await proposed(house, case.case_id)
    today = house.clock.at.date()
    ready = asyncio.Barrier(2)

    async def accepts() -> Any:
        async with house.transaction(LANDLORD) as tx:
            await ready.wait()
            return await accept_orientation(tx, house.desk, LANDLORD, case.case_id, ONE, today)

    async def accepts_too() -> Any:
        async with house.transaction(AGENT) as tx:
            await ready.wait()
            return await accept_orientation(tx, house.desk, AGENT, case.case_id, ONE, today)

    outcomes = await asyncio.gather(accepts(), accepts_too(), return_exceptions=True)
    lost = [each for each in outcomes if isinstance(each, BaseException)]
    assert len(lost) == 1
    assert isinstance(lost[0], Refused)
    assert lost[0].code == "wrong_orientation_state"
    kinds = [kind for kind, _ in await house.said(case.case_id)]
    assert kinds.count("orientation_accepted") == 1


async def test_a_version_read_before_somebody_else_wrote_is_stale(house: House) -> None:
    case = await decided(house)
    version = (await house.stored(case.case_id)).version
    await proposed(house, case.case_id)
    async with house.transaction(COORDINATOR) as tx:
        with pytest.raises(Refused, match="stale_version"):
            await propose(
                tx,
                house.desk,
                COORDINATOR,
                case.case_id,
                Proposal(TWO, Scheme.CHRS, IML),
                version=version,
            )


async def test_the_household_is_told_by_a_person_who_says_how(house: House) -> None:
    case = await decided(house)
    about = await event_of(house, case.case_id, "case_decided")
    today = house.clock.at.date()
    async with house.transaction(REFERRER) as tx:
        tried = await inform_household(
            tx, house.desk, REFERRER, case.case_id, about, InformedHow.COULD_NOT_REACH, today
        )
    assert tried.household_informed == ()
    async with house.transaction(REFERRER) as tx:
        told = await inform_household(
            tx, house.desk, REFERRER, case.case_id, about, InformedHow.INTERPRETER, today
        )
    assert told.household_informed == (about,)
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="dates_out_of_order"):
            await inform_household(
                tx,
                house.desk,
                REFERRER,
                case.case_id,
                about,
                InformedHow.PHONE,
                today - timedelta(days=1),
            )
    async with house.transaction(AGENT) as tx:
        assert await inform_referrer(tx, house.desk, AGENT, case.case_id) is None


async def test_a_protected_file_is_proposed_without_telling_whom(house: House) -> None:
    """U19."""
    case = await decided(house)
    async with house.transaction(AGENT) as tx:
        await protect_case(tx, house.desk, AGENT, case.case_id, True, [COORDINATOR.account_id])
    await proposed(house, case.case_id, ONE, Scheme.CHRS, IML)
    await accepted(house, case.case_id)
    said = str(await house.said(case.case_id))
    assert str(IML) not in said
    fact = dict(await house.said(case.case_id))["orientation_proposed"]
    assert (fact["scheme"], fact["organisation_id"]) == ("withheld", str(WITHHELD_ORGANISATION))
    async with house.client(AGENT) as agent:
        page = (await agent.get(f"/cases/dossiers/{case.case_id}")).text
        assert "Toit partagé" in page
        assert "CHRS" in page
