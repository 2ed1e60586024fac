"""What the filters of a page offer: years heard of, communes, organisations."""

from sqlalchemy import text

from analytics.domain.filters import BASIS_WORDS
from analytics.domain.pages import Page
from analytics.queries.coverage import Known
from analytics.queries.words import organisation_word, place
from contracts.lists import ClosedList, Composition, Door, Scheme
from eventing.db import Tx, run
from webui.french import MONTHS

CELLS = text(
    """
    SELECT territory_cell AS cell FROM fact_allocation WHERE NOT void
    UNION SELECT territory_cell FROM case_allocation
    UNION SELECT territory_cell FROM fact_supply WHERE NOT void ORDER BY 1
    """
)
ORGANISATIONS = text(
    """
    SELECT organisation_id AS id FROM fact_allocation WHERE NOT void AND organisation_id IS NOT NULL
    UNION SELECT organisation_id FROM case_allocation
    UNION SELECT organisation_id FROM fact_supply WHERE NOT void ORDER BY 1
    """
)
Options = list[tuple[str, str]]
NAMES = {
    "annee": "Année",
    "mois": "Mois",
    "porte": "Porte d’entrée",
    "composition": "Composition",
    "base": "Date comptée",
    "dispositif": "Dispositif",
    "commune": "Commune ou secteur",
    "organisme": "Organisme",
    "au": "Au",
}


def _listed(kind: type[ClosedList]) -> Options:
    return [(str(item), item.label) for item in kind]


def years(known: Known) -> list[int]:
    """From the first record heard of to this year, the latest first."""
    spans = known.spans.values()
    first = min((span.first.year for span in spans), default=known.today.year)
    last = max([known.today.year, *(span.last.year for span in spans)])
    return list(range(last, min(first, last) - 1, -1))


def default_year(page: Page | None, known: Known) -> int:
    """The year that the most kinds of records speak of, for what the page shows; the latest of those."""
    kinds = (page.record,) if page else ("request", "call_count", "allocation", "supply")
    spans = [known.spans[kind] for kind in kinds if kind in known.spans]
    found = [year for span in spans for year in range(span.first.year, span.last.year + 1)]
    return max(found, key=lambda year: (found.count(year), year), default=known.today.year)


async def options(tx: Tx, page: Page, known: Known) -> dict[str, Options]:
    """The choices of each filter of the page, by its name."""
    found: dict[str, Options] = {
        "annee": [(str(year), str(year)) for year in years(known)],
        "mois": [(str(n), name) for n, name in enumerate(MONTHS, start=1)],
        "porte": _listed(Door),
        "composition": _listed(Composition),
        "dispositif": _listed(Scheme),
        "base": [(str(basis), words) for basis, words in BASIS_WORDS.items()],
    }
    if "commune" in page.fields:
        rows = await run(tx, CELLS)
        found["commune"] = sorted(
            ((row["cell"], place(row["cell"])) for row in rows), key=lambda pair: pair[1]
        )
    if "organisme" in page.fields:
        ids = [row["id"] for row in await run(tx, ORGANISATIONS)]
        named = [(str(one), str(await organisation_word(tx, one))) for one in ids]
        found["organisme"] = sorted(named, key=lambda pair: pair[1])
    return {name: found[name] for name in page.fields if name in found}
