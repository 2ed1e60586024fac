"""A service as a process of its own: `serve`, `migrate` and `failed`, the same for all of them."""

import argparse
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import uvicorn
from fastapi import FastAPI

from operating import recovery_cli
from operating.failed_cli import add_commands, run_failed
from operating.logs import log_to_stdout
from operating.migrate import upgrade
from operating.settings import ServiceSettings

STOP_SECONDS = 3
"""A page left open holds its stream: it is cut after this long."""


def commands(service: ModuleType) -> tuple[argparse.ArgumentParser, Any]:
    """A parser that knows serve, migrate and failed, and where a service adds commands of its own."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.__name__}")
    verbs = parser.add_subparsers(dest="command", required=True)
    serve = verbs.add_parser("serve", help="serve the application")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    verbs.add_parser("migrate", help="bring the database to the newest revision, as its migrator role")
    add_commands(verbs)
    recovery_cli.add_commands(verbs)
    return parser, verbs


def run(
    chosen: argparse.Namespace,
    service: ModuleType,
    settings: ServiceSettings,
    create_app: Callable[[], FastAPI],
) -> int | None:
    """Runs it; its exit code, or None when the command is one of the service's own."""
    if chosen.command == "serve":
        log_to_stdout()
        uvicorn.run(
            create_app(),
            host=chosen.host,
            port=chosen.port,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        return 0
    if chosen.command == "migrate":
        if settings.migration_database_url is None:
            sys.stderr.write("MIGRATION_DATABASE_URL is not set\n")
            return 2
        upgrade(service, settings.migration_database_url.get_secret_value())
        return 0
    if chosen.command in ("failed", "find"):
        return run_failed(chosen, create_app().state.service)
    if chosen.command in recovery_cli.COMMANDS:
        return recovery_cli.run_recovery(chosen, create_app().state.service, settings)
    return None
