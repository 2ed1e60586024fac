"""What everyone reads: small numbers masked, and nothing beside them that gives them back."""

import csv
import io
from datetime import date

from tests.service.analytics.facts import allocation, answer, at, request, supply
from tests.service.analytics.house import House


async def table(house: House, measure: str, year: int = 2022) -> list[list[str]]:
    async with house.client(None) as client:
        answered = await client.get(f"/analytics/publics/{measure}.csv?annee={year}")
    assert answered.status_code == 200, answered.text
    return list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig")), delimiter=";"))[1:]


async def test_a_small_part_takes_another_with_it_in_every_table(house: House) -> None:
    await house.tell(
        *(allocation(f"a{n}") for n in range(60)),
        *(allocation(f"b{n}", territory_cell="59512") for n in range(20)),
        *(allocation(f"c{n}", scheme="pension_famille", territory_cell="59512") for n in range(4)),
        *(allocation(f"d{n}", scheme="iml_sublet") for n in range(30)),
    )
    assert await table(house, "allocations_by_scheme") == [
        ["Logement social", "80"], ["Intermédiation locative, sous-location", "s"],
        ["Pension de famille", "s"], ["Ensemble", "114"],
    ]  # fmt: skip
    assert await table(house, "allocations_by_cell") == [
        ["Lille (59350)", "90"], ["Roubaix (59512)", "24"], ["Ensemble", "114"],
    ]  # fmt: skip
    [year] = await table(house, "allocations_by_year")
    assert year[:3] == ["2022", "114", "80"]


async def test_who_is_left_out_of_a_subset_is_not_found_by_difference(house: House) -> None:
    await house.tell(
        *(allocation(f"a{n}") for n in range(60)),
        *(allocation(f"b{n}", situation_at_request="third_party") for n in range(3)),
    )
    [year] = await table(house, "allocations_by_year")
    assert year[1:3] == ["s", "s"] or year[2] == "s"
    assert [row for row in await table(house, "allocations_by_scheme") if row[1] == "63"] == [] or year[
        2
    ] == "s"


async def test_a_month_with_few_is_masked_across_and_down_with_its_rate(house: House) -> None:
    night, other = date(2022, 12, 13), date(2022, 11, 13)
    await house.tell(
        *(request(f"r{n}") for n in range(40)),
        *(answer(f"n{n}", f"r{n}", at(night, 20)) for n in range(36)),
        *(request(f"o{n}", night_of=other) for n in range(50)),
        *(answer(f"p{n}", f"o{n}", at(other, 20)) for n in range(20)),
    )
    rows = {row[0]: row[1:] for row in await table(house, "unmet")}
    assert rows["décembre 2022"][2:] == ["s", "n. c."]
    assert "4" not in {cell for row in rows.values() for cell in row}
    for column in (1, 2):
        masks = [name for name, row in rows.items() if row[column] == "s" and name != "Ensemble"]
        assert len(masks) != 1
    assert (await house.rows("unmet", annee=2022))["décembre 2022"][:3] == [40, 36, 4]


async def test_households_and_persons_of_a_small_door_are_masked_together(house: House) -> None:
    await house.tell(
        *(request(f"r{n}") for n in range(12)),
        *(request(f"s{n}", door="siao", adults=2, minors=3) for n in range(6)),
    )
    assert sorted(await table(house, "demand_by_door")) == [["115", "12", "12"], ["SIAO", "s", "s"]]


async def test_places_are_shown_and_who_occupies_them_is_not(house: House) -> None:
    await house.tell(supply("s1", date(2022, 6, 1), 8, occupied=3, out_of_use=1))
    assert await table(house, "supply") == [["CHRS", "8", "1"], ["Ensemble", "8", "1"]]


async def test_the_current_year_stops_at_its_last_whole_month(house: House) -> None:
    for day in (date(2023, 5, 31), date(2023, 6, 1)):
        await house.tell(*(allocation(f"{day}{n}", lease_signed_on=day) for n in range(15)))
    assert (await table(house, "allocations_by_scheme", 2023))[-1] == ["Ensemble", "15"]
    assert "jusqu’au 31\u00a0mai 2023" in await house.page("/analytics/publics?annee=2023", None)
    assert "Rien de publié" in await house.page("/analytics/publics?annee=2030", None)
