"""What follows a decision, by JSON: same rights, same refusals, once per id."""

from cases.domain.rules import civil_day
from tests.service.cases.house import AGENT, BAILLEUR, COLLEAGUE, LANDLORD, STRANGER, House
from tests.service.cases.test_following import GIVEN, ONE, decided

PROPOSAL = {
    "orientation_id": str(ONE),
    "scheme": "social_housing",
    "organisation_id": str(BAILLEUR),
    "origin": "commission",
}


async def test_a_program_goes_from_the_proposal_to_the_keys(house: House) -> None:
    case = await decided(house)
    base, today = f"/cases/api/v1/cases/{case.case_id}", civil_day(house.clock.at).isoformat()
    async with house.client(AGENT) as agent, house.client(LANDLORD) as landlord:
        for _ in range(2):
            made = await agent.post(f"{base}/orientations", json=PROPOSAL)
            assert made.status_code == 200, made.text
        waiting = (await landlord.get("/cases/api/v1/orientations")).json()
        assert [each["case_ref"] for each in waiting] == [case.case_ref]
        one = f"{base}/orientations/{ONE}"
        steps = [
            (f"{one}/acceptance", {"answered_on": today}),
            (f"{one}/committee", {"outcome": "a", "decided_on": today}),
            (
                f"{base}/allocations",
                {"allocation_id": str(GIVEN), "orientation_id": str(ONE), "decided_on": today},
            ),
            (f"{base}/allocations/{GIVEN}/answer", {"answer": "accepted", "answered_on": today}),
            (f"{base}/allocations/{GIVEN}/lease", {"lease_kind": "lease", "signed_on": today}),
            (f"{base}/allocations/{GIVEN}/entry", {"entered_on": today}),
        ]
        for address, asked in steps:
            answer = await landlord.post(address, json=asked)
            assert answer.status_code == 200, (address, answer.text)
        assert answer.json()["state"] == "housed"
        assert (await landlord.get("/cases/api/v1/orientations")).json() == []


async def test_a_refusal_is_a_problem_that_points_at_the_answer(house: House) -> None:
    case = await decided(house)
    base = f"/cases/api/v1/cases/{case.case_id}"
    async with house.client(AGENT) as agent:
        await agent.post(f"{base}/orientations", json=PROPOSAL)
        late = await agent.post(f"{base}/orientations/{ONE}/acceptance", json={"answered_on": "2026-10-01"})
        assert (late.status_code, late.json()["code"]) == (409, "dates_out_of_order")
        assert late.json()["errors"][0]["pointer"] == "/answered_on"
        wrong = await agent.post(f"{base}/orientations/{ONE}/refusal", json={"by": "chance"})
        assert wrong.status_code == 422
        early = await agent.post(
            f"{base}/allocations",
            json={"allocation_id": str(GIVEN), "orientation_id": str(ONE), "decided_on": "2026-11-02"},
        )
        assert early.json()["code"] == "not_accepted"


async def test_others_do_not_even_learn_that_the_case_is_there(house: House) -> None:
    case = await decided(house)
    base = f"/cases/api/v1/cases/{case.case_id}"
    for user in (STRANGER, COLLEAGUE, LANDLORD):
        async with house.client(user) as client:
            answer = await client.post(f"{base}/orientations", json=PROPOSAL)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_case")
            assert (await client.get(f"{base}/seniority")).status_code == 404
    async with house.client(None) as visitor:
        assert (await visitor.post(f"{base}/orientations", json=PROPOSAL)).status_code == 401


async def test_seniority_is_explained_to_whoever_follows_the_case(house: House) -> None:
    case = await decided(house)
    async with house.client(AGENT) as agent:
        said = (await agent.get(f"/cases/api/v1/cases/{case.case_id}/seniority")).json()
    assert said["days"] == sum(span["days"] for span in said["spans"] if span["counted"])
    assert said["criteria"][0]["orders"]
