"""What the OpenAPI document says of the events that no model of the framework reads."""

from typing import Any

from fastapi import FastAPI

from integration.api.reading import BATCH, BINARY, STRUCTURED
from integration.domain.envelope import Head
from integration.domain.files import SealedCase
from integration.domain.inbound import RECORDS
from integration.domain.written import Inbound
from webui.refusals import PROBLEM_SCHEMA

SHAPES: dict[str, type[Inbound]] = {**RECORDS, "case_sealed": SealedCase, "void": Head}


def record_schemas() -> dict[str, Any]:
    """The JSON Schema of each record, by its component name; nested definitions stand beside them."""
    schemas: dict[str, Any] = {}
    for name, record in SHAPES.items():
        schema = record.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        if record is Head:
            schema["properties"]["void"] = {"const": True}
            schema["required"] = [*schema["required"], "void"]
        schemas[f"data_{name}"] = schema
    return schemas


def _event() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["specversion", "id", "type", "source", "time", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "pattern": "^[!-~]{1,64}$"},
            "type": {"enum": [f"seuil.partner.{name}.v1" for name in RECORDS]},
            "source": {"type": "string"},
            "time": {"type": "string", "format": "date-time"},
            "seuilmode": {"enum": ["live", "backfill"]},
            "data": DATA,
        },
    }


DATA = {"anyOf": [{"$ref": f"#/components/schemas/data_{name}"} for name in SHAPES]}
EVENTS_BODY = {
    "required": True,
    "content": {
        BINARY: {"schema": DATA},
        STRUCTURED: {"schema": _event()},
        BATCH: {"schema": {"type": "array", "minItems": 1, "maxItems": 500, "items": _event()}},
    },
}
REHEARSAL_BODY = {
    "required": True,
    "content": {BATCH: {"schema": {"type": "array", "minItems": 1, "items": {}}}},
}
"""A dry run is for what may be wrong: anything in the list is read as an event."""
_NOTE = {
    "type": "object",
    "required": ["code", "pointer"],
    "properties": {"code": {"type": "string"}, "pointer": {"type": "string"}},
}
ANSWER = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {
            "enum": ["accepted", "replaced", "duplicate", "stale", "quarantined", "conflict", "refused"]
        },
        "seuil_id": {"type": "string", "format": "uuid"},
        "notes": {"type": "array", "items": _NOTE},
        "problem": PROBLEM_SCHEMA,
    },
}
ANSWERS = {"type": "array", "items": ANSWER}
EVENTS_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Lot reçu, un événement au moins a un problème",
        "content": {"application/json": {"schema": ANSWERS}},
    },
    202: {
        "description": "Tout est enregistré",
        "content": {"application/json": {"schema": {"anyOf": [ANSWER, ANSWERS]}}},
    },
}


SECURITY_SCHEMES = {
    "cle": {"type": "http", "scheme": "bearer", "description": "Clé d’un partenaire, sk_live_…"},
    "jeton": {"type": "http", "scheme": "bearer", "description": "Jeton d’une personne connectée"},
}


def complete(app: FastAPI) -> None:
    """Adds to the app's OpenAPI document what the framework does not know: records, kinds of key."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        components = document.setdefault("components", {})
        components["securitySchemes"] = SECURITY_SCHEMES
        components.setdefault("schemas", {}).update(record_schemas())
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents
