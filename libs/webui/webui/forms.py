"""Forms: what was typed, kept as typed, and the same checked by a model, with one sentence per mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from contracts.refusal import FieldError, Refused
from webui.fields import CivilDate, CivilTime, Email, Line, Text, paris_instant, wrong
from webui.messages import message_for

__all__ = [
    "CivilDate",
    "CivilTime",
    "Email",
    "Form",
    "Line",
    "Text",
    "empty_form",
    "paris_instant",
    "read_form",
    "wrong",
]

FIELD_LIMIT = 200
TEXT_LIMIT = 100_000
KEY_FIELD = "cle_idempotence"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Form(Generic[M]):
    """`values`: what was typed, by field. `errors`: one French sentence by field ("" for the whole form)."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    checked: M | None = None

    @property
    def valid(self) -> bool:
        """True when the model accepted everything and nothing was added since."""
        return self.checked is not None and not self.errors

    @property
    def data(self) -> M:
        """The checked values; only on a valid form."""
        assert self.checked is not None, "read `valid` first"
        return self.checked

    @property
    def key(self) -> str:
        """The idempotency key the page was rendered with, or an empty text."""
        return self.value(KEY_FIELD)

    def value(self, name: str, default: str = "") -> str:
        """What was typed in a field, first answer."""
        typed = self.values.get(name)
        return typed[0] if typed else default

    def all(self, name: str) -> Sequence[str]:
        """Every answer of a field with several."""
        return self.values.get(name, ())

    def with_errors(self, errors: Mapping[str, str]) -> "Form[M]":
        """The same form with more to correct."""
        return Form(self.values, {**self.errors, **errors}, self.checked)

    def refused(self, refusal: Refused) -> "Form[M]":
        """The same form with what the domain refused: by field when it says so, else for the whole form."""
        found = {e.pointer.strip("/").replace("/", "."): e.detail for e in refusal.errors}
        return self.with_errors(found or {"": refusal.text})


def empty_form(values: Mapping[str, object] | None = None) -> Form[Any]:
    """A form not yet sent, with what is already known. None is left empty; a list gives several answers."""
    typed: dict[str, list[str]] = {}
    for name, value in (values or {}).items():
        many = value if isinstance(value, list | tuple | set | frozenset) else [value]
        typed[name] = [str(item) for item in many if item is not None]
    return Form(typed)


async def read_form(
    request: Request, model: type[M], messages: Mapping[str, str | Mapping[str, str]] | None = None
) -> Form[M]:
    """Reads an urlencoded (or multipart) body into `model`.

    `messages` gives, by field, the sentence for a missing or wrong answer, or one per error type.
    Answers 415 to another content type, 400 to an unreadable body or over 200 fields.
    """
    values = await _typed(request)
    errors = {
        name: message_for("nul") for name, typed in values.items() if any("\x00" in text for text in typed)
    }
    raw = {name: value for name, value in _raw(values, model, errors).items() if name not in errors}
    try:
        checked = model.model_validate(raw)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in item["loc"])
            errors.setdefault(name, _sentence(name, item, messages or {}))
        return Form(values, errors)
    return Form(values, errors, checked)


async def _typed(request: Request) -> dict[str, list[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415)
    values: dict[str, list[str]] = {}
    sent = await request.form(max_fields=FIELD_LIMIT, max_files=10)
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            continue
        if len(value) > TEXT_LIMIT:
            raise HTTPException(413)
        values.setdefault(name, []).append(value)
    return values


def _raw(values: Mapping[str, list[str]], model: type[BaseModel], errors: dict[str, str]) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for attribute, info in model.model_fields.items():
        name = info.alias or attribute
        answers = [text for text in values.get(name, []) if text.strip()]
        if _many(info.annotation):
            raw[name] = answers
        elif len(answers) > 1:
            errors[name] = message_for("repeated")
        elif answers:
            raw[name] = answers[0].strip()
    return raw


def _many(annotation: Any) -> bool:
    if get_origin(annotation) in (list, set, frozenset, tuple):
        return True
    return any(_many(inner) for inner in get_args(annotation) if get_origin(annotation) is not dict)


def _sentence(name: str, item: Any, messages: Mapping[str, str | Mapping[str, str]]) -> str:
    own = messages.get(name, {})
    if isinstance(own, str):
        return own
    kind = item["type"]
    if kind in own:
        return own[kind]
    if kind == "value_error":
        return str(item["ctx"]["error"])
    return message_for(kind, item.get("ctx"))


def field_error(name: str, code: str, detail: str) -> FieldError:
    """A FieldError on a form field."""
    return FieldError(f"/{name}", code, detail)
