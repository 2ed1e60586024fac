"""The JSON Schema of a fact, as committed and published: open to fields added later, never null."""

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from contracts.allowed import class_of, is_nested
from contracts.classes import DataClass, Leaf, leaves
from contracts.event import Fact, snake
from contracts.records import Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SKELETON_ID = "00000000-0000-4000-8000-000000000000"
_SKELETON_EVENT_ID = "00000000-0000-7000-8000-000000000000"
_SKELETONS = {
    "uuid": _SKELETON_ID,
    "date": "2023-03-14",
    "date-time": "2023-03-14T08:00:00.000Z",
    "email": "a@b.example",
    "uri": "https://b.example",
}


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """Return the schema of a fact's data; `x-class` is a field's data class, `x-kind` its catalogue type."""
    raw = _plain(fact.model_json_schema())
    properties, definitions = raw["properties"], raw.get("$defs", {})
    _mark(fact, properties, definitions, fact.DATA_CLASS)
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"{fact.TYPE}.json",
        "title": fact.TYPE,
        "description": meaning_of(fact),
        "x-topic": fact.TOPIC,
        "x-key": list(fact.KEY),
        "type": "object",
        "required": raw["required"],
        "properties": properties,
    }
    if issubclass(fact, Record):
        schema |= _void_or_whole(fact)
    if definitions:
        schema["$defs"] = definitions
    return schema


def skeleton_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an example to fill in: well-formed, and recognised as nobody's work by its ids."""
    needed = {*schema["required"], *schema.get("else", {}).get("required", ())}
    return {
        name: _skeleton(node, schema.get("$defs", {}))
        for name, node in schema["properties"].items()
        if name in needed
    }


def is_skeleton(example: str) -> bool:
    """Return whether an example still has the ids of a skeleton."""
    return _SKELETON_ID in example or _SKELETON_EVENT_ID in example


def meaning_of(fact: type[Fact]) -> str:
    """Return the docstring of a fact on one line."""
    return " ".join((fact.__doc__ or "").split())


def catalogue_type(field: FieldInfo) -> str:
    """Return the type of a field as the catalogue names it: `id`, `list<part>`, `int`."""
    names = " or ".join(dict.fromkeys(_name(leaf) for leaf in leaves(field)))
    return f"list<{names}>" if "tuple" in str(field.annotation) else names


def _name(leaf: Leaf) -> str:
    if leaf.mark is not None:
        return leaf.mark.kind
    if is_nested(leaf):
        return f"{{{', '.join(leaf.type.model_fields)}}}"
    return snake(leaf.type.__name__)


def _plain(node: Any) -> Any:
    """Drop titles, nulls, and the closing of objects: a reader ignores what it does not know."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        kept = [each for each in node["anyOf"] if each != {"type": "null"}]
        rest = {name: value for name, value in node.items() if name != "anyOf"}
        node = {**rest, **kept[0]} if len(kept) == 1 else {**rest, "anyOf": kept}
    plain: dict[str, Any] = {}
    for name, value in node.items():
        if name in ("properties", "$defs", "patternProperties"):
            plain[name] = {key: _plain(each) for key, each in value.items()}
        elif name == "format" and str(value).startswith("uuid"):
            plain["format"] = "uuid"
            plain["x-uuid-version"] = int(value.removeprefix("uuid"))
        elif name not in ("title", "additionalProperties") and not (name == "default" and value is None):
            plain[name] = _plain(value)
    return plain


def _mark(
    model: type[BaseModel], properties: dict[str, Any], definitions: dict[str, Any], otherwise: DataClass
) -> None:
    for name, field in model.model_fields.items():
        for leaf in leaves(field):
            if is_nested(leaf):
                _mark(leaf.type, definitions[leaf.type.__name__]["properties"], definitions, otherwise)
        properties[name]["x-kind"] = catalogue_type(field)
        properties[name]["x-class"] = "".join(sorted(classes_of(name, field, otherwise)))


def classes_of(path: str, field: FieldInfo, otherwise: DataClass) -> set[DataClass]:
    """Return the data classes of a field, of all it holds when it is an object."""
    found: set[DataClass] = set()
    for leaf in leaves(field):
        if is_nested(leaf):
            for name, inner in leaf.type.model_fields.items():
                found |= classes_of(name, inner, otherwise)
        else:
            found.add(class_of(path, leaf, otherwise))
    return found


def _void_or_whole(record: type[Record]) -> dict[str, Any]:
    silent = sorted(record.own_fields() - record.ids())
    return {
        "if": {"properties": {"void": {"const": True}}, "required": ["void"]},
        "then": {"properties": dict.fromkeys(silent, False)},
        "else": {
            "required": [
                name for name, field in record.model_fields.items() if _if_whole(record, name, field)
            ]
        },
    }


def _if_whole(record: type[Record], name: str, field: FieldInfo) -> bool:
    return name in record.needed_fields() and not field.is_required()


def _skeleton(node: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in node:
        node = {**definitions[node["$ref"].rsplit("/", 1)[-1]], **node}
    if "enum" in node:
        return node["enum"][0]
    if node.get("x-uuid-version") == 7:
        return _SKELETON_EVENT_ID
    if "format" in node:
        return _SKELETONS[node["format"]]
    match node.get("type"):
        case "object" if "properties" in node:
            return {
                name: _skeleton(node["properties"][name], definitions) for name in node.get("required", ())
            }
        case "object":
            return {"year": 2022}
        case "array":
            return [_skeleton(node["items"], definitions)]
        case "integer":
            return node.get("minimum", 0)
        case "boolean":
            return False
        case _:
            return "Europe/Paris" if node.get("x-kind") == "zone" else "59350"
