"""The pages of data protection: for the data officer, and the half of them for the coordination."""

from uuid import uuid4

import pytest

from cases.commands.asking import ask_for_household
from cases.domain.asking import Asking
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COORDINATOR,
    ELSEWHERE,
    OFFICER,
    OPERATOR,
    REFERRER,
    STATE,
    House,
    ident,
)
from webui.identity import User


@pytest.mark.parametrize("user", [AGENT, REFERRER, CHAIR, OPERATOR, STATE, ELSEWHERE])
async def test_the_pages_are_closed_to_others(house: House, user: User) -> None:
    async with house.client(user) as client:
        assert (await client.get("/cases/donnees")).status_code == 403
        assert (await client.get("/cases/journal")).status_code == 403


async def test_a_request_is_read_and_answered_by_the_officer(house: House) -> None:
    made = await house.case()
    async with house.transaction(REFERRER) as tx:
        await ask_for_household(
            tx, house.desk, REFERRER, made.case_id, ident(0xE8), Asking.ERASURE, "Je pars ailleurs"
        )
    async with house.client(COORDINATOR) as client:
        seen = (await client.get("/cases/donnees")).text
        assert made.case_ref in seen
        assert "Je pars ailleurs" not in seen
    async with house.client(OFFICER) as client:
        assert "Je pars ailleurs" in (await client.get("/cases/donnees")).text
        answered = await client.post(
            "/cases/donnees/reponse",
            data={"demande": str(ident(0xE8)), "reponse": "granted", "cle_idempotence": str(uuid4())},
        )
        assert answered.status_code == 303
    async with house.client(COORDINATOR) as client:
        await client.post(
            "/cases/donnees/proposer",
            data={"menage": str(made.household_id), "motif": "request", "cle_idempotence": str(uuid4())},
        )
    async with house.client(OFFICER) as client:
        question = await client.get(f"/cases/donnees/effacer/{made.household_id}")
        assert "Rien ne défait un effacement" in question.text
        await client.post(
            "/cases/donnees/effacer",
            data={"menage": str(made.household_id), "cle_idempotence": str(uuid4())},
        )
    assert [kind for kind, _ in await house.said(made.household_id)] == ["household_erased"]


async def test_the_log_of_readings_is_read_by_reference_and_logs_itself(house: House) -> None:
    made = await house.case()
    async with house.client(OFFICER) as client:
        first = await client.get("/cases/journal", params={"reference": made.case_ref.lower()})
        assert "Aucune lecture" in first.text
        again = await client.get("/cases/journal", params={"reference": made.case_ref})
        assert "Journal des lectures" in again.text
        assert "Dora Données" in (await client.get("/cases/journal")).text
        assert (
            "Aucun dossier ne porte"
            in (await client.get("/cases/journal", params={"reference": "AAA-AAAA"})).text
        )
