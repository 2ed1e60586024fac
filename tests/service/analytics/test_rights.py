"""Who reads what: people of the house all, everyone what is published."""

import pytest

from analytics.domain.pages import PAGES
from contracts.accounts import AccountRecorded
from contracts.lists import Role
from tests.service.analytics.facts import allocation
from tests.service.analytics.house import OUTSIDERS, TERRITORY, House

INTERNAL = (
    *(page.path for page in PAGES.values()),
    "/analytics/exports/unmet.csv",
    "/analytics/exports/unmet.xlsx",
    "/analytics/api/v1/figures",
    "/analytics/api/v1/figures/unmet",
)
OPEN = ("/analytics/publics", "/analytics/publics/allocations_by_scheme.csv", "/analytics/definitions")
INSIDE = (Role.REFERRER, Role.SIAO_AGENT, Role.COORDINATOR, Role.ORG_ADMIN)


@pytest.mark.parametrize("role", INSIDE)
async def test_people_of_the_house_read_all(house: House, role: Role) -> None:
    async with house.client(role) as client:
        for path in (*INTERNAL, *OPEN, "/analytics/"):
            assert (await client.get(path)).status_code == 200, path


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_others_read_what_is_published_only(house: House, role: Role | None) -> None:
    async with house.client(role) as client:
        for path in INTERNAL:
            answer = await client.get(path)
            if role is None:
                assert answer.status_code == (401 if "/api/" in path else 303), path
            else:
                assert answer.status_code == 403, path
        for path in OPEN:
            assert (await client.get(path)).status_code == 200, path
        home = await client.get("/analytics/")
        assert (home.status_code, home.headers["location"]) == (303, "/analytics/publics")


async def test_a_role_of_another_territory_opens_nothing(house: House) -> None:
    async with house.client(Role.COORDINATOR, territory="siao-62") as client:
        assert (await client.get("/analytics/demande")).status_code == 403


async def test_a_disabled_account_is_out_at_once(house: House) -> None:
    grant = {"role": "siao_agent", "territory": TERRITORY}
    account = {"person_id": house.reader, "generation": 1, "roles": (grant,), "assurance": "mail_link"}
    await house.tell(AccountRecorded(**account, version=1, state="active"))
    async with house.client() as client:
        assert (await client.get("/analytics/demande")).status_code == 200
        await house.tell(AccountRecorded(**account, version=2, state="disabled"))
        assert (await client.get("/analytics/demande")).status_code == 303


async def test_what_does_not_exist_or_does_not_parse_is_said(house: House) -> None:
    await house.tell(allocation("a"))
    async with house.client() as client:
        assert (await client.get("/analytics/api/v1/figures/nothing")).status_code == 404
        assert (await client.get("/analytics/exports/nothing.csv")).status_code == 404
        assert (await client.get("/analytics/publics/unmet_origins.csv")).status_code == 404
        assert (await client.get("/analytics/nothing")).status_code == 404
        for wrong in (
            "annee=x",
            "annee=1700",
            "mois=13",
            "porte=window",
            "organisme=1",
            "commune=Lille",
            "au=hier",
        ):
            answer = await client.get(f"/analytics/api/v1/figures/unmet?{wrong}")
            assert answer.status_code == 422, wrong
            assert answer.json()["errors"][0]["pointer"].endswith(wrong.partition("=")[0])
            page = await client.get(f"/analytics/attributions?{wrong}")
            assert page.status_code == 422
            assert "<html" in page.text
        empty = "annee=&mois=&porte=&dispositif=&commune=&organisme=&composition=&base=&au="
        assert (await client.get(f"/analytics/attributions?{empty}")).status_code == 200
