"""A6, A17, T16, T23: days between steps, the age of what waits beside; each number opens a list as long."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from analytics.queries import LISTS
from contracts.cases import CaseRejected
from contracts.event import Fact
from contracts.lists import Role
from tests.service.analytics import case_facts as c
from tests.service.analytics.house import House

START = date(2023, 1, 9)
STEPS = (
    "Transmis → recevable",
    "Recevable → à l’ordre du jour",
    "À l’ordre du jour → examiné",
    "Examiné → avis",
    "Avis → première réponse",
    "Réponse → attribution",
    "Attribution → bail",
    "Bail → entrée",
)


def day(n: int) -> date:
    return START + timedelta(days=n)


async def told_on(house: House, n: int, *facts: Fact) -> None:
    house.clock.at = datetime.combine(day(n), datetime.min.time(), UTC) + timedelta(hours=10)
    await house.tell(*facts)


async def some_cases(house: House) -> None:
    """a: housed. b: decided, proposed. c, d: admitted. e: rejected. f: submitted. All in 2023."""
    await told_on(house, 0, *(c.submitted(word, day(0)) for word in "abcdef"))
    await told_on(house, 4, c.admitted("a"), c.admitted("b"))
    await told_on(house, 10, c.admitted("c"), c.admitted("d"))
    rejected = CaseRejected(case_id=c.case_id("e"), reason_group="out_of_scope", appeal_until=day(60))
    await told_on(house, 12, rejected, c.scheduled("a"), c.scheduled("b"))
    await told_on(house, 20, c.examined("a"), c.examined("b"))
    await told_on(house, 20, c.decided("a", day(20)), c.decided("b", day(20)))
    await told_on(house, 21, c.proposed("a"), c.proposed("a", "a2"), c.proposed("b"))
    await told_on(house, 25, c.refused("a", day(24), "a2"), c.accepted("a", day(25)))
    await told_on(house, 40, c.allocated("a", day(40)))
    await told_on(house, 60, c.leased("a", day(55)), c.housed("a", day(60)))
    house.clock.at = datetime(2023, 6, 15, 8, tzinfo=UTC)


async def test_days_of_each_step_with_the_open_age_beside(house: House) -> None:
    await some_cases(house)
    rows = await house.rows("path", annee=2023)
    age = (date(2023, 6, 15) - START).days
    nothing = ["n. c.", "n. c."]
    assert tuple(rows) == STEPS
    assert rows[STEPS[0]] == [4, 7, 10, 1, age, age]
    assert rows[STEPS[1]] == [2, 8, 8, 2, age - 10, age - 10]
    assert rows[STEPS[2]] == [2, 8, 8, 0, *nothing]
    assert rows[STEPS[3]] == [2, 0, 0, 0, *nothing]
    assert rows[STEPS[4]] == [1, 4, 4, 1, age - 20, age - 20]
    assert rows[STEPS[5]] == [1, 16, 16, 0, *nothing]
    assert rows[STEPS[6]] == [1, 15, 15, 0, *nothing]
    assert rows[STEPS[7]] == [1, 5, 5, 0, *nothing]


async def test_a_past_month_shows_what_waited_at_its_end(house: House) -> None:
    await some_cases(house)
    rows = await house.rows("path", annee=2023, mois=1)
    assert rows[STEPS[0]][0] == 4
    assert rows[STEPS[4]] == [0, "n. c.", "n. c.", 2, 2, 2]
    assert (await house.rows("path", annee=2023, mois=2))[STEPS[4]][:2] == [1, 4]


async def test_a_decided_case_without_a_proposal_waits_for_no_answer(house: House) -> None:
    await told_on(house, 0, c.submitted("a", day(0)), c.decided("a", day(3), "support_only"))
    assert (await house.rows("path", annee=2023))[STEPS[4]] == [0, "n. c.", "n. c.", 0, "n. c.", "n. c."]


async def test_where_cases_of_a_period_went_and_how_far(house: House) -> None:
    await some_cases(house)
    flows = [tuple(row) for row in (await house.figure("flows", annee=2023))["rows"]]
    assert flows == [
        ("Transmis", "En attente d’examen", 3),
        ("Transmis", "Examinés", 2),
        ("Transmis", "Sans suite", 1),
        ("Examinés", "Avis : orientation", 2),
        ("Avis : orientation", "Proposition faite", 2),
        ("Proposition faite", "Attribution", 1),
        ("Proposition faite", "Proposition en cours", 1),
        ("Attribution", "Clés remises", 1),
    ]
    assert [row[1] for row in (await house.figure("funnel", annee=2023))["rows"]] == [6, 2, 2, 2, 1, 1]
    assert (await house.figure("flows", annee=2022))["rows"] == []


async def test_an_open_case_is_at_one_step_only(house: House) -> None:
    await some_cases(house)
    figure = await house.figure("case_states")
    assert {row[0]: row[1] for row in figure["rows"]} == {
        "Transmis": 1,
        "Recevable": 2,
        "Décision en cours": 1,
        "Entré dans les lieux": 1,
    }
    assert figure["total"][1] == 5


async def test_a_cancelled_allocation_takes_the_case_back(house: House) -> None:
    await some_cases(house)
    await house.tell(c.cancelled("a", day(61)))
    assert [row[1] for row in (await house.figure("funnel", annee=2023))["rows"]] == [6, 2, 2, 2, 0, 0]
    assert (await house.rows("path", annee=2023))[STEPS[6]][0] == 0
    assert await house.rows("allocations_by_year") == {}


LINK = re.compile(r'<td class="n"><a href="(/analytics/listes/[^"]+)"[^>]*>([^<]+)</a></td>')
OPENED = re.compile(r'href="/cases/dossiers/([0-9a-f-]{36})"')


async def test_each_number_opens_a_list_of_the_same_count(house: House) -> None:
    await some_cases(house)
    await house.tell(c.sitting_closed(2, 2))
    opened: set[str] = set()
    async with house.client(Role.COORDINATOR) as client:
        for page in ("parcours?annee=2023", "parcours?annee=2023&mois=1", "commissions?annee=2023"):
            text = (await client.get(f"/analytics/{page}")).text
            for address, number in LINK.findall(text):
                found = await client.get(unescape(address))
                assert found.status_code == 200, address
                assert len(OPENED.findall(found.text)) == int(number), address
                opened.add(address.split("/")[3])
        gone = await client.get("/analytics/listes/path/closed?cle=nothing&annee=2023")
        assert gone.status_code == 404
        assert (await client.get("/analytics/listes/unmet/new_all?cle=a")).status_code == 404
        assert (await client.get("/analytics/listes/nothing/n?cle=a")).status_code == 404
    assert opened == {key for key in LISTS if key != "sittings"}


async def test_lists_hold_no_reference_and_an_erased_case_opens_nothing(house: House) -> None:
    await some_cases(house)
    address = "/analytics/listes/flows/cases?cle=Transmis > Examinés&annee=2023"
    page = await house.page(address)
    assert str(c.case_id("a")) in page
    assert "K7Q" not in page
    await house.tell(c.erased("a", "a", day=date(2023, 6, 15)))
    after = await house.page(address)
    assert str(c.case_id("a")) not in after
    assert "Dossier effacé" in after
    assert after.count("/cases/dossiers/") == 1


async def test_a_case_of_another_territory_is_in_no_figure(house: House) -> None:
    await house.tell(c.submitted("x", day(0), territory="siao-62"), c.decided("x", day(3)))
    assert (await house.figure("funnel", annee=2023))["rows"] == []
    assert (await house.figure("decision_outcomes", annee=2023))["rows"] == []
    rows = await house.rows("set_aside")
    assert rows["Dossiers d’un autre territoire"][0] == 1


async def test_dates_in_the_wrong_order_are_left_out_and_said(house: House) -> None:
    await some_cases(house)
    await house.tell(c.submitted("z", date(2023, 6, 20)), c.admitted("z"))
    figure = await house.figure("path", annee=2023)
    assert figure["rows"][0][1] == 4
    assert "Dates dans le désordre, non comptées : 1." in figure["notes"]


async def test_the_year_goes_from_one_page_to_the_next(house: House) -> None:
    page: Any = await house.page("/analytics/parcours?annee=2022")
    for path in ("demande", "attente", "offre", "attributions", "rapprochement", "publics"):
        assert f'href="/analytics/{path}?annee=2022"' in page
    assert 'href="/analytics/?annee=2022"' in page
