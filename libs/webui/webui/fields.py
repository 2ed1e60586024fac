"""Types for what people type: one line, several lines, an address, a civil date and hour.

They serve forms and JSON bodies alike, so that both doors refuse the same things.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
)
from pydantic.types import UuidVersion
from pydantic_core import PydanticCustomError, core_schema

from contracts.refusal import FieldError, Refused
from webui.french import PARIS, date_fr, heure_fr
from webui.messages import message_for

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_TURNS = r"\u202a-\u202e\u2066-\u2069"
"""What turns the direction of the text after it: a name would show as another one in lists and mails."""
_CONTROLS = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{_TURNS}]|[\ud800-\udfff]")
_NOT_IN_LINE = rf"\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029{_TURNS}"
_NOT_IN_TEXT = rf"\x00-\x08\x0b\x0c\x0e-\x1f\x7f{_TURNS}"
_EMAIL = r"^[a-z0-9]([a-z0-9_+-]|\.[a-z0-9]){0,30}@([a-z0-9]{1,20}\.){1,3}[a-z]{2,10}$"
_UUID4 = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_TIME = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)(?::\d{2})?")


def wrong(kind: str, **context: Any) -> PydanticCustomError:
    """A validation error of one of our own types, with its French sentence."""
    text = message_for(kind, context).replace("{", "").replace("}", "")
    return PydanticCustomError(kind, text, context or None)


@dataclass(frozen=True)
class Line:
    """`Annotated[str, Line(80)]`: stripped, at most `max_length` characters, no line break, not empty.

    No-break spaces are kept: whoever typed one before a colon wants no line to start with it.
    """

    max_length: int
    empty: bool = False
    breaks: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, core_schema.str_schema())

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> Any:
        out = _NOT_IN_TEXT if self.breaks else _NOT_IN_LINE
        pattern = f"^[^{out}]*$" if self.empty else f"^[^{out}]*[^{out}\\s][^{out}]*$"
        length = {"minLength": 0 if self.empty else 1, "maxLength": self.max_length}
        return {"type": "string", "pattern": pattern, **length}

    def _check(self, value: str) -> str:
        if not self.breaks and _BREAKS.search(value):
            raise wrong("line_break")
        if _CONTROLS.search(value):
            raise wrong("nul")
        if len(value) > self.max_length:
            raise wrong("line_too_long", max_length=self.max_length)
        value = (value if self.breaks else _SPACES.sub(" ", value)).strip()
        if not value and not self.empty:
            raise wrong("empty_text")
        return value


def Text(max_length: int, empty: bool = False) -> Line:  # noqa: N802 - used as a type, like Line
    """`Annotated[str, Text(2000)]`: as Line, line breaks allowed."""
    return Line(max_length, empty, breaks=True)


def _email(value: str) -> str:
    if _BREAKS.search(value) or _CONTROLS.search(value):
        raise wrong("line_break")
    value = value.strip()
    if "@" not in value:
        raise wrong("email_no_at")
    if value.endswith("@"):
        raise wrong("email_no_domain")
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise wrong("email") from None


def _civil_date(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        try:
            if found := _DATE.fullmatch(text):
                return date(int(found[3]), int(found[2]), int(found[1]))
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise wrong("civil_date")
    if isinstance(value, datetime) or not isinstance(value, date):
        raise wrong("civil_date")
    return value


def _civil_time(value: Any) -> Any:
    if isinstance(value, str):
        found = _TIME.fullmatch(value.strip().lower())
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise wrong("civil_time")
        return time(int(found[1]), int(found[2] or 0))
    if not isinstance(value, time) or value.tzinfo is not None:
        raise wrong("civil_time")
    return value


Email = Annotated[
    str, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email", "pattern": _EMAIL})
]
NewId = Annotated[UUID, UuidVersion(4), WithJsonSchema({"type": "string", "pattern": _UUID4})]
"""An id of version 4, made by whoever asks."""
Flag = Annotated[bool, Strict()]
"""`true` or `false`; neither 0 nor "oui"."""
CivilDate = Annotated[date, BeforeValidator(_civil_date)]
CivilTime = Annotated[
    time,
    BeforeValidator(_civil_time),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]


def paris_instant(day: date, at: time, pointer: str = "/time") -> datetime:
    """The UTC instant of a civil date and hour in Paris; the first of the two when clocks go back.

    Refused 422 `hour_does_not_exist` in the hour skipped in spring, with the two nearest hours; 409
    `date_out_of_range` outside 1970 to 2199.
    """
    if not 1970 <= day.year <= 2199:
        text = "Cette année est trop lointaine"
        raise Refused("date_out_of_range", text, 409, [FieldError(pointer, "date_out_of_range", text)])
    local = datetime.combine(day, at, PARIS).replace(fold=0)
    instant = local.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    skipped = local.replace(fold=1).utcoffset(), local.utcoffset()
    assert skipped[0] is not None
    assert skipped[1] is not None
    start = _gap_start(local.replace(fold=1).astimezone(UTC), instant)
    before, after = (start - timedelta(minutes=1)).astimezone(PARIS), start.astimezone(PARIS)
    text = (
        f"Le {date_fr(day)}, {heure_fr(at)} n’existe pas : l’heure change cette nuit-là. "
        f"Choisissez {heure_fr(before)} ou {heure_fr(after)}."
    )
    raise Refused("hour_does_not_exist", text, 422, [FieldError(pointer, "hour_does_not_exist", text)])


def _gap_start(low: datetime, high: datetime) -> datetime:
    offset = low.astimezone(PARIS).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(PARIS).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
