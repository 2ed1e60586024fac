"""`python -m analytics serve|migrate|rebuild [projection]`, with settings from the environment."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta

import analytics
from analytics.app import create_app
from analytics.projections.erasure import forget_cuts
from analytics.settings import Settings
from analytics.subscriptions import PROJECTIONS
from eventing.rebuilding import rebuild
from operating.process import commands, run
from operating.service import Service


async def rebuild_all(service: Service, names: Sequence[str]) -> dict[str, int]:
    """Folds the named projections again from the oldest record (all when none is named); records by name.

    The ids that stand for erased ones are kept from one projection to the next, and forgotten at the end.
    """
    counts = {
        projection.name: await rebuild(service.database, service.broker, projection, service.name)
        for projection in PROJECTIONS
        if not names or projection.name in names
    }
    await forget_cuts(service.database, kept=timedelta(0))
    return counts


async def _rebuild(settings: Settings, names: Sequence[str]) -> dict[str, int]:
    service: Service = create_app(settings).state.service
    await service.database.open()
    try:
        return await rebuild_all(service, names)
    finally:
        await service.broker.close()
        await service.database.close()


def main() -> int:
    """Runs one command; its exit code."""
    parser, verbs = commands(analytics)
    again = verbs.add_parser("rebuild", help="fold projections again from the oldest record; all by default")
    again.add_argument("projection", nargs="*", choices=[[], *(p.name for p in PROJECTIONS)])
    chosen = parser.parse_args()
    settings = Settings()
    code = run(chosen, analytics, settings, lambda: create_app(settings))
    if code is not None:
        return code
    for name, count in asyncio.run(_rebuild(settings, chosen.projection)).items():
        sys.stdout.write(f"{name}: {count} records\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
