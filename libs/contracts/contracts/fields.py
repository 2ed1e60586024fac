"""The closed set of field types: no bare `str` or `int`, each type says its bounds and its class."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.types import UuidVersion

from contracts.classes import DataClass, Mark

INT_MAX = 2_147_483_647
MEMBERS_MAX = 9


def to_milliseconds(value: datetime) -> datetime:
    """Return the instant in UTC, cut to the millisecond: what is written equals what is read."""
    return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)


def rfc3339(value: datetime) -> str:
    """Return the instant as `2023-03-14T08:00:00.000Z`."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _order(item: Any) -> str:
    return item.model_dump_json() if isinstance(item, BaseModel) else str(item)


def _sorted_once(items: tuple[Any, ...]) -> tuple[Any, ...]:
    keys = [_order(item) for item in items]
    if len(set(keys)) != len(keys):
        raise ValueError("a value appears twice")
    return tuple(sorted(items, key=_order))


Item = TypeVar("Item")
Each = Annotated[
    tuple[Item, ...], AfterValidator(_sorted_once), Field(json_schema_extra={"uniqueItems": True})
]
"""A list without duplicates, kept sorted whatever the order given."""

Id = Annotated[UUID, UuidVersion(4), Mark("id", identifies=True)]
EventId = Annotated[UUID, UuidVersion(7), Mark("eid", identifies=True)]
PersonId = Annotated[UUID, UuidVersion(4), Mark("id", DataClass.P, identifies=True)]
HouseholdId = Annotated[UUID, UuidVersion(4), Mark("id", DataClass.H, identifies=True)]
CommissionId = Annotated[UUID, UuidVersion(4), Mark("id", DataClass.N, identifies=True)]
OrganisationId = Annotated[UUID, UuidVersion(4), Mark("id", DataClass.N, identifies=True)]
PartnerId = Annotated[UUID, UuidVersion(4), Mark("id", DataClass.N, identifies=True)]

Day = Annotated[date, Strict(), Mark("date")]
"""A civil day, Europe/Paris."""
Instant = Annotated[
    AwareDatetime,
    Strict(),
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
    Mark("ts"),
]
"""An instant, UTC, milliseconds."""
Flag = Annotated[bool, Strict(), Mark("bool")]
Count = Annotated[int, Strict(), Field(ge=0, le=INT_MAX), Mark("int")]
Members = Annotated[int, Strict(), Field(ge=0, le=MEMBERS_MAX), Mark("int")]
"""People of one household: 9 says "9 or more"."""
Revision = Annotated[int, Strict(), Field(ge=1, le=INT_MAX), Mark("int")]

Code = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=64), Mark("code")
]
"""An open code, from a served list."""
Commune = Annotated[str, StringConstraints(pattern=r"^(?:\d{5}|2[AB]\d{3})$"), Mark("code")]
Siren = Annotated[str, StringConstraints(pattern=r"^\d{9}$"), Mark("code")]
Cell = Annotated[
    str,
    StringConstraints(pattern=r"^(?:\d{5}|2[AB]\d{3}|sector:\d{9}-\d{1,3}|withheld|unknown)$"),
    Mark("cell"),
]
"""A commune of 5,000 inhabitants or more, else its sector; never an address."""

CaseRef = Annotated[str, StringConstraints(pattern=r"^[A-Z2-9]{3}-[A-Z2-9]{3,4}$"), Mark("ref")]
"""The reference of a case that people read: random, with a check character; no year, no place."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Mark("hex")]

Zone = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Za-z_]+(?:/[A-Za-z_-]+)+$", max_length=64), Mark("zone")
]
"""An IANA time zone."""
Text = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", min_length=1, max_length=300),
    Mark("text", DataClass.X),
]
"""One line of text about somebody: a name."""
Email = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s<>\",;]+@[^@\s<>\",;]+$", max_length=254),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
    Mark("email", DataClass.X),
]
Wording = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]+$", min_length=1, max_length=300),
    Mark("text", DataClass.N, wording=True),
]
"""The wording of a commission or the name of an organisation: text that is about nobody."""
ContactEmail = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s<>\",;]+@[^@\s<>\",;]+$", max_length=254),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
    Mark("email", DataClass.N, wording=True),
]
"""A functional mailbox, not a person's."""
Link = Annotated[
    str,
    StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=300),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": 300}),
    Mark("url", DataClass.N, wording=True),
]
Sealed = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){4}$", max_length=500_000),
    Mark("jwe", DataClass.X),
]
"""Content that one service alone can open: a JWE in its compact form."""
Dims = Annotated[dict[Code, Code | Count], Field(min_length=1, max_length=8), Mark("object")]
"""The coordinates of a cell of a published table, codes or years only."""


def cap_members(count: int) -> int:
    """Return a count of household members as facts carry it: 9 for nine or more."""
    return min(count, MEMBERS_MAX)
