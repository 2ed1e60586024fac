"""A sitting from its agenda to its minutes, on a real database (C7, C9, C18, C26; U1, U16, U27, U44)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.commands.agenda import (
    arrange_case,
    move_case,
    postpone_case,
    publish_agenda,
    recuse,
    schedule_case,
)
from cases.commands.consent import record_agreement, withdraw_agreement
from cases.commands.correcting import answer_correction, ask_correction
from cases.commands.minutes import approve_minutes, check_minutes, remark
from cases.commands.sitting import (
    Texts,
    adjourn_case,
    close_sitting,
    decide_case,
    examine_case,
    give_opinion,
    name_substitute,
    open_sitting,
    tick_members,
)
from cases.domain.deciding import NextStep, Opinion
from cases.domain.file import Agreement
from cases.domain.rights import View, sight
from cases.domain.sitting import ItemOutcome, SittingState
from cases.store import minutes as minutes_store
from cases.store.viewers import viewer_of
from contracts.lists import (
    CancelReason,
    CaseState,
    CommissionField,
    DecisionOutcome,
    Heard,
    MissingItem,
    Pack,
    Part,
    PostponeCause,
    Question,
    RescheduleReason,
    Scheme,
    Seat,
)
from contracts.refusal import Refused
from contracts.registration import CommissionCancelled, CommissionChanged, CommissionRescheduled
from tests.service.cases.house import (
    AGENT,
    BAILLEUR,
    CHAIR,
    COLLEAGUE,
    COMMISSION,
    COORDINATOR,
    HAVRE,
    HEALTH_MEMBER,
    IML_WORKER,
    LANDLORD,
    LANDLORD_MEMBER,
    REFERRER,
    SIAO,
    STRANGER,
    House,
)
from webui.identity import User

MEMBERS = (
    (AGENT, Seat.SIAO, Pack.FULL, True),
    (LANDLORD_MEMBER, Seat.LANDLORD, Pack.LANDLORD, True),
    (IML_WORKER, Seat.IML, Pack.SOCIAL, True),
    (HEALTH_MEMBER, Seat.HEALTH, Pack.HEALTH_YES_NO, False),
)
VOTERS = [AGENT.account_id, LANDLORD_MEMBER.account_id, IML_WORKER.account_id]
ORIENT = Opinion(
    DecisionOutcome.ORIENT_WITH_SUPPORT,
    schemes=(Scheme.IML_SUBLET,),
    step=NextStep(HAVRE, datetime(2026, 12, 10, tzinfo=UTC).date(), REFERRER.account_id),
)


async def do(house: House, user: User, command: Any, *args: Any, **named: Any) -> Any:
    """One command in its transaction."""
    async with house.transaction(user) as tx:
        return await command(tx, house.desk, user, *args, **named)


async def agenda(house: House, *numbers: int, publish: bool = True) -> list[UUID]:
    """A panel with these cases on its agenda, published, on the morning of the sitting."""
    await house.commission(members=MEMBERS)
    ids = []
    for number in numbers:
        made = await house.case(number, admitted=True)
        await do(house, AGENT, schedule_case, COMMISSION, made.case_id)
        ids.append(made.case_id)
    if publish:
        await do(house, AGENT, publish_agenda, COMMISSION)
        house.clock.advance(days=20)
    return ids


async def views(house: House, user: User, case_id: UUID) -> frozenset[View]:
    """What somebody sees of a case now."""
    async with house.transaction(user) as tx:
        viewer = await viewer_of(tx, user, house.desk.territory)
        stored = await house.stored(case_id)
        return sight(viewer, stored.case, stored.guard, tx.now.date()).views


async def test_a_sitting_from_its_agenda_to_its_minutes(house: House) -> None:
    first, second, third = await agenda(house, 0xD1, 0xD2, 0xD3)
    sitting = await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    assert (sitting.state, sitting.quorum, sitting.current_case_id) == (SittingState.OPENED, True, first)

    await do(house, AGENT, examine_case, COMMISSION, first, Heard.WRITTEN)
    texts = Texts("La commission retient une orientation.", "Bail glissant à un an", "Un avis différent")
    case = await do(house, CHAIR, decide_case, COMMISSION, first, ORIENT, texts)
    assert case.state is CaseState.IN_FOLLOW_UP
    assert case.steps[0].owner_id == REFERRER.account_id
    assert (await house.sitting()).current_case_id == second

    await do(house, AGENT, examine_case, COMMISSION, second, Heard.NOT_ASKED)
    day = (house.clock.at + timedelta(days=30)).date()
    case = await do(house, AGENT, adjourn_case, COMMISSION, second, [MissingItem.RESOURCES], day)
    assert (case.state, case.not_before_on) == (CaseState.ADMISSIBLE, day)

    sitting = await do(house, CHAIR, close_sitting, COMMISSION, {third: PostponeCause.REFERRER_ABSENT})
    assert sitting.state is SittingState.CLOSED
    assert (await house.stored(third)).case.state is CaseState.ADMISSIBLE
    said = dict(await house.said(COMMISSION))
    assert said["sitting_opened"]["voting_present"] == 3
    counts = {
        name: said["sitting_closed"][name] for name in ("examined", "decided", "adjourned", "postponed")
    }
    assert counts == {"examined": 2, "decided": 1, "adjourned": 1, "postponed": 1}
    assert (await house.said(third))[-1][1]["cause"] == "referrer_absent"

    await do(house, LANDLORD_MEMBER, remark, COMMISSION, "L’adresse du rendez-vous manque.")
    sitting = await do(house, CHAIR, approve_minutes, COMMISSION)
    assert sitting.state is SittingState.APPROVED
    assert len((dict(await house.said(COMMISSION)))["minutes_approved"]["root_sha256"]) == 64
    async with house.transaction(CHAIR) as tx:
        kept = await minutes_store.latest(tx, COMMISSION)
        annexes = await minutes_store.annexes(tx, house.desk.vault, COMMISSION, 1)
        verdict = await check_minutes(tx, house.desk, COMMISSION)
    assert kept is not None
    assert [line["outcome"] for line in kept.main["lines"]] == ["decided", "adjourned", "postponed"]
    assert kept.main["lines"][0]["due_on"] == "2026-12-10"
    assert "glissant" not in str(kept.main)
    assert annexes[0].content is not None
    assert annexes[0].content["conditions"] == "Bail glissant à un an"
    assert verdict is not None
    assert verdict.sound
    assert not await views(house, LANDLORD_MEMBER, first)


async def test_an_erased_annex_leaves_minutes_that_verify(house: House) -> None:
    """U31: the hash of the leaf stays, the root still holds; a changed annex is found."""
    (first,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, first, Heard.WRITTEN)
    await do(house, CHAIR, decide_case, COMMISSION, first, ORIENT)
    await do(house, CHAIR, close_sitting, COMMISSION)
    await do(house, CHAIR, approve_minutes, COMMISSION)
    async with house.transaction(CHAIR) as tx:
        await tx.connection.execute("UPDATE annex SET sealed = NULL")
        verdict = await check_minutes(tx, house.desk, COMMISSION)
    assert verdict is not None
    assert (verdict.sound, verdict.erased) == (True, 1)
    async with house.transaction(CHAIR) as tx:
        sealed = house.desk.vault.seal(first, {"text": "autre"})
        await tx.connection.execute("UPDATE annex SET sealed = $1", sealed)
        verdict = await check_minutes(tx, house.desk, COMMISSION)
    assert verdict is not None
    assert (verdict.sound, verdict.altered) == (False, (0,))


async def test_members_see_from_the_published_agenda_to_the_approved_minutes(house: House) -> None:
    """U1, U16: nothing before publication, the pack alone after, less what the household did not agree to."""
    (case_id,) = await agenda(house, 0xD1, publish=False)
    assert not await views(house, LANDLORD_MEMBER, case_id)
    await do(house, AGENT, publish_agenda, COMMISSION)
    assert await views(house, LANDLORD_MEMBER, case_id) == {View.REFERENCE, View.LANDLORD}
    assert await views(house, HEALTH_MEMBER, case_id) == {View.REFERENCE}
    agreed = Agreement(panel=True, landlord=False, health=True, given_on=house.clock.at.date())
    await do(house, REFERRER, record_agreement, case_id, agreed)
    assert await views(house, HEALTH_MEMBER, case_id) == {View.REFERENCE, View.HEALTH}
    assert await views(house, LANDLORD_MEMBER, case_id) == {View.REFERENCE}
    assert not await views(house, LANDLORD, case_id)
    assert not await views(house, STRANGER, case_id)
    await do(house, AGENT, postpone_case, COMMISSION, case_id)
    assert not await views(house, LANDLORD_MEMBER, case_id)
    assert (await house.sitting()).items == ()


async def test_an_agenda_takes_only_what_may_be_on_it(house: House) -> None:
    """Deadline with a signed reason, minutes left, agreement withdrawn, state, no panel."""
    await house.commission(members=MEMBERS)
    ids = [(await house.case(number, admitted=True)).case_id for number in (0xD1, 0xD2, 0xD3)]
    with pytest.raises(Refused, match="no_minutes_left"):
        await do(house, AGENT, schedule_case, COMMISSION, ids[0], 200)
    with pytest.raises(Refused) as refused:
        await do(house, REFERRER, schedule_case, COMMISSION, ids[0])
    assert refused.value.status == 403
    await do(house, REFERRER, withdraw_agreement, ids[2])
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, schedule_case, COMMISSION, ids[2])
    assert refused.value.code == "agreement_withdrawn"
    await do(house, AGENT, schedule_case, COMMISSION, ids[0], 20)
    await do(house, AGENT, arrange_case, COMMISSION, ids[0], 25, COLLEAGUE.account_id)
    house.clock.advance(days=11)
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, schedule_case, COMMISSION, ids[1])
    assert refused.value.code == "past_case_deadline"
    sitting = await do(house, AGENT, schedule_case, COMMISSION, ids[1], override="Expulsion le 1er décembre")
    assert [(each.item, each.minutes) for each in sitting.items] == [(1, 25), (2, 15)]
    sitting = await do(house, AGENT, move_case, COMMISSION, ids[1], up=True)
    assert [each.case_id for each in sorted(sitting.items, key=lambda each: each.item)] == [ids[1], ids[0]]
    published = await do(house, AGENT, publish_agenda, COMMISSION)
    told = [fact for kind, fact in await house.said(COMMISSION) if kind == "agenda_published"]
    assert told == [{"commission_id": str(COMMISSION), "version": 1, "cases": 2, "minutes": 40}]
    assert published.agenda_version == 1


async def test_a_withdrawn_agreement_takes_the_case_off_the_agenda_at_once(house: House) -> None:
    """U16: in the same transaction; members see it no more."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, REFERRER, withdraw_agreement, case_id)
    assert (await house.stored(case_id)).case.state is CaseState.ADMISSIBLE
    assert not await views(house, LANDLORD_MEMBER, case_id)
    item = (await house.sitting()).item(case_id)
    assert item is not None
    assert item.outcome is ItemOutcome.POSTPONED


async def test_without_quorum_opinions_advise_and_the_coordination_decides_later(house: House) -> None:
    """U27."""
    first, second = await agenda(house, 0xD1, 0xD2)
    sitting = await do(house, CHAIR, open_sitting, COMMISSION, VOTERS[:2])
    assert sitting.quorum is False
    await do(house, AGENT, examine_case, COMMISSION, first, Heard.WRITTEN)
    await do(
        house,
        LANDLORD_MEMBER,
        give_opinion,
        COMMISSION,
        first,
        DecisionOutcome.ORIENT,
        "Un T3",
        confidential=True,
    )
    with pytest.raises(Refused) as refused:
        await do(house, CHAIR, decide_case, COMMISSION, first, ORIENT)
    assert refused.value.code == "no_quorum"
    await do(house, CHAIR, close_sitting, COMMISSION)
    assert (await house.said(second))[-1][1]["cause"] == "no_quorum"
    with pytest.raises(Refused, match="undecided"):
        await do(house, CHAIR, approve_minutes, COMMISSION)
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, decide_case, COMMISSION, first, ORIENT)
    assert refused.value.status == 403
    case = await do(house, COORDINATOR, decide_case, COMMISSION, first, ORIENT)
    assert case.state is CaseState.IN_FOLLOW_UP
    await do(house, CHAIR, approve_minutes, COMMISSION)
    async with house.transaction(CHAIR) as tx:
        annexes = await minutes_store.annexes(tx, house.desk.vault, COMMISSION, 1)
    assert annexes[0].content is not None
    assert annexes[0].content["opinions"] == {"asked": 3, "received": 1}
    assert "T3" not in str(annexes[0].content)


async def test_a_recusal_cuts_sight_at_once_and_may_cost_the_quorum(house: House) -> None:
    """U44: before and during the sitting; no ground travels."""
    (case_id,) = await agenda(house, 0xD1)
    assert await views(house, IML_WORKER, case_id)
    await do(house, IML_WORKER, recuse, COMMISSION, case_id, "Un parent travaille chez nous")
    assert not await views(house, IML_WORKER, case_id)
    assert dict(await house.said(COMMISSION))["member_recused"].keys() == {
        "commission_id",
        "case_id",
        "person_id",
    }
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    with pytest.raises(Refused) as refused:
        await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT)
    assert refused.value.code == "no_quorum"
    await do(house, AGENT, recuse, COMMISSION, case_id)
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, decide_case, COMMISSION, case_id, ORIENT)
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        await do(house, STRANGER, recuse, COMMISSION, case_id)
    assert refused.value.status == 404


async def test_the_second_of_two_deciders_is_told(house: House) -> None:
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    version = (await house.stored(case_id)).version
    await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT, version=version)
    with pytest.raises(Refused) as refused:
        await do(house, COORDINATOR, decide_case, COMMISSION, case_id, ORIENT, version=version)
    assert refused.value.code == "already_decided"


async def test_two_who_decide_at_the_same_instant_make_one_decision(house: House) -> None:
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    both = await asyncio.gather(
        *(do(house, user, decide_case, COMMISSION, case_id, ORIENT) for user in (CHAIR, COORDINATOR)),
        return_exceptions=True,
    )
    faster = [each for each in both if not isinstance(each, BaseException)]
    slower = [each for each in both if isinstance(each, Refused)]
    assert (len(faster), [each.code for each in slower]) == (1, ["already_decided"])
    assert len((await house.stored(case_id)).case.decisions) == 1


async def test_a_decision_on_a_case_not_on_the_agenda_is_refused(house: House) -> None:
    await agenda(house, 0xD1)
    other = await house.case(0xD9, admitted=True)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    with pytest.raises(Refused) as refused:
        await do(house, COORDINATOR, decide_case, COMMISSION, other.case_id, ORIENT)
    assert refused.value.code == "not_on_agenda"


@pytest.mark.parametrize(
    ("asked", "state", "last"),
    [
        (Opinion(DecisionOutcome.OUT_OF_SCOPE, reason="Hors métropole"), CaseState.CLOSED, "case_closed"),
        (
            Opinion(DecisionOutcome.WITHDRAWN, reason="Retirée par le référent"),
            CaseState.CLOSED,
            "case_closed",
        ),
        (
            Opinion(DecisionOutcome.REEXAMINE_ON, reexamine_on=datetime(2027, 1, 12, tzinfo=UTC).date()),
            CaseState.ADMISSIBLE,
            "case_decided",
        ),
        (
            Opinion(DecisionOutcome.REQUEST_LABEL, step=ORIENT.step),
            CaseState.IN_FOLLOW_UP,
            "step_assigned",
        ),
    ],
)
async def test_each_outcome_leads_where_it_says(
    house: House, asked: Opinion, state: CaseState, last: str
) -> None:
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    case = await do(house, CHAIR, decide_case, COMMISSION, case_id, asked)
    assert case.state is state
    assert (await house.said(case_id))[-1][0] == last


async def test_a_decision_is_corrected_by_another_hand_and_the_original_stays(house: House) -> None:
    """C18."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT)
    await do(house, CHAIR, close_sitting, COMMISSION)
    await do(house, CHAIR, approve_minutes, COMMISSION)
    wanted = Opinion(DecisionOutcome.ORIENT, schemes=(Scheme.SOCIAL_HOUSING,), step=ORIENT.step)
    mine = await do(house, COORDINATOR, ask_correction, case_id, wanted, "Le dispositif noté est faux")
    with pytest.raises(Refused) as refused:
        await do(house, COORDINATOR, answer_correction, mine.correction_id, approve=True)
    assert refused.value.code == "own_request"
    asked = await do(house, REFERRER, ask_correction, case_id, wanted, "Le dispositif noté est faux")
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, answer_correction, asked.correction_id, approve=True)
    assert refused.value.status == 403
    case = await do(house, COORDINATOR, answer_correction, asked.correction_id, approve=True)
    assert [each.corrected for each in case.decisions] == [True, False]
    assert case.decision is not None
    assert case.decision.outcome is DecisionOutcome.ORIENT
    told = [fact for kind, fact in await house.said(case_id) if kind == "case_decided"]
    assert "corrects" not in told[0]
    assert len(told[1]["corrects"]) == 36
    async with house.transaction(CHAIR) as tx:
        last = await minutes_store.latest(tx, COMMISSION)
        verdict = await check_minutes(tx, house.desk, COMMISSION)
    assert last is not None
    assert (last.version, last.approved_at) == (2, None)
    assert verdict is not None
    assert verdict.sound
    with pytest.raises(Refused, match="answered"):
        await do(house, COORDINATOR, answer_correction, asked.correction_id, approve=True)


async def test_a_substitute_sits_for_a_member(house: House) -> None:
    """U54."""
    (case_id,) = await agenda(house, 0xD1)
    await do(house, CHAIR, tick_members, COMMISSION, VOTERS)
    await do(
        house, AGENT, name_substitute, COMMISSION, LANDLORD_MEMBER.account_id, LANDLORD.account_id, BAILLEUR
    )
    assert await views(house, LANDLORD, case_id) == {View.REFERENCE, View.LANDLORD}
    sitting = await do(house, CHAIR, open_sitting, COMMISSION)
    assert (sitting.voting_present, sitting.quorum) == (3, True)
    with pytest.raises(Refused) as refused:
        await do(house, AGENT, name_substitute, COMMISSION, IML_WORKER.account_id, COLLEAGUE.account_id, SIAO)
    assert refused.value.code == "unknown_person"


async def test_the_agenda_follows_its_commission(house: House) -> None:
    """Moved, cases stay but for one sent back to a later date; called off, all go back to the queue."""
    first, second = await agenda(house, 0xD1, 0xD2)
    sitting = await house.sitting()
    start = sitting.starts_at + timedelta(days=2)
    await house.tell(
        CommissionRescheduled(
            occurred_on=house.clock.at.date(),
            commission_id=COMMISSION,
            old_starts_at=sitting.starts_at,
            old_ends_at=sitting.ends_at,
            starts_at=start,
            ends_at=start + timedelta(hours=4),
            reason=RescheduleReason.ROOM,
        )
    )
    moved = await house.sitting()
    assert (moved.starts_at, len(moved.waiting)) == (start, 2)
    await house.tell(
        CommissionCancelled(
            occurred_on=house.clock.at.date(), commission_id=COMMISSION, reason=CancelReason.ORGANISER
        )
    )
    for case_id in (first, second):
        assert (await house.stored(case_id)).case.state is CaseState.ADMISSIBLE
        assert (await house.said(case_id))[-1][1]["cause"] == "commission_cancelled"
    assert (await house.sitting()).state is SittingState.CANCELLED
    assert not await views(house, LANDLORD_MEMBER, first)


async def test_a_commission_that_loses_its_panel_frees_its_cases(house: House) -> None:
    (case_id,) = await agenda(house, 0xD1)
    await house.tell(
        CommissionChanged(
            occurred_on=house.clock.at.date(),
            commission_id=COMMISSION,
            changed=(CommissionField.PARTS,),
            parts=(Part.PLENARY,),
        )
    )
    assert (await house.stored(case_id)).case.state is CaseState.ADMISSIBLE
    assert (await house.sitting()).has_panel is False


async def test_a_protected_case_names_nobody_and_hides_its_scheme(house: House) -> None:
    """U19: `withheld` in the fact, « réservée » in the main part."""
    await house.commission(members=MEMBERS)
    made = await house.case(0xD1, admitted=False, protected=True, question=Question.WHICH_SCHEME)
    async with house.transaction(AGENT) as tx:
        await tx.connection.execute(
            "UPDATE case_file SET audience = $1",
            [REFERRER.account_id, AGENT.account_id, COORDINATOR.account_id, CHAIR.account_id],
        )
    from cases.commands.admission import admit_case

    await do(house, AGENT, admit_case, made.case_id)
    await do(house, AGENT, schedule_case, COMMISSION, made.case_id)
    await do(house, AGENT, publish_agenda, COMMISSION)
    house.clock.advance(days=20)
    assert not await views(house, LANDLORD_MEMBER, made.case_id)
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    await do(house, AGENT, examine_case, COMMISSION, made.case_id, Heard.WRITTEN)
    await do(house, AGENT, decide_case, COMMISSION, made.case_id, ORIENT)
    await do(house, CHAIR, close_sitting, COMMISSION)
    told = dict(await house.said(made.case_id))
    assert "presenter_id" not in told["case_scheduled"]
    assert told["case_decided"]["schemes"] == ["withheld"]
    async with house.transaction(CHAIR) as tx:
        last = await minutes_store.latest(tx, COMMISSION)
        annexes = await minutes_store.annexes(tx, house.desk.vault, COMMISSION, 1)
    assert last is not None
    assert last.main["lines"] == [{"item": 1, "case_ref": None, "outcome": "reserved"}]
    assert annexes[0].content is not None
    assert annexes[0].content["schemes"] == ["iml_sublet"]
