"""One replica of one service, composed as in production, with what a trial needs: a note, a wrong clock.

Every record that a consumer handles is also written to `applied_log`, in the handler's own transaction;
the clock is `CHAOS_CLOCK_OFFSET` seconds off.
"""

import argparse
import asyncio
import importlib
import os
import signal
import sys
from datetime import timedelta
from types import FrameType
from typing import Any

import uvicorn

from eventing.runtime import Runtime, real_runtime, uuid7
from operating.logs import log_to_stdout
from tests.chaos.applied import wrap

STOP_SECONDS = 3


def tell_tasks(number: int, frame: FrameType | None) -> None:
    """Writes where every task waits: asked by SIGUSR1 of a replica that seems stuck."""
    lines: list[str] = []
    for task in asyncio.all_tasks(asyncio.get_running_loop()):
        waits: Any = task.get_coro()
        place: list[str] = []
        while waits is not None:
            at = getattr(waits, "cr_frame", None) or getattr(waits, "gi_frame", None)
            at = at or getattr(waits, "ag_frame", None)
            place.append(f"{at.f_code.co_filename}:{at.f_lineno} {at.f_code.co_name}" if at else repr(waits))
            waits = getattr(waits, "cr_await", None) or getattr(waits, "gi_yieldfrom", None)
        lines.append(f"task {task.get_name()}\n  " + "\n  ".join(place))
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()


def clock(offset: float) -> Runtime:
    """The machine's clock, that much ahead (or behind)."""
    real, ahead = real_runtime(), timedelta(seconds=offset)

    def now_ms() -> int:
        return int((real.now() + ahead).timestamp() * 1000)

    return Runtime(
        now=lambda: real.now() + ahead,
        new_id=real.new_id,
        new_event_id=lambda: uuid7(now_ms(), os.urandom(10)),
        sleep=real.sleep,
    )


def main() -> None:
    """Serves until a signal."""
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    app_module, settings = (
        importlib.import_module(f"{chosen.service}.{part}") for part in ("app", "settings")
    )
    runtime = clock(float(os.environ.get("CHAOS_CLOCK_OFFSET", "0")))
    log_to_stdout()
    signal.signal(signal.SIGUSR1, tell_tasks)
    app = app_module.create_app(settings.Settings(), runtime=runtime)
    wrap(app.state.service)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=chosen.port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


if __name__ == "__main__":
    main()
