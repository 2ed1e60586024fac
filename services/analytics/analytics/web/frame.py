"""What stands around every page of figures: tabs by what one may read, filters asked, live or not."""

from typing import Any

from fastapi import Request

from analytics.domain.asking import Asked
from analytics.domain.filters import Filters
from analytics.domain.pages import PAGES, Page
from analytics.domain.rights import Reading
from analytics.web.drawing import drawing
from webui.french import MONTHS
from webui.pages import with_query


def frame(
    request: Request, page: Page | None, asked: Asked, reading: Reading | None, drawn: bool = False
) -> dict[str, Any]:
    """What every page of figures is rendered with; `drawn`: it shows figures, live unless asked not to."""
    live = drawn and request.query_params.get("direct") != "non"
    return {
        "rubriques": rubrics(reading, asked.annee),
        "page_courante": page.key if page else request.url.path.rpartition("/")[2],
        "ouvrable": reading is not None and reading.whole,
        "dessin": drawing,
        "direct": live,
        "en_direct": live,
        "lien_direct": with_query(request.url.path, **asked.given, direct="non" if live else None),
        "ici": with_query(request.url.path, **asked.given),
        "filtres_donnes": asked.given,
    }


def rubrics(reading: Reading | None, year: int | None) -> list[tuple[str, str, str]]:
    """Pages somebody may open, by key, title and address: the year goes from one to the next."""
    own = [page for page in PAGES.values() if reading is not None and page.measures_for(reading)]
    whole = reading is not None and reading.whole
    links = [
        *([("", "Vue d’ensemble", "/analytics/")] if whole else []),
        *((page.key, page.title, page.path) for page in own),
        ("publics", "Chiffres publics", "/analytics/publics"),
        ("definitions", "Définitions", "/analytics/definitions"),
    ]
    return [(key, title, with_query(path, annee=year)) for key, title, path in links]


def period_words(filters: Filters) -> str:
    """« mars 2022 » or « année 2022 »."""
    return f"{MONTHS[filters.month - 1]} {filters.year}" if filters.month else f"année {filters.year}"
