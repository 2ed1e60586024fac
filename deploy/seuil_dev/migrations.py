"""Runs a service's migrations in this process, with its owner's URL."""

import importlib
from concurrent.futures import ThreadPoolExecutor

from operating.migrate import upgrade


def migrate(service: str, migration_url: str) -> None:
    """Bring the database at `migration_url` to the head of `service`.

    In a thread of its own: a migration opens an event loop, and the caller may stand in one.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(upgrade, importlib.import_module(service), migration_url).result()
