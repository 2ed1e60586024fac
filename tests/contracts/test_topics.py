"""Topics say what they take, who may read them and how long they are kept."""

from datetime import timedelta

import pytest

from contracts.event import REGISTRY
from contracts.topics import FACTS_KEPT_MONTHS, SERVICES, TOPICS, dead_letters, months

DAY_MS = 24 * 3600 * 1000


def test_partitions_are_fixed_for_life() -> None:
    twelve = {name for name, topic in TOPICS.items() if topic.partitions == 12}
    assert twelve == {"seuil.cases.v1", "seuil.integration.v1"}
    assert {topic.partitions for topic in TOPICS.values()} == {3, 12}


def test_facts_are_kept_as_long_as_the_setting_says() -> None:
    registration = TOPICS["seuil.registration.v1"]
    assert registration.retention() == months(FACTS_KEPT_MONTHS)
    assert registration.retention(120) == months(120)
    assert int(registration.settings()["retention.ms"]) >= 37 * 30.4 * DAY_MS
    assert TOPICS["seuil.notifications.v1"].retention(120) == months(13)
    assert TOPICS["seuil.intake.v1"].retention() == timedelta(days=7)
    assert TOPICS["seuil.ops.v1"].settings() == {"cleanup.policy": "delete", "retention.ms": str(DAY_MS)}


@pytest.mark.parametrize("name", ["seuil.directory.v1", "seuil.accounts.v1"])
def test_compacted_topics_keep_the_latest_of_each_key(name: str) -> None:
    topic = TOPICS[name]
    assert topic.compacted
    assert not topic.sequenced
    assert not topic.journalled
    assert topic.retention() is None
    assert topic.settings()["delete.retention.ms"] == str(30 * DAY_MS)


def test_only_facts_are_numbered_and_journalled() -> None:
    numbered = {name for name, topic in TOPICS.items() if topic.sequenced}
    assert numbered == {topic.name for topic in TOPICS.values() if topic.journalled}
    assert numbered == {
        f"seuil.{name}.v1" for name in ("registration", "cases", "integration", "notifications")
    }


def test_identity_is_read_by_two_services_alone() -> None:
    assert TOPICS["seuil.directory.v1"].readers == {"notifications", "cases"}
    assert TOPICS["seuil.accounts.v1"].readers == set(SERVICES)


def test_every_service_has_its_dead_letters_and_none_with_identity() -> None:
    for service in SERVICES:
        topic = TOPICS[dead_letters(service)]
        assert topic.owner == service
        assert topic.kept == timedelta(days=30)
        assert not topic.identity


def test_every_fact_is_of_a_known_topic() -> None:
    assert {fact.TOPIC for fact in REGISTRY.values()} <= set(TOPICS)
