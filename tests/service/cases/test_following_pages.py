"""Pages of what follows a decision: each opens, keeps what is wrong beside its field, and acts once."""

import re
from uuid import UUID

from cases.commands.allocating import answer_offer
from cases.commands.following import assign_step, refuse_orientation
from cases.domain.following import Assignment, Refusal
from contracts.lists import CommitteeOutcome, OfferAnswer, RefusedBy, StepKind
from tests.service.cases.house import (
    AGENT,
    BAILLEUR,
    COORDINATOR,
    IML,
    IML_WORKER,
    LANDLORD,
    REFERRER,
    STRANGER,
    House,
    ident,
)
from tests.service.cases.test_following import (
    GIVEN,
    ONE,
    TWO,
    accepted,
    committee,
    decided,
    placed,
    proposed,
)

STEP = ident(0x57E)


def key_of(page: str) -> str:
    """The idempotency key that a page was rendered with."""
    found = re.search(r'name="cle_idempotence" value="([^"]+)"', page)
    assert found is not None, page[:500]
    return found[1]


async def test_a_proposal_is_made_shown_to_its_provider_and_answered(house: House) -> None:
    case = await decided(house)
    base = f"/cases/dossiers/{case.case_id}"
    async with house.client(AGENT) as agent:
        page = await agent.get(f"{base}/proposer")
        assert page.status_code == 200
        asked = {
            "cle_idempotence": key_of(page.text),
            "scheme": "social_housing",
            "organisation_id": str(BAILLEUR),
            "origin": "commission",
            "text": "Un T3 proche de l’école",
        }
        for _ in range(2):
            done = await agent.post(f"{base}/proposer", data=asked)
            assert (done.status_code, done.headers["location"]) == (303, f"{base}?fait=propose")
        assert "Flandre Logis" in (await agent.get(base)).text
    (made,) = (await house.stored(case.case_id)).case.orientations
    async with house.client(LANDLORD) as landlord:
        listed = (await landlord.get("/cases/propositions")).text
        assert "1 proposition attend" in listed.replace("\u202f", " ")
        assert case.case_ref in listed
        seen = (await landlord.get(base)).text
        assert "Un T3 proche de l’école" in seen
        assert "Lemaire" not in seen
        accept = f"{base}/propositions/{made.orientation_id}/accepter"
        page = await landlord.get(accept)
        wrong = await landlord.post(
            accept, data={"cle_idempotence": key_of(page.text), "answered_on": "01/10/2026"}
        )
        assert wrong.status_code == 409
        assert 'id="answered-on-faute"' in wrong.text
        right = await landlord.post(
            accept, data={"cle_idempotence": key_of(wrong.text), "answered_on": "02/11/2026"}
        )
        assert right.status_code == 303, right.text


async def test_every_page_opens_in_its_state_and_is_closed_to_strangers(house: House) -> None:
    case = await decided(house)
    await proposed(house, case.case_id)
    await proposed(house, case.case_id, TWO, organisation_id=IML)
    base = f"/cases/dossiers/{case.case_id}"
    await accepted(house, case.case_id)
    pages = [
        "proposer",
        f"propositions/{TWO}/accepter",
        f"propositions/{ONE}/refuser",
        f"propositions/{ONE}/retirer",
        f"propositions/{ONE}/clore",
        f"propositions/{ONE}/commission",
        f"propositions/{ONE}/attribuer",
        "attribuer",
        "recours",
        "demarches/nouvelle",
        "reexaminer",
        "informer",
    ]
    await opened(house, base, pages)
    await committee(house, case.case_id, CommitteeOutcome.A)
    await placed(house, case.case_id)
    homes = ("corriger", "reponse", "bail", "entree", "annuler", "point")
    await opened(house, base, [f"attributions/{GIVEN}/{each}" for each in homes])
    async with house.transaction(AGENT) as tx:
        today = house.clock.at.date()
        await answer_offer(tx, house.desk, AGENT, case.case_id, GIVEN, OfferAnswer.REFUSED, today, "M1")
    await opened(house, base, [f"refus/{GIVEN}/qualifier", "transmission"])


async def opened(house: House, base: str, pages: list[str]) -> None:
    async with house.client(COORDINATOR) as office, house.client(STRANGER) as stranger:
        assert (await office.get(base)).status_code == 200
        for each in pages:
            page = await office.get(f"{base}/{each}")
            assert page.status_code == 200, (each, page.text[:800])
            assert "<form" in page.text or "pas possible" in page.text, each
            assert (await stranger.get(f"{base}/{each}")).status_code == 404, each
            sent = await stranger.post(
                f"{base}/{each}", data={"cle_idempotence": "3f0c9a52-0000-4000-8000-000000000001"}
            )
            assert sent.status_code in (404, 422), each
            if sent.status_code == 422:
                assert "Situation" not in sent.text


async def test_the_owner_of_a_step_reads_its_text_and_the_reference_and_no_more(house: House) -> None:
    """U56."""
    case = await decided(house)
    async with house.transaction(AGENT) as tx:
        await assign_step(
            tx,
            house.desk,
            AGENT,
            case.case_id,
            Assignment(
                STEP,
                StepKind.CONTACT_PARTNER,
                IML,
                house.clock.at.date(),
                IML_WORKER.account_id,
            ),
            "Relancer le FSL",
        )
    async with house.client(IML_WORKER) as worker:
        listed = (await worker.get("/cases/demarches")).text
        assert "Relancer le FSL" in listed
        assert case.case_ref in listed
        assert (await worker.get(f"/cases/dossiers/{case.case_id}")).status_code == 404
        address = f"/cases/dossiers/{case.case_id}/demarches/{STEP}/clore"
        page = await worker.get(address)
        assert page.status_code == 200
        assert "Parent seul" not in page.text
        done = await worker.post(
            address,
            data={"cle_idempotence": key_of(page.text), "done": "oui", "closed_on": "02/11/2026"},
        )
        assert done.headers["location"] == "/cases/demarches?fait=demarche-close"
        assert "Relancer le FSL" not in (await worker.get("/cases/demarches")).text
    async with house.client(LANDLORD) as other:
        assert (await other.get(address)).status_code == 404


async def test_decisions_to_copy_are_counted_pasted_and_signed(house: House) -> None:
    """U15."""
    case = await decided(house)
    async with house.client(AGENT) as agent:
        page = (await agent.get("/cases/a-reporter")).text
        assert "1 avis n’est pas encore reporté" in page
        assert "Avis de la commission du 02/11/2026" in page
        assert "Lemaire" not in page
        sheet = await agent.get("/cases/a-reporter/export.csv")
        assert case.case_ref in sheet.text
        action = re.search(r'action="(/cases/a-reporter/[^"]+)"', page)
        assert action is not None
        sent = await agent.post(action[1], data={"cle_idempotence": key_of(page)})
        assert sent.status_code == 303, sent.text
        after = (await agent.get("/cases/a-reporter")).text
        assert "par Alain Siao" in after
        assert "Tous les avis sont reportés" in after
    async with house.client(REFERRER) as referrer:
        assert (await referrer.get("/cases/a-reporter")).status_code == 403


async def test_a_referrer_who_opens_a_decision_is_informed_of_it_once(house: House) -> None:
    case = await decided(house)
    async with house.client(COORDINATOR) as office:
        await office.get(f"/cases/dossiers/{case.case_id}")
    assert "referrer_informed" not in dict(await house.said(case.case_id))
    async with house.client(REFERRER) as referrer:
        for _ in range(2):
            assert (await referrer.get(f"/cases/dossiers/{case.case_id}")).status_code == 200
    told = [fact for kind, fact in await house.said(case.case_id) if kind == "referrer_informed"]
    assert len(told) == 1
    assert UUID(told[0]["about"]).version == 7


async def test_answers_of_the_year_are_shown_by_ground_to_the_provider_and_the_office(house: House) -> None:
    """U51."""
    case = await decided(house)
    await proposed(house, case.case_id)
    await proposed(house, case.case_id, TWO, organisation_id=IML)
    for user, orientation in ((LANDLORD, ONE), (IML_WORKER, TWO)):
        async with house.transaction(user) as tx:
            said = Refusal(RefusedBy.PROVIDER, "P1", house.clock.at.date())
            await refuse_orientation(tx, house.desk, user, case.case_id, orientation, said)
    async with house.client(LANDLORD) as landlord:
        page = (await landlord.get("/cases/propositions/reponses")).text
    assert "Flandre Logis" in page
    assert "Toit partagé" not in page
    async with house.client(AGENT) as agent:
        assert "Toit partagé" in (await agent.get("/cases/propositions/reponses")).text
