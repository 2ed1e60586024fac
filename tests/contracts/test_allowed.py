"""A later fact costs one class, and a class that says too much cannot be declared."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts import event, registration
from contracts.allowed import NotAllowedError
from contracts.catalogue import events_page
from contracts.classes import DataClass
from contracts.directory import DirectoryRecord
from contracts.event import REGISTRY, Fact, Nested
from contracts.fields import CommissionId, Count, Each, Email, HouseholdId, Id, PersonId, Text, Wording
from contracts.lists import Part
from contracts.records import Record, needed
from contracts.registration import RegistrationFact
from contracts.schemas import is_skeleton, schema_of, skeleton_of
from contracts.topics import TOPICS


@pytest.fixture(autouse=True)
def _registry_as_before() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    event._REGISTRY.clear()
    event._REGISTRY.update(before)


def test_a_later_fact_costs_one_class() -> None:
    class DoorsOpened(RegistrationFact, key="commission_id", data_class=DataClass.N):
        """The doors of a commission have opened."""

        commission_id: CommissionId
        waiting: Count
        part: Part | None = None

    name = "seuil.registration.doors_opened.v1"
    assert REGISTRY[name] is DoorsOpened
    schema = schema_of(DoorsOpened)
    assert schema["required"] == ["occurred_on", "commission_id", "waiting"]
    skeleton = skeleton_of(schema)
    assert is_skeleton(str(skeleton))
    fact = DoorsOpened.read(skeleton)
    assert DoorsOpened.read(fact.dump()) == fact
    page = events_page({}, {name: ["analytics (policy)"]})
    assert f"### `{name}`" in page
    assert "| `part` | `part?` | N |" in page
    assert "heard by: analytics (policy)" in page


def test_a_later_record_costs_one_class_and_can_be_voided() -> None:
    class StayEnded(Record, key="household_id", data_class=DataClass.H):
        """A stay has ended."""

        household_id: HouseholdId
        nights: Count = needed()

    schema = schema_of(StayEnded)
    assert schema["else"]["required"] == ["nights"]
    assert schema["then"]["properties"] == {"nights": False}
    said = skeleton_of(schema)
    assert StayEnded.read(said).nights == 0
    del said["nights"]
    assert StayEnded.read(said | {"void": True}).void


def declare_text() -> type[Fact]:
    class Noted(RegistrationFact, key="commission_id", data_class=DataClass.N):
        commission_id: CommissionId
        note: Text

    return Noted


def declare_wording() -> type[Fact]:
    class Titled(RegistrationFact, key="commission_id", data_class=DataClass.N):
        commission_id: CommissionId
        title: Wording

    return Titled


def declare_bare_string() -> type[Fact]:
    class Commented(RegistrationFact, key="commission_id", data_class=DataClass.N):
        commission_id: CommissionId
        comment: str

    return Commented


def declare_anything() -> type[Fact]:
    class Extended(RegistrationFact, key="commission_id", data_class=DataClass.N):
        commission_id: CommissionId
        extras: dict[str, Any]

    return Extended


def declare_email_inside() -> type[Fact]:
    class Guest(Nested):
        email: Email

    class Invited(RegistrationFact, key="commission_id", data_class=DataClass.N):
        commission_id: CommissionId
        guests: Each[Guest]

    return Invited


def declare_person_in_integration() -> type[Fact]:
    class Helped(Record, key="household_id", data_class=DataClass.H):
        household_id: HouseholdId
        person_id: PersonId = needed()

    return Helped


def declare_person_under_a_plain_id() -> type[Fact]:
    class Helped(Record, key="household_id", data_class=DataClass.H):
        household_id: HouseholdId
        person_id: Id = needed()

    return Helped


def declare_household_in_registration() -> type[Fact]:
    class Presented(RegistrationFact, key="commission_id", data_class=DataClass.P):
        commission_id: CommissionId
        household_id: Id

    return Presented


def declare_class_of_the_fact() -> type[Fact]:
    class Housed(RegistrationFact, key="commission_id", data_class=DataClass.H):
        commission_id: CommissionId

    return Housed


def declare_number() -> type[Fact]:
    class Numbered(Record, key="household_id", data_class=DataClass.H):
        household_id: HouseholdId
        nur_digits: Count = needed()

    return Numbered


def declare_key_elsewhere() -> type[Fact]:
    class Lost(RegistrationFact, key="workshop_id", data_class=DataClass.N):
        commission_id: CommissionId

    return Lost


def declare_key_that_is_no_id() -> type[Fact]:
    class Ranked(RegistrationFact, key="rank", data_class=DataClass.N):
        rank: Count

    return Ranked


def declare_without_version() -> type[Fact]:
    class Unversioned(Fact, topic="seuil.directory.v1", key="person_id", data_class=DataClass.X):
        person_id: PersonId

    return Unversioned


def declare_nowhere() -> type[Fact]:
    class Shouted(Fact, topic="seuil.street.v1", key="person_id", data_class=DataClass.P):
        person_id: PersonId

    return Shouted


@pytest.mark.parametrize(
    ("declare", "why"),
    [
        (declare_text, "note is of class X"),
        (declare_wording, "title is text"),
        (declare_bare_string, "comment has a type outside"),
        (declare_anything, "extras has a type outside"),
        (declare_email_inside, "guests.email is of class X"),
        (declare_person_in_integration, "person_id is of class P"),
        (declare_person_under_a_plain_id, "person_id is of class P"),
        (declare_household_in_registration, "household_id is of class H"),
        (declare_class_of_the_fact, "occurred_on is of class H"),
        (declare_number, "nur_digits names a number of a person"),
        (declare_key_elsewhere, "key workshop_id is not the id of a field"),
        (declare_key_that_is_no_id, "key rank is not the id of a field"),
        (declare_without_version, "a compacted record needs a version"),
        (declare_nowhere, "no topic seuil.street.v1"),
    ],
)
def test_a_field_outside_its_topic_cannot_be_declared(declare: Callable[[], type[Fact]], why: str) -> None:
    before = dict(REGISTRY)
    with pytest.raises(NotAllowedError, match=why.replace(".", r"\.")):
        declare()
    assert dict(REGISTRY) == before


def test_identity_has_one_home() -> None:
    class Renamed(DirectoryRecord, key="person_id", data_class=DataClass.X):
        """A person has another name."""

        person_id: PersonId
        family_name: Text

    assert TOPICS[Renamed.TOPIC].identity
    assert {name for name, topic in TOPICS.items() if topic.identity} == {
        "seuil.directory.v1",
        "seuil.intake.v1",
    }


def test_two_facts_cannot_share_a_type() -> None:
    with pytest.raises(TypeError, match="declared twice"):

        class CommissionHeld(RegistrationFact, key="commission_id", data_class=DataClass.N):
            commission_id: CommissionId

    assert REGISTRY[registration.CommissionHeld.TYPE] is registration.CommissionHeld
