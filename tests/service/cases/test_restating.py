"""A case open for two years is said again once, and not before two more years."""

from tests.service.cases.house import House


async def test_an_old_open_case_is_said_again_once(house: House) -> None:
    made = await house.case(admitted=True)
    assert "case_restated" not in [kind for kind, _ in await house.said(made.case_id)]
    house.clock.advance(days=732)
    await house.world.settle()
    house.clock.advance(days=2)
    said = [(kind, fact) for kind, fact in await house.said(made.case_id) if kind == "case_restated"]
    assert len(said) == 1
    assert said[0][1]["facts"]["seniority_from"] == "2024-03-04"
    assert said[0][1]["state"] == "admissible"
    house.clock.advance(days=400)
    assert [kind for kind, _ in await house.said(made.case_id)].count("case_restated") == 1
    house.clock.advance(days=340)
    await house.world.settle()
    assert [kind for kind, _ in await house.said(made.case_id)].count("case_restated") == 2
