"""Each request reaches the service of its first segment, with its path whole; health is that of all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seuil_dev.databases import ServiceDatabase
from seuil_dev.gateway import Gateway
from seuil_dev.keys import Keys
from seuil_dev.settings import Options, environment, service_environment

SERVICES = ("registration", "notifications", "integration", "analytics", "cases")
events: list[str] = []


def service(name: str, *, ready: int = 200) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        events.append(f"start {name}")
        yield {"of": name}
        events.append(f"stop {name}")

    async def page(request: Request) -> Response:
        return JSONResponse({"service": name, "path": request.url.path, "state": request.state.of})

    async def health(request: Request) -> Response:
        return Response(status_code=ready)

    return Starlette(
        routes=[
            Route(f"/{name}/health/ready", health),
            Route(f"/{name}/health/live", page),
            Route("/{path:path}", page),
        ],
        lifespan=lifespan,
    )


@asynccontextmanager
async def browser(gateway: Gateway) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        gateway.running(),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(gateway), base_url="http://127.0.0.1") as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "registration"),
        ("/static/seuil.css", "registration"),
        ("/registration/commissions", "registration"),
        ("/notifications/log", "notifications"),
        ("/integration/api/v1/events", "integration"),
        ("/analytics", "analytics"),
        ("/analytics/", "analytics"),
        ("/dev/mail", "dev"),
        ("/analyticsx", "registration"),
        ("/unknown", "registration"),
        ("//analytics", "registration"),
    ],
)
async def test_the_first_segment_decides(path: str, name: str) -> None:
    gateway = Gateway({each: service(each) for each in (*SERVICES, "dev")})
    async with browser(gateway) as client:
        answer = await client.get(f"http://127.0.0.1{path}")
    assert answer.json() == {"service": name, "path": path, "state": name}


async def test_the_last_started_stops_first() -> None:
    events.clear()
    async with browser(Gateway({name: service(name) for name in SERVICES})):
        assert events == [f"start {name}" for name in SERVICES]
    assert events[len(SERVICES) :] == [f"stop {name}" for name in reversed(SERVICES)]


async def test_ready_when_each_is() -> None:
    async with browser(Gateway({name: service(name) for name in SERVICES})) as client:
        answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["services"] == dict.fromkeys(SERVICES, 200)


async def test_one_that_is_not_ready_is_named() -> None:
    gateway = Gateway({name: service(name, ready=503 if name == "integration" else 200) for name in SERVICES})
    async with browser(gateway) as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["services"]["integration"] == 503
        assert (await client.get("/health/live")).status_code == 200


async def test_a_service_that_is_absent_is_said_so() -> None:
    async with browser(Gateway({"analytics": service("analytics")})) as client:
        answer = await client.get("/")
    assert answer.status_code == 503
    assert answer.json()["service"] == "registration"


def decided(service_name: str, **chosen: str) -> dict[str, str | None]:
    database = ServiceDatabase(service_name, service_name, "postgresql://owner", "postgresql://app")
    keys = Keys(**{field.name: field.name for field in fields(Keys)})
    return service_environment(
        service_name,
        Options(Path(), environment=chosen),
        database,
        keys,
        url="http://127.0.0.1:8000",
        bootstrap="127.0.0.1:20001",
        smtp="smtp://127.0.0.1:20002",
    )


def test_each_service_gets_its_own_keys_only() -> None:
    private = {name for name in SERVICES if decided(name)["SEUIL_TOKEN_PRIVATE_KEY"] is not None}
    link = {name for name in SERVICES if decided(name)["SEUIL_LINK_KEY"] is not None}
    assert private == {"registration"}
    assert link == {"registration", "notifications"}
    for setting, owner in {
        "SEUIL_CASES_KEYS": "cases",
        "SEUIL_CASES_INDEX_KEY": "cases",
        "SEUIL_INTAKE_PRIVATE_KEYS": "cases",
        "SEUIL_STORE_KEY": "integration",
        "SEUIL_PARTNER_TOKEN_PRIVATE_KEY": "integration",
    }.items():
        assert {name for name in SERVICES if decided(name)[setting] is not None} == {owner}
    for name in SERVICES:
        assert decided(name)["SEUIL_TOKEN_KEYS"] == '{"token_kid": "token_public"}'
        assert decided(name)["DATABASE_URL"] == "postgresql://app"
        assert "postgresql://owner" not in decided(name).values()


def test_mails_go_to_the_catcher_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example:25")
    assert decided("notifications")["SMTP_URL"] == "smtp://127.0.0.1:20002"


def test_settings_of_a_stack_pass_to_its_services() -> None:
    assert decided("registration", SEUIL_DEMO="true")["SEUIL_DEMO"] == "true"


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("SEUIL_A", "before")
    monkeypatch.delenv("SEUIL_B", raising=False)
    with environment({"SEUIL_A": None, "SEUIL_B": "during"}):
        assert "SEUIL_A" not in os.environ
        assert os.environ["SEUIL_B"] == "during"
    assert os.environ["SEUIL_A"] == "before"
    assert "SEUIL_B" not in os.environ
