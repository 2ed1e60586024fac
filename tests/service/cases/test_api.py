"""The same commands in JSON: rights both ways, versions, an act once per key."""

from uuid import uuid4

from cases.domain.drafting import typed_from
from tests.service.cases.house import (
    AGENT,
    AGREED,
    INFORMED,
    LANDLORD,
    REFERRER,
    STRANGER,
    House,
    a_file,
    ident,
)

API = "/cases/api/v1"


async def test_a_draft_goes_from_typed_to_admitted(house: House) -> None:
    draft = f"{API}/drafts/{ident(0xD1)}"
    async with house.client(REFERRER) as client:
        half = await client.put(draft, json={"typed": {"social.adults": ["beaucoup"]}})
        assert half.json()["typed"] == {"social.adults": ["beaucoup"]}
        refused = await client.post(f"{draft}/submission", json={})
        assert refused.status_code == 409
        assert refused.json()["errors"][0]["pointer"] == "/social/adults"
        typed = {"typed": typed_from(a_file(), INFORMED, AGREED), "version": 1}
        assert (await client.put(draft, json=typed)).status_code == 200
        assert (await client.put(draft, json={"typed": {"door": ["siao"]}, "version": 1})).status_code == 409
        sent = await client.post(f"{draft}/submission", json={"version": 2})
        assert sent.status_code == 200, sent.text
        seen = (await client.get(f"{API}/cases/{ident(0xD1)}")).json()
        assert seen["persons"][0]["family_name"] == "Lemaire-Essai"
        assert seen["numbers"][0]["masked"] == "••••1234"
        assert "admission" not in seen["possible"]
        forbidden = await client.post(f"{API}/cases/{ident(0xD1)}/admission", json={})
        assert forbidden.status_code == 403
    async with house.client(AGENT) as client:
        listed = (await client.get(f"{API}/cases?stage=verifier")).json()
        assert listed["total"] == listed["counts"]["verifier"] == len(listed["cases"]) == 1
        key = {"Idempotency-Key": str(uuid4())}
        once = await client.post(f"{API}/cases/{ident(0xD1)}/admission", json={"version": 1}, headers=key)
        again = await client.post(f"{API}/cases/{ident(0xD1)}/admission", json={"version": 1}, headers=key)
        assert once.json() == again.json()
        assert once.json()["state"] == "admissible"
        late = await client.post(f"{API}/cases/{ident(0xD1)}/suspension", json={"version": 1})
        assert (late.status_code, late.json()["code"]) == (409, "stale_version")


async def test_a_case_of_others_does_not_exist_for_them(house: House) -> None:
    case = await house.case()
    for user in (STRANGER, LANDLORD):
        async with house.client(user) as client:
            for path in ("", "/history"):
                assert (await client.get(f"{API}/cases/{case.case_id}{path}")).status_code == 404
            asked = {"reason": "A10"}
            refused = await client.post(f"{API}/cases/{case.case_id}/cancellation", json=asked)
            assert (refused.status_code, refused.json()["code"]) == (404, "unknown_case")
            assert (await client.get(f"{API}/cases")).json()["total"] == 0
    async with house.client(None) as client:
        assert (await client.get(f"{API}/cases")).status_code == 401
        assert (await client.get(f"{API}/drafts")).status_code == 401
