"""T24: what is exported is what is on screen, row for row, under each filter."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

from analytics.domain.pages import PAGES
from contracts.accounts import OrganisationRecorded
from tests.service.analytics import case_facts as c
from tests.service.analytics.facts import (
    allocation,
    an_id,
    answer,
    at,
    call,
    calls,
    encounter,
    figures,
    request,
    supply,
)
from tests.service.analytics.house import House
from tests.service.analytics.test_waiting import waiting
from webui.french import MONTHS

TABLE = re.compile(r"<table.*?<caption[^>]*>(.*?)</caption>(.*?)</table>", re.DOTALL)
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
QUESTIONS = {
    "demande": ("annee=2022", "annee=2022&mois=12", "annee=2022&porte=siao", "annee=2022&composition=couple"),
    "reponses": ("annee=2022", "annee=2022&mois=12", "annee=2022&porte=outreach"),
    "offre": ("au=2022-12-31", "au=2022-12-31&dispositif=hotel", "au=2022-01-01"),
    "attributions": (
        "annee=2022",
        "annee=2022&mois=5",
        "annee=2022&base=decided",
        "annee=2022&dispositif=pension_famille",
        "annee=2022&commune=59512",
        f"annee=2022&organisme={an_id('landlord')}",
        "annee=2019",
    ),
    "commissions": ("annee=2023",),
    "parcours": ("annee=2022", "annee=2022&mois=3"),
    "attente": ("annee=2022", "au=2022-12-31&composition=couple"),
    "rapprochement": ("annee=2022",),
}
DANGEROUS = "=cmd|' /C calc'!A0"


def on_screen(page: str) -> dict[str, list[list[str]]]:
    """Rows of each table of a page by its caption."""
    return {
        plain(caption): [[plain(cell) for cell in CELL.findall(row)] for row in ROW.findall(body)]
        for caption, body in TABLE.findall(page)
    }


def plain(text: str) -> str:
    text = unescape(re.sub(r"<[^>]*>", "", text)).strip()
    text = text.replace("\u202f", "").replace("\u00a0", " ").replace("’", "'")
    if found := re.fullmatch(r"(\d+)(?:er)? (\w+) (\d{4})", text):
        return f"{int(found[1]):02}/{MONTHS.index(found[2]) + 1:02}/{found[3]}"
    return text.removesuffix(" %").replace("−", "-")


async def tell_some(house: House) -> None:
    night = date(2022, 12, 13)
    await house.tell(
        *(request(f"r{n}", home=f"h{n % 7}") for n in range(25)),
        *(answer(f"n{n}", f"r{n}", at(night, 20), home=f"h{n % 7}") for n in range(9)),
        request("s1", door="siao", composition="couple", adults=2), request("o1", door="outreach"),
        calls("c1", night, 1015, 402, 613), call("f1", night), encounter("e1", night, 3),
        supply("p1", night, 1200, occupied=1100, out_of_use=2), supply("p2", night, 40, scheme="hotel"),
        *(allocation(f"a{n}", decided_on=date(2022, 4, 1)) for n in range(12)),
        allocation("b1", scheme="pension_famille", territory_cell="59512", organisation_id=an_id("landlord")),
        figures("u1", 2022, 2951),
        *(c.submitted(f"k{n}", date(2022, 3, 1)) for n in range(6)),
        c.decided("k1", date(2022, 3, 14)), c.proposed("k1"), c.accepted("k1", date(2022, 3, 20)),
        c.decided("k2", date(2022, 3, 14), "support_only"),
        c.allocated("k1", date(2022, 4, 5)), c.housed("k1", date(2022, 5, 2)),
        c.sitting_closed(2, 2), waiting("w1"), waiting("w2", composition="couple", adults=2),
        OrganisationRecorded(organisation_id=an_id("landlord"), version=1, name=DANGEROUS, kind="landlord",
                             secret_location=False, state="active"),
    )  # fmt: skip


@pytest.mark.parametrize(("theme", "question"), [(t, q) for t, found in QUESTIONS.items() for q in found])
async def test_sheets_hold_the_rows_of_the_screen(house: House, theme: str, question: str) -> None:
    await tell_some(house)
    shown = on_screen(await house.page(f"/analytics/{theme}?{question}"))
    async with house.client() as client:
        for key in PAGES[theme].measures:
            told = (await client.get(f"/analytics/api/v1/figures/{key}?{question}")).json()
            text = (await client.get(f"/analytics/exports/{key}.csv?{question}")).content.decode("utf-8-sig")
            lines = list(csv.reader(io.StringIO(text), delimiter=";"))
            assert len(lines) == 1 + len(told["rows"]) + (told["total"] is not None)
            if told["rows"]:
                assert [[plain(c) for c in line] for line in lines] == [
                    [sheltered(c) for c in row] for row in shown[plain(told["measure"]["title"])]
                ]
            book = (await client.get(f"/analytics/exports/{key}.xlsx?{question}")).content
            [sheet] = CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
            rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(sheet).to_python()
            assert len(rows) == len(lines)
            wanted = [row for row in [*told["rows"], told["total"]] if row]
            assert [[alike(c) for c in row] for row in rows[1:]] == [
                [alike(c) for c in row] for row in wanted
            ]


def sheltered(cell: str) -> str:
    """A text that a spreadsheet would run has an apostrophe before it in CSV."""
    dangerous = cell.startswith(("=", "+", "-", "@")) and not re.fullmatch(r"-\d+", cell)
    return f"'{cell}" if dangerous else cell


def alike(cell: object) -> object:
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, int) else cell


async def test_filters_stand_as_chips_that_can_be_removed(house: House) -> None:
    await tell_some(house)
    page = await house.page("/analytics/attributions?annee=2022&dispositif=pension_famille&porte=siao")
    assert 'href="/analytics/attributions?annee=2022"' in page
    assert "Dispositif\u00a0: Pension de famille" in page
    assert "SIAO" not in page.split('class="puce"', 1)[1].split("</p>")[0]
    assert '<option value="pension_famille" selected>' in page


async def test_an_empty_page_says_what_will_come(house: House) -> None:
    page = await house.page("/analytics/attributions?annee=2022")
    assert "Rien à compter ici" in page
    assert "Retirer les filtres" in page
    assert "Aucun événement reçu" in page
    public = await house.page("/analytics/publics", None)
    assert "Rien à compter ici" in public
