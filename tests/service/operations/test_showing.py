"""What an operator may read of a failed event: nothing of anybody (O10)."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.classes import DataClass
from contracts.event import REGISTRY
from contracts.lists import Role
from contracts.registration import RegistrationLapsed
from operating.failed_showing import HIDDEN, SEEN, _fields, mark, shown
from tests.eventing.conftest import lapsed

COMMISSION = UUID(int=7, version=4)


def row(payload: bytes | None, key: str = "a-stream", **headers: str) -> dict[str, Any]:
    told = {
        "ce_id": str(UUID(int=1)),
        "ce_type": RegistrationLapsed.TYPE,
        "ce_actor": "person:somebody",
        "ce_subject": "a-household",
        **headers,
    }
    return {"key": key, "payload": payload, "headers": [[name, value] for name, value in told.items()]}


def test_an_operator_reads_fields_about_nobody_and_no_other() -> None:
    event = shown(row(lapsed(COMMISSION, 5).dump()), Role.OPERATOR)
    told = {field.name: field.value for field in event.fields}
    assert told["commission_id"] == str(COMMISSION)
    assert told["person_id"] == HIDDEN
    assert not event.problem


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.__name__)
def test_every_field_of_every_fact_has_a_class_and_an_operator_reads_class_n_alone(kind: Any) -> None:
    assert SEEN[Role.OPERATOR] == {DataClass.N}
    fields = list(_fields(kind))
    assert fields
    assert all(data_class in DataClass for _, data_class, _ in fields)


def test_headers_that_name_somebody_or_have_an_odd_form_are_hidden() -> None:
    event = shown(row(lapsed(COMMISSION, 5).dump(), ce_source="Madame Lemaire"), Role.OPERATOR)
    assert set(event.headers) == {"ce_id", "ce_type", "ce_source"}
    assert event.headers["ce_source"] == HIDDEN


def test_of_a_fact_that_breaks_its_contract_only_names_of_fields_are_said() -> None:
    bad = b'{"commission_id": "Lemaire Amina", "person_id": 5, "Lemaire": 1}'
    event = shown(row(bad), Role.OPERATOR)
    assert "Lemaire" not in repr(event)
    assert {field.name for field in event.fields} == {"commission_id", "person_id"}
    assert {field.value for field in event.fields} == {HIDDEN}
    assert "commission_id: uuid_parsing" in event.problem


def test_bytes_that_nobody_can_read_are_told_by_length_and_digest_alone() -> None:
    payload = b"Amina Lemaire"
    event = shown(row(payload, key="~undecodable/seuil.cases.v1/3"), Role.OPERATOR)
    assert (event.headers, event.fields, event.size) == ({}, (), len(payload))
    assert event.digest == hashlib.sha256(payload).hexdigest()[:16]


def test_other_roles_read_nothing_at_all() -> None:
    for role in set(Role) - {Role.OPERATOR}:
        event = shown(row(lapsed(COMMISSION, 5).dump()), role)
        assert {field.value for field in event.fields} == {HIDDEN}


def test_a_stream_is_told_by_a_mark_that_is_not_its_key() -> None:
    key = str(uuid4())
    assert mark(key) == mark(key) != key[:8]
    assert len(mark(key)) == 8
