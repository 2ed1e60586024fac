"""The fold itself, and what every fact changes a case with."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import singledispatch
from typing import Any, TypeVar

from cases.domain.case import Case, Shape
from contracts import cases as say
from contracts.lists import CaseState

Part = TypeVar("Part", bound=Shape)


def opened(fact: say.CaseSubmitted) -> Case:
    """The case that a first transmission makes."""
    return Case(
        state=CaseState.SUBMITTED,
        file_version=fact.version,
        **{name: getattr(fact, name) for name in say.CaseSubmitted.model_fields if name != "version"},
    )


def folded(case: Case, facts: Iterable[say.CasesFact], on: date) -> Case:
    """The case after these facts, recorded on that civil day."""
    for fact in facts:
        case = fold(fact, case, on)
    return case


@singledispatch
def fold(fact: say.CasesFact, case: Case, on: date) -> Case:
    """The case after one fact. A fact that is about a sitting leaves it as it is."""
    return case


def with_changes(case: Case, **changes: Any) -> Case:
    """The case with these parts changed."""
    return case.model_copy(update=changes)


def changed(parts: tuple[Part, ...], wanted: Callable[[Part], bool], **changes: Any) -> tuple[Part, ...]:
    """The same parts, those that are wanted changed."""
    return tuple(part.model_copy(update=changes) if wanted(part) else part for part in parts)
