"""Who reads what: the SIAO all, an organisation its own, everyone what is published."""

from datetime import date

import pytest

from analytics.domain.measures import MEASURES
from analytics.domain.pages import PAGES
from contracts.accounts import AccountRecorded
from contracts.lists import Role
from tests.service.analytics.case_facts import (
    LANDLORD,
    SHELTER,
    allocated,
    decided,
    proposed,
    refused,
    submitted,
)
from tests.service.analytics.facts import allocation, an_id, supply
from tests.service.analytics.house import OUTSIDERS, TERRITORY, House

INTERNAL = (
    *(page.path for page in PAGES.values()),
    "/analytics/exports/unmet.csv",
    "/analytics/exports/unmet.xlsx",
    "/analytics/api/v1/figures",
    "/analytics/api/v1/figures/unmet",
)
OPEN = ("/analytics/publics", "/analytics/publics/allocations_by_scheme.csv", "/analytics/definitions")
WHOLE = (Role.SIAO_AGENT, Role.COORDINATOR)
OWN = (Role.REFERRER, Role.ORG_ADMIN)
OWN_PAGES = ("parcours", "offre", "attributions", "commissions")


@pytest.mark.parametrize("role", WHOLE)
async def test_the_siao_and_the_coordinator_read_all(house: House, role: Role) -> None:
    async with house.client(role) as client:
        for path in (*INTERNAL, *OPEN, "/analytics/"):
            assert (await client.get(path)).status_code == 200, path


@pytest.mark.parametrize("role", OWN)
async def test_an_organisation_reads_what_is_its_own_only(house: House, role: Role) -> None:
    async with house.client(role, organisation=SHELTER) as client:
        for page in PAGES.values():
            wanted = 200 if page.key in OWN_PAGES else 403
            assert (await client.get(page.path)).status_code == wanted, page.path
        assert (await client.get("/analytics/exports/unmet.csv")).status_code == 403
        assert (await client.get("/analytics/api/v1/figures/reconciliation")).status_code == 403
        told = (await client.get("/analytics/api/v1/figures")).json()
        assert {one["key"] for one in told} == {key for key, one in MEASURES.items() if one.own}
        home = await client.get("/analytics/?annee=2022")
        assert (home.status_code, home.headers["location"]) == (303, "/analytics/parcours?annee=2022")
        listed = await client.get("/analytics/listes/path/closed?cle=admitted")
        assert listed.status_code == 403


@pytest.mark.parametrize("role", OWN)
async def test_without_an_organisation_these_roles_read_what_is_published(house: House, role: Role) -> None:
    async with house.client(role) as client:
        assert (await client.get("/analytics/parcours")).status_code == 403
        home = await client.get("/analytics/")
        assert (home.status_code, home.headers["location"]) == (303, "/analytics/publics")


async def test_own_is_the_cases_and_the_allocations_of_the_organisation(house: House) -> None:
    other = an_id("organisation other")
    await house.tell(
        *(submitted(f"mine{n}", date(2022, 3, 1)) for n in range(3)),
        *(submitted(f"theirs{n}", date(2022, 3, 1), organisation_id=other) for n in range(2)),
        allocation("a", organisation_id=LANDLORD), allocation("b", organisation_id=other),
        allocated("mine0", date(2022, 6, 1)), allocated("theirs0", date(2022, 6, 1)),
        supply("p", date(2022, 3, 1), 20, organisation="shelter"), supply("q", date(2022, 3, 1), 30),
    )  # fmt: skip
    async with house.client(Role.REFERRER, organisation=SHELTER) as client:
        funnel = (await client.get("/analytics/api/v1/figures/funnel?annee=2022")).json()["rows"]
        assert [row[1] for row in funnel] == [3, 1, 1, 1, 1, 0]
        years = (await client.get("/analytics/api/v1/figures/allocations_by_year")).json()["rows"]
        assert years == [["2022", 0, 1, 0]]
        places = (await client.get("/analytics/api/v1/figures/supply?annee=2022")).json()["rows"]
        assert [row[1] for row in places] == [20]
    async with house.client(Role.REFERRER, organisation=LANDLORD) as client:
        years = (await client.get("/analytics/api/v1/figures/allocations_by_year")).json()["rows"]
        assert years == [["2022", 1, 2, 0]]


async def test_a_provider_reads_its_own_while_a_proposal_is_open_and_thirty_days_more(house: House) -> None:
    async with house.client(Role.CHAIR, organisation=LANDLORD) as client:
        assert (await client.get("/analytics/parcours")).status_code == 403
        await house.tell(submitted("a", date(2023, 3, 1)), proposed("a"))
        rows = (await client.get("/analytics/api/v1/figures/orientations?annee=2023")).json()["rows"]
        assert rows == [["Logement social", 1, 0, 0, 0, 1, 0]]
        assert (await client.get("/analytics/demande")).status_code == 403
        await house.tell(refused("a", date(2023, 6, 15)))
        assert (await client.get("/analytics/parcours")).status_code == 200
    house.clock.advance(days=31)
    async with house.client(Role.CHAIR, organisation=LANDLORD) as client:
        assert (await client.get("/analytics/parcours")).status_code == 403


async def test_an_administrator_of_an_organisation_reads_no_number_under_five(house: House) -> None:
    day = date(2022, 3, 1)
    cases = [f"c{n}" for n in range(12)]
    outcomes = ["orient"] * 3 + ["support_only"] * 4 + ["request_label"] * 5
    await house.tell(
        *(submitted(word, day) for word in cases),
        *(decided(word, day, outcome) for word, outcome in zip(cases, outcomes, strict=True)),
    )
    async with house.client(Role.ORG_ADMIN, organisation=SHELTER) as client:
        told = (await client.get("/analytics/api/v1/figures/decision_outcomes?annee=2022&mois=3")).json()
        assert [row[1] for row in told["rows"]] == [5, "s", "s"]
        assert told["total"] == ["Ensemble", 12]
        assert any("moins de 5" in note for note in told["notes"])
        page = (await client.get("/analytics/commissions?annee=2022")).text
        assert 'name="mois"' not in page
        flows = (await client.get("/analytics/api/v1/figures/flows?annee=2022")).json()["rows"]
        assert {row[2] for row in flows} == {"s"}
        sheet = (await client.get("/analytics/exports/decision_outcomes.csv?annee=2022")).text
        assert ";s\r\n" in sheet
    async with house.client(Role.REFERRER, organisation=SHELTER) as client:
        told = (await client.get("/analytics/api/v1/figures/decision_outcomes?annee=2022")).json()
        assert [row[1] for row in told["rows"]] == [5, 4, 3]


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
