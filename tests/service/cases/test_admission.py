"""From the draft to the queue, on a real database."""

import pytest

from cases.commands.admission import ask_completion, cancel_case, complete_case, reactivate_case, reject_case
from cases.commands.drafts import open_draft, save_draft, start_draft
from contracts.lists import CaseState, MissingItem
from contracts.refusal import Refused
from tests.service.cases.house import AGENT, COLLEAGUE, REFERRER, STRANGER, House, a_file, ident


async def test_a_case_goes_from_its_draft_to_the_queue(house: House) -> None:
    made = await house.case(admitted=True)
    assert made.state is CaseState.ADMISSIBLE
    assert [kind for kind, _ in await house.said(made.case_id)] == [
        "case_submitted",
        "seniority_set",
        "case_admitted",
    ]
    stored = await house.stored(made.case_id)
    assert stored.case == made
    assert str(stored.case.seniority_from) == "2024-03-04"


async def test_no_fact_carries_a_name_a_number_or_a_text(house: House) -> None:
    await house.case(admitted=True)
    said = str(await house.said())
    for word in ("Lemaire", "Amina", "1991", "059012345678901234", "06 12", "hebdomadaire"):
        assert word not in said


async def test_what_was_typed_is_kept_and_never_overwritten_in_silence(house: House) -> None:
    case_id = ident(0xE1)
    async with house.transaction(REFERRER) as tx:
        await start_draft(tx, house.desk, REFERRER, case_id, {"nom": "Un"})
    async with house.transaction(REFERRER) as tx:
        saved = await save_draft(tx, house.desk, REFERRER, case_id, {"nom": "Deux"}, 1)
    assert saved.typed == {"nom": "Deux"}
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="stale_version"):
            await save_draft(tx, house.desk, AGENT, case_id, {"nom": "Trois"}, 1)
    for other in (STRANGER, COLLEAGUE):
        async with house.transaction(other) as tx:
            with pytest.raises(Refused, match="unknown_case"):
                await open_draft(tx, house.desk, other, case_id)


async def test_a_page_never_conflicts_with_what_it_saved_by_itself(house: House) -> None:
    """A save by itself, a sending by hand under way, a save that comes late: what was sent by hand stays."""
    case_id = ident(0xE2)
    async with house.transaction(REFERRER) as tx:
        await start_draft(tx, house.desk, REFERRER, case_id, {"nom": "Un"}, form="page")
    async with house.transaction(REFERRER) as tx:
        await save_draft(tx, house.desk, REFERRER, case_id, {"nom": "Deux"}, 1, form="page", aside=True)
    async with house.transaction(REFERRER) as tx:
        await save_draft(tx, house.desk, REFERRER, case_id, {"nom": "Trois"}, 1, form="page")
    async with house.transaction(REFERRER) as tx:
        late = await save_draft(
            tx, house.desk, REFERRER, case_id, {"nom": "Deux et demi"}, 2, form="page", aside=True
        )
    assert late.typed == {"nom": "Trois"}
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="stale_version"):
            await save_draft(tx, house.desk, REFERRER, case_id, {"nom": "Quatre"}, 1, form="another")


async def test_completion_is_asked_given_and_keeps_seniority(house: House) -> None:
    made = await house.case()
    async with house.transaction(AGENT) as tx:
        asked = await ask_completion(
            tx, house.desk, AGENT, made.case_id, [MissingItem.NUR], house.clock.at.date()
        )
    assert asked.state is CaseState.INCOMPLETE
    async with house.transaction(REFERRER) as tx:
        sent = await complete_case(tx, house.desk, REFERRER, made.case_id, a_file())
    assert (sent.state, sent.file_version) == (CaseState.SUBMITTED, 2)
    assert sent.seniority == made.seniority


async def test_rejected_and_cancelled_cases_say_why_in_groups_only(house: House) -> None:
    first, second = await house.case(0xD1), await house.case(0xD2)
    async with house.transaction(AGENT) as tx:
        await reject_case(tx, house.desk, AGENT, first.case_id, "I1")
    async with house.transaction(REFERRER) as tx:
        await cancel_case(tx, house.desk, REFERRER, second.case_id, "A6")
    said = {kind: fact for kind, fact in await house.said()}
    assert said["case_rejected"]["reason_group"] == "out_of_scope"
    assert said["case_cancelled"]["reason_group"] == "ended"
    async with house.transaction(REFERRER) as tx:
        back = await reactivate_case(tx, house.desk, REFERRER, second.case_id)
    assert back.state is CaseState.SUBMITTED


async def test_a_commission_with_a_panel_makes_a_sitting(house: House) -> None:
    sitting = await house.commission()
    assert sitting.has_panel
    assert sitting.state == "announced"
