"""Codes that travel are plain; the words for them are French, short, and in our voice."""

import re

import pytest

from contracts.allowed import fields_of
from contracts.classes import leaves
from contracts.event import REGISTRY
from contracts.lists import LISTS, ClosedList, Door, SituationGroup, label
from contracts.topics import INTEGRATION

VALUES = [value for values in LISTS.values() for value in values]


def test_lists_are_found_by_their_name() -> None:
    assert LISTS["situation_group"] is SituationGroup
    assert label(Door.OUTREACH) == "Maraude"
    assert label(Door("call_115")) == "115"
    assert f"{Door.CALL_115}" == "call_115"


@pytest.mark.parametrize("name", LISTS)
def test_every_list_admits_that_something_is_not_known(name: str) -> None:
    assert "unknown" in LISTS[name]._value2member_map_


def test_what_partners_report_may_be_in_codes_nobody_mapped_yet() -> None:
    fed = {
        leaf.type
        for fact in REGISTRY.values()
        if fact.TOPIC == INTEGRATION
        for _, field in fields_of(fact)
        for leaf in leaves(field)
        if isinstance(leaf.type, type) and issubclass(leaf.type, ClosedList)
    }
    assert fed
    assert [each.__name__ for each in fed if "unmapped" not in each._value2member_map_] == []


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}.{value}")
def test_codes_are_plain_and_words_are_short(value: ClosedList) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*|T[1-6](bis|_plus)?", value)  # a T3 is written T3
    assert value.label
    assert len(value.label) <= 60
    assert value.label == value.label.strip()
    assert value.label[0] == value.label[0].upper()


def test_words_keep_our_voice() -> None:
    words = " ".join(value.label for value in VALUES)
    assert not re.search(r"'|!|\bSDF\b|euillez|\busagers?\b|\bcas\b|\béchec de\b", words)


@pytest.mark.parametrize("name", LISTS)
def test_words_tell_the_values_of_a_list_apart(name: str) -> None:
    words = [value.label for value in LISTS[name]]
    assert len(set(words)) == len(words)
