"""A sitting through JSON, as a program would hold it."""

from typing import Any

from cases.domain.sitting import SittingState
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COMMISSION,
    HAVRE,
    LANDLORD_MEMBER,
    REFERRER,
    STRANGER,
    House,
)
from tests.service.cases.test_sitting import MEMBERS, VOTERS
from webui.identity import User

ROOT = f"/cases/api/v1/sittings/{COMMISSION}"


async def post(house: House, user: User, path: str, status: int = 200, **content: Any) -> Any:
    async with house.client(user) as client:
        answer = await client.post(path, json=content)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_sitting_is_held_by_a_program(house: House) -> None:
    await house.commission(members=MEMBERS)
    case = await house.case(admitted=True)
    on_case = f"{ROOT}/cases/{case.case_id}"
    await post(house, STRANGER, on_case, 403)
    await post(house, AGENT, on_case, minutes=20)
    await post(house, AGENT, ROOT + "/order", order=[str(case.case_id)])
    await post(house, AGENT, ROOT + "/publication")
    house.clock.advance(days=20)
    present = [str(each) for each in VOTERS]
    await post(house, AGENT, ROOT + "/opening", 403, present=present)
    opened = await post(house, CHAIR, ROOT + "/opening", present=present)
    assert (opened["state"], opened["quorum"]) == ("opened", True)
    await post(house, LANDLORD_MEMBER, on_case + "/opinion", outcome="orient", text="Un T3")
    await post(house, LANDLORD_MEMBER, on_case + "/decision", 403, outcome="orient")
    await post(house, CHAIR, on_case + "/examination", heard="present")
    refused = await post(house, CHAIR, on_case + "/decision", 409, outcome="orient")
    assert refused["code"] == "no_scheme"
    decision: dict[str, Any] = {
        "outcome": "orient",
        "schemes": ["social_housing"],
        "step": {
            "organisation_id": str(HAVRE),
            "due_on": "2026-12-10",
            "owner_id": str(REFERRER.account_id),
        },
    }
    decided = await post(house, CHAIR, on_case + "/decision", **decision)
    assert decided["state"] == "in_follow_up"
    again = await post(house, CHAIR, on_case + "/decision", 409, **decision)
    assert again["code"] == "already_decided"
    await post(house, CHAIR, ROOT + "/closing")
    await post(house, LANDLORD_MEMBER, ROOT + "/minutes/remarks", text="Rien à redire")
    approved = await post(house, CHAIR, ROOT + "/minutes/approval")
    assert approved["state"] == SittingState.APPROVED
    asked = await post(
        house,
        REFERRER,
        f"/cases/api/v1/cases/{case.case_id}/corrections",
        **decision,
        reason="Autre dispositif",
    )
    answered = f"/cases/api/v1/corrections/{asked['correction_id']}"
    await post(house, AGENT, answered, 403, approve=True)
    async with house.client(LANDLORD_MEMBER) as client:
        seen = (await client.get(ROOT)).json()
        assert [line["case_ref"] for line in seen["lines"]] == [case.case_ref]
        assert len((await client.get("/cases/api/v1/sittings")).json()) == 1
    async with house.client(STRANGER) as client:
        assert (await client.get(ROOT)).status_code == 404
        assert (await client.get("/cases/api/v1/sittings")).json() == []
