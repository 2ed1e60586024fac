"""How a service is: live when it answers, ready when its database does, and its numbers for Prometheus."""

from collections.abc import Collection, Iterator
from datetime import datetime

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from eventing.db import is_transient
from operating import failed
from operating.service import Service

NUMBERS = """
    SELECT (SELECT count(*) FROM outbox) AS outbox_pending_events,
           COALESCE((SELECT extract(epoch FROM $1::timestamptz - min(recorded_at)) FROM outbox), 0)
               AS outbox_oldest_pending_age_seconds,
           (SELECT count(*) FROM parked_key) AS parked_keys,
           (SELECT count(*) FROM parked_event) AS parked_events,
           (SELECT count(*) FROM parked_event WHERE archived_at IS NOT NULL) AS parked_archived_events,
           COALESCE((SELECT extract(epoch FROM $1::timestamptz - min(parked_at)) FROM parked_event
                     WHERE archived_at IS NULL), 0) AS parked_oldest_age_seconds,
           (SELECT count(*) FROM operator_act_event WHERE outcome IS NULL) AS operator_acts_left_events,
           (SELECT count(*) FROM due WHERE at <= $1) AS due_late,
           (SELECT count(*) FROM due) AS due_planned,
           (SELECT COALESCE(sum(differences), 0) FROM log_epoch) AS log_differences,
           (SELECT count(DISTINCT consumer) FROM projection_cursor WHERE consumer LIKE '%~next') AS rebuilding
"""


def health_routes(service: Service) -> APIRouter:
    """`/health/live`, `/health/ready` and `/metrics`, under the prefix, and bare."""
    router = APIRouter(include_in_schema=False)
    for prefix in ("", f"/{service.name}"):
        router.add_api_route(f"{prefix}/health/live", _live(service), methods=["GET"])
        router.add_api_route(f"{prefix}/health/ready", _ready(service), methods=["GET"])
        router.add_api_route(f"{prefix}/metrics", _metrics(service), methods=["GET"])
    return router


def _live(service: Service):  # type: ignore[no-untyped-def]  # FastAPI reads the inner signature
    async def live() -> JSONResponse:
        return JSONResponse({"status": "ok", "service": service.name, "failing": service.failing})

    return live


def _ready(service: Service):  # type: ignore[no-untyped-def]
    async def ready() -> JSONResponse:
        try:
            good = await service.ready()
        except Exception as error:
            if not is_transient(error):
                raise
            good = False
        status = {"status": "ok" if good else "unavailable", "service": service.name}
        return JSONResponse(status, 200 if good else 503, headers={} if good else {"Retry-After": "5"})

    return ready


def _metrics(service: Service):  # type: ignore[no-untyped-def]
    async def metrics() -> Response:
        async with service.database.read() as tx:
            row = await tx.connection.fetchrow(NUMBERS, tx.now)
            stopped = {found["consumer"] for found in await failed.stopped(tx)}
        registry = CollectorRegistry()
        for name, value in [*row.items(), *_own_numbers(service)]:
            Gauge(f"seuil_{name}", f"{name} of a service", ["service"], registry=registry).labels(
                service.name
            ).set(float(value))
        _by_consumer(registry, service, stopped, tx.now)
        return PlainTextResponse(generate_latest(registry), media_type="text/plain; version=0.0.4")

    return metrics


def _by_consumer(
    registry: CollectorRegistry, service: Service, stopped: Collection[str], now: datetime
) -> None:
    """What alerts are made of: who has stopped reading, who is behind and for how long."""
    stop = Gauge(
        "seuil_consumer_stopped", "1 when it stopped by itself", ["service", "consumer"], registry=registry
    )
    for consumer in service.subscribers():
        stop.labels(service.name, consumer).set(float(consumer in stopped))
    labels = ["service", "consumer", "topic"]
    events = Gauge("seuil_consumer_lag_events", "events not yet read", labels, registry=registry)
    age = Gauge("seuil_consumer_lag_seconds", "age of the oldest of them", labels, registry=registry)
    for lag in service.lag:
        events.labels(service.name, lag.consumer, lag.topic).set(lag.events)
        age.labels(service.name, lag.consumer, lag.topic).set(lag.age(now))


def _own_numbers(service: Service) -> Iterator[tuple[str, float]]:
    yield "outbox_relay_leader", float(service.relay.leading)
    yield "outbox_published_events_total", service.relay.published
    yield "loops_failing", len(service.failing)
    for name, consumer in (("policies", service.policies), ("projections", service.projections)):
        if consumer is not None:
            yield f"{name}_applied_events_total", consumer.counts.applied
            yield f"{name}_duplicate_events_total", consumer.counts.duplicates
            yield f"{name}_parked_events_total", consumer.counts.parked
