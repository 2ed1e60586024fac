"""Everything the launcher's process logs goes to one bounded file; the terminal keeps what a person reads."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from operating.logs import configure_structlog

LIMIT = 5_000_000
REPEAT_SECONDS = 10.0
TALKATIVE = ("aiokafka", "asyncpg", "asyncio")
QUIET = ("aiokafka", "httpx2", "mail.log")
"""Below a warning they tell each step they take: addresses of mails, pages with their links."""


class Repeats(logging.Filter):
    """Lets the same complaint of a talkative library pass once in ten seconds.

    While an engine is away, clients say so hundreds of times a minute.
    """

    def __init__(self, every: float = REPEAT_SECONDS) -> None:
        super().__init__()
        self._every = every
        self._seen: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in TALKATIVE:
            return True
        key, now = (record.name, str(record.msg)[:80]), time.monotonic()
        if now - self._seen.get(key, -self._every) < self._every:
            return False
        if len(self._seen) > 500:
            self._seen.clear()
        self._seen[key] = now
        return True


@contextmanager
def logging_to(file: Path, *, limit: int = LIMIT) -> Iterator[None]:
    """Send logging, warnings and structlog to `file`, at most twice `limit` bytes with its predecessor."""
    handler = RotatingFileHandler(file, maxBytes=limit, backupCount=1, encoding="utf-8")
    handler.addFilter(Repeats())
    handler.setFormatter(configure_structlog())
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers[:] = [handler]
    logging.captureWarnings(True)
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:], root.level = before
        logging.captureWarnings(False)
        handler.close()
