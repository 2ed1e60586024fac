"""The drawing of docs/architecture.md shows who really says and hears what."""

import re
from importlib import import_module

import pytest

from contracts.topics import TOPICS
from tests.tidy.tree import SERVICES, text

PAGE = text("docs/architecture.md")
LETTERS = dict(re.findall(r"^ +([A-Z])\[(\w+)<br/>", PAGE, re.MULTILINE))
EVERYBODY_HEARS = {"accounts"}


def arrows(pattern: str) -> dict[str, set[str]]:
    """Service → words on its arrow from or to Kafka."""
    found = re.findall(pattern, PAGE)
    named = [(pair if pair[0] in LETTERS else pair[::-1]) for pair in found]
    return {LETTERS[letter]: set(words.split(", ")) for letter, words in named}


def short(topic: str) -> str:
    """`seuil.cases.v1` as the drawing calls it."""
    return topic.split(".")[1]


def heard(service: str) -> set[str]:
    """What the subscriptions of a service name, of the topics of others."""
    module = import_module(f"{service}.subscriptions")
    policies = getattr(module, "POLICIES", None)
    topics = set(policies.topics()) if policies else set()
    topics |= {projection.topic for projection in getattr(module, "PROJECTIONS", ())}
    return {short(topic) for topic in topics if TOPICS[topic].owner != service} - EVERYBODY_HEARS


def test_the_drawing_has_the_five_services() -> None:
    assert set(LETTERS.values()) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_the_drawing_shows_what_a_service_hears(service: str) -> None:
    assert arrows(r"K -->\|([\w, ]+)\| ([A-Z])").get(service, set()) == heard(service)


@pytest.mark.parametrize("service", SERVICES)
def test_the_drawing_shows_what_a_service_says(service: str) -> None:
    owned = [name for name, topic in TOPICS.items() if topic.owner == service and ".dead." not in name]
    said = arrows(r"([A-Z]) -->\|([\w, ]+)\| K").get(service, set())
    assert said == {short(name) for name in owned}
