"""What a life does: one service over HTTP on its own database and topics, told where to die."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI

import integration.app
import integration.settings
import notifications.app
import notifications.settings
from eventing import due, faults, parking
from eventing.runtime import Runtime, real_runtime
from operating import service
from operating.logs import log_to_stdout
from tests.crash import office


def notifications_of(given: dict[str, Any], runtime: Runtime) -> FastAPI:
    told = notifications.settings.Settings(**_told(given))
    return notifications.app.create_app(told, runtime=runtime, broker=office.broker_of(given))


def integration_of(given: dict[str, Any], runtime: Runtime) -> FastAPI:
    told = integration.settings.Settings(**_told(given))
    return integration.app.create_app(told, runtime=runtime, broker=office.broker_of(given))


def _told(given: dict[str, Any]) -> dict[str, Any]:
    engines = {"database_url": given["database"], "kafka_bootstrap_servers": given["kafka"]}
    return {**engines, **given["settings"]}


KINDS: dict[str, Callable[[dict[str, Any], Runtime], FastAPI]] = {
    "office": office.create_app,
    "office operated": office.create_app,
    "office closed": office.create_republisher,
    "notifications": notifications_of,
    "integration": integration_of,
}
LONGEST_PAUSE = 0.4
LONG_PAUSE = 10.0
"""What is done more seldom than this is not hurried."""
SOON = timedelta(seconds=0.3)
"""Before a parked key or a failed deadline is tried again."""
NEVER = timedelta(days=2)
"""A parked key waits for an operator."""


def hurried(ahead: float) -> Runtime:
    """The machine's clock, so many seconds ahead; pauses between two looks are short."""
    real, gap = real_runtime(), timedelta(seconds=ahead)

    async def sleep(seconds: float) -> None:
        await real.sleep(seconds if seconds > LONG_PAUSE else min(seconds, LONGEST_PAUSE))

    return replace(real, now=lambda: real.now() + gap, sleep=sleep)


def live(order: dict[str, Any], listening: Callable[[int], None]) -> None:
    """Serves until it is killed, from outside or by itself."""
    given = order["given"]
    due.RETRY = SOON
    parking.FIRST_RETRY = parking.LAST_RETRY = NEVER if order["kind"] == "office operated" else SOON
    service.DRAIN_PAUSE = service.DUE_PAUSE = LONGEST_PAUSE
    app = KINDS[order["kind"]](given, hurried(given["ahead"]))
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    faults.arm({"SEUIL_FAULT": order["fault"]})
    log_to_stdout()
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None))
    listening(door.getsockname()[1])
    asyncio.run(server.serve(sockets=[door]))
