"""The page that a partner's developer reads before the first event."""

from fastapi import APIRouter, Request, Response

from integration.domain.inbound import RECORDS
from integration.domain.partners import SCOPES
from integration.domain.written import Inbound
from webui.pages import Pages

_WORDS = {
    "date": "date AAAA-MM-JJ",
    "date-time": "instant RFC 3339 avec décalage",
    "integer": "nombre entier",
    "boolean": "true ou false",
    "string": "texte",
    "array": "liste",
}


def fields_of(record: type[Inbound]) -> list[tuple[str, str, bool]]:
    """The fields of a record for people: name, what is expected, whether it must be there."""
    schema = record.model_json_schema()
    needed = set(schema["required"])
    return [
        (name, _word(name, place), name in needed)
        for name, place in schema["properties"].items()
        if name not in ("record_ref", "record_version", "void")
    ]


def _word(name: str, place: dict[str, object]) -> str:
    options = place.get("anyOf")
    first = options[0] if isinstance(options, list) else place
    if isinstance(options, list) and any(o.get("required") == ["list", "code"] for o in _flat(options)):
        return "code"
    if name.endswith("_ref"):
        return "référence"
    if name == "territory_cell":
        return "commune INSEE, secteur, withheld ou unknown"
    return _WORDS.get(str(first.get("format")), _WORDS.get(str(first.get("type")), "valeur"))


def _flat(options: list[dict[str, object]]) -> list[dict[str, object]]:
    inner = [each for option in options for each in (option.get("anyOf") or [])]  # type: ignore[attr-defined]
    return options + inner


def router(pages: Pages) -> APIRouter:
    """The route."""
    routes = APIRouter()
    records = [(name, SCOPES[name], fields_of(record)) for name, record in RECORDS.items()]

    @routes.get("/")
    async def page(request: Request) -> Response:
        return pages.render(request, "contrat.html", titre="Envoyer des données à Seuil", records=records)

    return routes
