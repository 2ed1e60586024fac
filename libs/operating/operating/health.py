"""How a service is: live when it answers, ready when its database does, and its numbers for Prometheus."""

from collections.abc import Iterator

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from eventing.db import is_transient
from operating.service import Service

NUMBERS = """
    SELECT (SELECT count(*) FROM outbox) AS outbox_pending_events,
           COALESCE((SELECT extract(epoch FROM $1::timestamptz - min(recorded_at)) FROM outbox), 0)
               AS outbox_oldest_pending_age_seconds,
           (SELECT count(*) FROM parked_key) AS parked_keys,
           (SELECT count(*) FROM parked_event) AS parked_events,
           (SELECT count(*) FROM due WHERE at <= $1) AS due_late,
           (SELECT count(*) FROM due) AS due_planned
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
        registry = CollectorRegistry()
        for name, value in [*row.items(), *_own_numbers(service)]:
            Gauge(f"seuil_{name}", f"{name} of a service", ["service"], registry=registry).labels(
                service.name
            ).set(float(value))
        return PlainTextResponse(generate_latest(registry), media_type="text/plain; version=0.0.4")

    return metrics


def _own_numbers(service: Service) -> Iterator[tuple[str, float]]:
    yield "outbox_relay_leader", float(service.relay.leading)
    yield "outbox_published_events_total", service.relay.published
    yield "loops_failing", len(service.failing)
    for name, consumer in (("policies", service.policies), ("projections", service.projections)):
        if consumer is not None:
            yield f"{name}_applied_events_total", consumer.counts.applied
            yield f"{name}_parked_events_total", consumer.counts.parked
