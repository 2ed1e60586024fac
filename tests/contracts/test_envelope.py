"""Our envelope is a CloudEvent: the official SDK, slower, says so."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import Envelope, UnreadableEnvelopeError

EVENT, CAUSE = UUID("01930f6e-7a8b-7c9d-8eaf-b0c1d2e3f405"), UUID("01930f6e-7a8b-7c9d-8eaf-b0c1d2e3f406")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FULL = Envelope(
    id=EVENT,
    type="seuil.registration.commission_scheduled.v1",
    source="/seuil/registration",
    time=datetime(2023, 1, 30, 9, 0, 0, 123_000, tzinfo=UTC),
    key="0d5a7c3e-41b2-4c8f-9a6d-2f7e5b3c1a90",
    seq=7,
    correlation=CAUSE,
    causation=CAUSE,
    actor="person:6a1f0e2d-3c4b-4a59-8687-96a5b4c3d2e1",
    traceparent=TRACE,
)


def test_the_sdk_reads_what_we_write() -> None:
    message = KafkaMessage(headers=dict(FULL.to_headers()), key=FULL.key, value=b'{"capacity":80}')
    said = from_binary(message, JSONFormat())
    assert said.get_id() == str(EVENT)
    assert said.get_type() == FULL.type
    assert said.get_source() == FULL.source
    assert said.get_time() == FULL.time
    assert said.get_subject() == FULL.key
    assert said.get_specversion() == "1.0"
    assert said.get_dataschema() == f"schemas/{FULL.type}.json"
    assert said.get_datacontenttype() == "application/json"
    assert said.get_data() == {"capacity": 80}
    assert said.get_extension("sequence") == "7"
    assert said.get_extension("correlationid") == str(CAUSE)
    assert said.get_extension("actor") == FULL.actor


def test_we_read_what_the_sdk_writes() -> None:
    message = KafkaMessage(headers=dict(FULL.to_headers()), key=FULL.key, value=b"{}")
    again = to_binary(from_binary(message, JSONFormat()), JSONFormat())
    assert Envelope.from_headers(list(again.headers.items())) == FULL


@given(
    st.builds(
        Envelope,
        id=st.uuids(),
        type=st.just(FULL.type),
        source=st.just(FULL.source),
        time=st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - timezones adds it
            lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
        ),
        key=st.uuids().map(str),
        seq=st.none() | st.integers(1, 2**31),
        correlation=st.none() | st.uuids(),
        causation=st.none() | st.uuids(),
        actor=st.sampled_from(["system", FULL.actor]),
        traceparent=st.sampled_from([None, TRACE]),
    )
)
def test_what_is_written_is_read(envelope: Envelope) -> None:
    assert Envelope.from_headers(envelope.to_headers()) == envelope


def test_the_trace_travels_in_both_of_its_places() -> None:
    headers = dict(FULL.to_headers())
    assert headers["traceparent"] == headers["ce_traceparent"] == TRACE.encode()
    assert headers["content-type"] == b"application/json"
    assert headers["ce_time"] == b"2023-01-30T09:00:00.123Z"


def test_an_instant_is_read_whatever_its_offset() -> None:
    headers = dict(FULL.to_headers()) | {"ce_time": b"2023-01-30T10:00:00.123+01:00"}
    assert Envelope.from_headers(list(headers.items())).time == FULL.time
    assert FULL.time.astimezone(timezone(timedelta(hours=1))) == FULL.time


def test_what_others_add_is_ignored() -> None:
    assert Envelope.from_headers([*FULL.to_headers(), ("x-other", b"\xff"), ("ce_mood", b"good")]) == FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_specversion", None),
        ("ce_id", b"twelve"),
        ("ce_id", None),
        ("ce_id", b"\xff"),
        ("ce_type", b""),
        ("ce_source", None),
        ("ce_subject", None),
        ("ce_actor", None),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2023-01-30T09:00:00"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"first"),
        ("ce_causationid", b"-"),
    ],
)
def test_what_is_not_ours_is_refused_by_name(name: str, value: bytes | None) -> None:
    headers = {key: each for key, each in FULL.to_headers() if key != name}
    if value is not None:
        headers[name] = value
    with pytest.raises(UnreadableEnvelopeError, match=name):
        Envelope.from_headers(list(headers.items()))


def test_a_null_header_is_refused() -> None:
    headers = [(name, value) for name, value in FULL.to_headers() if name != "ce_id"]
    with pytest.raises(UnreadableEnvelopeError, match="ce_id"):
        Envelope.from_headers([*headers, ("ce_id", None)])  # type: ignore[list-item]
