"""`python -m analytics serve|migrate|rebuild [projection]`, with settings from the environment."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import uvicorn

import analytics
from analytics.app import create_app
from analytics.projections import PROJECTIONS
from analytics.settings import Settings
from eventing.rebuilding import rebuild
from operating.migrate import upgrade
from operating.service import Service

STOP_SECONDS = 3
"""A page left open holds its stream: it is cut after this long."""


async def rebuild_all(service: Service, names: Sequence[str]) -> dict[str, int]:
    """Folds the named projections again from the oldest record (all when none is named); records by name."""
    return {
        projection.name: await rebuild(service.database, service.broker, projection, service.name)
        for projection in PROJECTIONS
        if not names or projection.name in names
    }


async def _rebuild(settings: Settings, names: Sequence[str]) -> dict[str, int]:
    service: Service = create_app(settings).state.service
    await service.database.open()
    try:
        return await rebuild_all(service, names)
    finally:
        await service.broker.close()
        await service.database.close()


def main(arguments: Sequence[str]) -> int:
    """Runs one command; 0 when it went well, 2 when a setting is missing."""
    parser = argparse.ArgumentParser(prog="analytics")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8004)
    commands.add_parser("migrate")
    again = commands.add_parser("rebuild")
    again.add_argument("projection", nargs="*", choices=[[], *(p.name for p in PROJECTIONS)])
    asked = parser.parse_args(arguments)
    settings = Settings()
    if asked.command == "migrate":
        if settings.migration_database_url is None:
            sys.stderr.write("MIGRATION_DATABASE_URL is not set\n")
            return 2
        upgrade(analytics, settings.migration_database_url.get_secret_value())
    elif asked.command == "rebuild":
        for name, count in asyncio.run(_rebuild(settings, asked.projection)).items():
            sys.stdout.write(f"{name}: {count} records\n")
    else:
        uvicorn.run(
            create_app(settings),
            host=asked.host,
            port=asked.port,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
