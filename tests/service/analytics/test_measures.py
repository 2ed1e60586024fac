"""Each measure on a few facts counted by hand."""

from datetime import date

from contracts.accounts import OrganisationRecorded
from contracts.lists import OrgKind
from tests.service.analytics.case_facts import linked
from tests.service.analytics.facts import (
    allocation,
    an_id,
    answer,
    at,
    call,
    calls,
    coverage,
    encounter,
    figures,
    request,
    supply,
)
from tests.service.analytics.house import House

NC = "n. c."
DECEMBER = date(2022, 12, 13)


async def test_calls_by_the_switch_and_by_the_records_side_by_side(house: House) -> None:
    await house.tell(
        calls("c1", date(2022, 12, 13), 1015, 402, 613),
        calls("c2", date(2022, 12, 14), 985, 398, 587),
        calls("c2", date(2022, 12, 14), 985, 400, 585, revision=2),
        call("f1", DECEMBER),
        call("f2", DECEMBER, outcome="information"),
    )
    figure = await house.figure("calls", annee=2022)
    assert figure["rows"][-1] == ["décembre 2022", 2000, 802, 1198, 40.1, 2]
    assert figure["rows"][0] == ["janvier 2022", NC, NC, NC, NC, NC]
    assert figure["total"] == ["Ensemble", 2000, 802, 1198, 40.1, 2]


async def test_demand_counts_requests_households_and_persons_by_door_and_never_over_doors(
    house: House,
) -> None:
    await house.tell(
        request("r1", home="a", adults=1, minors=2),
        request("r2", home="a", adults=1, minors=3, night_of=date(2022, 12, 14), kind="renewal"),
        request("r3", home="a", door="siao", branch="insertion", night_of=None, registered_on=DECEMBER),
        request("r4", home="b"),
    )
    figure = await house.figure("demand_by_door", annee=2022)
    assert figure["rows"] == [["115", 2, 1, 3, 2, 5], ["SIAO", 1, 0, 1, 1, 1]]
    assert figure["total"] is None
    assert "ne s’additionnent pas" in figure["measure"]["caution"]
    columns = (await house.figure("requests", annee=2022))["columns"]
    assert [column["label"] for column in columns] == ["Mois", "115", "SIAO"]


async def test_households_judged_to_be_one_count_once_and_are_met_together(house: House) -> None:
    await house.tell(
        request("r1", home="a"), request("r2", home="b"), answer("n", "r1", at(DECEMBER, 20), home="a")
    )
    assert (await house.rows("demand_by_door", annee=2022))["115"][3] == 2
    assert (await house.figure("unmet", annee=2022))["total"][1:4] == [2, 1, 1]
    await house.tell(linked("l", "a", "b"))
    assert (await house.rows("demand_by_door", annee=2022))["115"][2:4] == [2, 1]
    assert await house.rows("compositions", annee=2022) == {"Homme seul": [1, 1]}
    assert (await house.figure("unmet", annee=2022))["total"][1:4] == [2, 2, 0]


async def test_composition_counts_each_household_once_by_its_last_word(house: House) -> None:
    await house.tell(
        request("r1", home="a"),
        request("r2", home="a", composition="couple", adults=2, night_of=date(2022, 12, 20)),
        request("r3", home="b", composition="couple", adults=2, door="siao"),
    )
    assert await house.rows("compositions", annee=2022) == {"Couple": [2, 4]}
    assert await house.rows("compositions", annee=2022, porte="siao") == {"Couple": [1, 2]}


async def test_encounters_count_meetings_and_persons_met(house: House) -> None:
    await house.tell(
        encounter("e1", DECEMBER, 2),
        encounter("e2", DECEMBER, 1),
        encounter("e3", DECEMBER, 4, outcome="not_found"),
    )
    assert (await house.rows("encounters", annee=2022))["décembre 2022"] == [3, 2, 3]


async def test_supply_is_the_last_report_at_the_date_with_places_out_of_use_apart(house: House) -> None:
    await house.tell(
        supply("s1", date(2022, 3, 1), 20, organisation="a", occupied=18, out_of_use=1),
        supply("s2", date(2022, 6, 1), 24, organisation="a", occupied=20, out_of_use=0),
        supply("s3", date(2022, 3, 1), 10, organisation="b"),
        supply("s4", date(2022, 3, 1), 40, organisation="b", scheme="hotel"),
    )
    assert await house.rows("supply", au="2022-03-31") == {
        "Hôtel": [40, NC, NC, 40, 1, "2022-03-01"],
        "CHRS": [30, 1, 18, 10, 2, "2022-03-01"],
    }
    assert (await house.rows("supply", au="2022-06-30"))["CHRS"][:4] == [34, 0, 20, 10]
    assert (await house.figure("supply", au="2022-01-31"))["rows"] == []


async def test_allocations_are_leased_by_default_decided_and_entered_apart(house: House) -> None:
    await house.tell(
        allocation("a1", decided_on=date(2021, 12, 20), lease_signed_on=date(2022, 1, 10), entered_on=None),
        allocation("a2", decided_on=date(2022, 2, 1), lease_signed_on=None, entered_on=date(2022, 3, 1),
                   scheme="pension_famille"),
        allocation("a3", lease_signed_on=date(2022, 1, 31)),
    )  # fmt: skip
    assert await house.rows("allocations_by_year") == {"2021": [0, 1, 0], "2022": [2, 1, 1]}
    assert (await house.rows("allocations_by_period", annee=2022))["janvier 2022"] == [2]
    assert await house.rows("allocations_by_scheme", annee=2022, base="entered") == {
        "Pension de famille": [1]
    }
    assert await house.rows("allocations_by_scheme", annee=2021, base="decided") == {"Logement social": [1]}


async def test_allocations_by_place_and_organisation_named_once_linked(house: House) -> None:
    known, stranger = an_id("known"), an_id("stranger")
    await house.tell(
        allocation("a1", organisation_id=known),
        allocation("a2", organisation_id=known, territory_cell="sector:200093201-4"),
        allocation("a3", organisation_id=stranger, territory_cell="unknown"),
        allocation("a4", territory_cell="59512"),
        OrganisationRecorded(organisation_id=known, version=1, name="Flandre Logis", kind=OrgKind.LANDLORD,
                             secret_location=False, state="active"),
    )  # fmt: skip
    by_organisation = await house.rows("allocations_by_organisation", annee=2022)
    assert by_organisation == {
        "Flandre Logis": [2],
        "Organisme non donné": [1],
        f"Organisme non relié ({str(stranger)[:4]})": [1],
    }
    by_cell = await house.rows("allocations_by_cell", annee=2022)
    assert set(by_cell) == {
        "Lille (59350)",
        "Roubaix (59512)",
        "Secteur 4 (200093201)",
        "Commune non précisée",
    }
    assert await house.rows("allocations_by_cell", annee=2022, organisme=str(known), commune="59350") == {
        "Lille (59350)": [1]
    }


async def test_homeless_or_sheltered_leaves_out_third_parties_and_shows_state_reception_apart(
    house: House,
) -> None:
    groups = ("street", "night_shelter_or_winter", "emergency_shelter", "shelter", "hotel")
    await house.tell(
        *(allocation(group, situation_at_request=group) for group in groups),
        allocation("t", situation_at_request="third_party"),
        allocation("s", situation_at_request="state_reception"),
        allocation("p", scheme="pension_famille"),
        allocation("u", lease_signed_on=None, decided_on=date(2022, 3, 1)),
    )
    assert (await house.rows("allocations_homeless"))["2022"] == [5, 1, 7, "–", "–"]


async def test_published_totals_stand_beside_ours_and_are_never_added(house: House) -> None:
    await house.tell(
        allocation("a1"), figures("u1", 2022, 2951), figures("u2", 2022, 2900, vintage=date(2024, 5, 1))
    )
    row = (await house.rows("allocations_homeless"))["2022"]
    assert (row[0], row[3]) == (1, "2951 ; 2900")
    published = await house.figure("published")
    assert [line[2:] for line in published["rows"]] == [
        [2951, "Attributions", "URH, mai 2023", "2023-05-01", "Périmètre non indiqué par la source"],
        [2900, "Attributions", "URH, mai 2023", "2024-05-01", "Périmètre non indiqué par la source"],
    ]
    assert published["total"] is None


async def test_what_is_not_covered_is_not_calculable_and_what_is_covered_may_be_nought(house: House) -> None:
    await house.tell(
        coverage("c1", "request", date(2022, 3, 1), date(2022, 12, 31)),
        coverage("c2", "request", date(2022, 7, 1), date(2022, 12, 31), partner="other"),
        request("r1"),
    )
    figure = await house.figure("unmet", annee=2022)
    numbers = [row[1] for row in figure["rows"]]
    assert numbers == [NC, NC, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert "Données partielles avant le 1er\u00a0juillet 2022." in figure["notes"]
    other = await house.figure("unmet", annee=2021)
    assert {row[1] for row in other["rows"]} == {NC}
    assert "Non calculable : les partenaires n’ont rien transmis pour cette période." in other["notes"]
    nothing = await house.figure("calls", annee=2022)
    assert "Non calculable : aucun partenaire n’a encore transmis ce relevé." in nothing["notes"]


async def test_the_overview_compares_with_the_year_before_in_words(house: House) -> None:
    await house.tell(
        *(allocation(f"b{n}", lease_signed_on=date(2021, 4, 1)) for n in range(20)),
        *(allocation(f"a{n}") for n in range(21)),
        figures("u1", 2022, 2951),
    )
    page = await house.page("/analytics/?annee=2022")
    assert "+\u00a05,0\u00a0% en un an (20)" in page
    assert "Pas de comparaison" in page
    assert "Publié ailleurs" in page
    assert "2\u202f951" in page
