"""Allocations: one record counts once, at the date chosen, and never beside its own withdrawal."""

from datetime import date

from tests.service.analytics.facts import allocation, figures
from tests.service.analytics.house import House


async def test_an_allocation_told_is_a_row_on_the_page(house: House) -> None:
    await house.tell(*(allocation(f"a{n}") for n in range(12)), figures("published", 2022, 2951))
    page = await house.page("/analytics/attributions?annee=2022")
    assert "Attributions par an" in page
    assert (await house.rows("allocations_by_year"))["2022"][0] == 12
    row = (await house.rows("allocations_homeless"))["2022"]
    assert row[0] == 12
    assert row[3:] == [2951, "URH, mai 2023 ; Périmètre non indiqué par la source"]


async def test_void_removes_and_an_older_revision_does_not_bring_it_back(house: House) -> None:
    await house.tell(*(allocation(f"a{n}") for n in range(5)))
    await house.tell(allocation("a0", revision=3, void=True), allocation("a0", revision=2))
    await house.tell(allocation("a1", revision=2, lease_signed_on=date(2021, 12, 31)))
    rows = await house.rows("allocations_by_year")
    assert (rows["2022"][0], rows["2021"][0]) == (3, 1)
