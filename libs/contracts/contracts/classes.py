"""How close to a person a field comes: the mark that every field carries and every topic filters."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo


class DataClass(StrEnum):
    """N: about nobody. P: a professional. H: a household, pseudonymous. X: identity or content."""

    N = "N"
    P = "P"
    H = "H"
    X = "X"


@dataclass(frozen=True, slots=True)
class Mark:
    """Metadata of a field type: its name in the catalogue and, where it is not the fact's, its class.

    `wording` marks text that names no person: how a commission is worded, what an organisation is called.
    `identifies` marks ids: what a voided record still carries.
    """

    kind: str
    data_class: DataClass | None = None
    wording: bool = False
    identifies: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """The innermost type of a field and its mark, None for a type outside the closed set."""

    type: Any
    mark: Mark | None


def leaves(field: FieldInfo) -> Iterator[Leaf]:
    """Yield the innermost types of a field, through unions and lists; None itself is left out."""
    yield from _leaves(field.annotation, tuple(field.metadata))


def takes_none(field: FieldInfo) -> bool:
    """Return whether the field's declared type has None."""
    return get_origin(field.annotation) in (Union, UnionType) and NoneType in get_args(field.annotation)


def _leaves(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Leaf]:
    mark = next((each for each in metadata if isinstance(each, Mark)), None)
    origin = get_origin(annotation)
    if mark is not None:
        yield Leaf(annotation, mark)
    elif origin is Annotated:
        inner, *more = get_args(annotation)
        yield from _leaves(inner, tuple(more))
    elif origin in (Union, UnionType, tuple, dict):
        for each in get_args(annotation):
            if each not in (NoneType, Ellipsis):
                yield from _leaves(each, ())
    else:
        yield Leaf(annotation, None)
