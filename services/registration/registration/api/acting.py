"""How a route acts: one transaction, one command, once per Idempotency-Key; how its document reads."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import Request

from eventing.db import Tx
from registration.commands import Desk
from webui import programs
from webui.programs import ANSWERS, EITHER, SIGNED, Key, complete, signed_in

__all__ = ["ANSWERS", "EITHER", "SIGNED", "Key", "acting", "complete", "signed_in"]


def acting(
    desk: Desk, request: Request, key: str | None, content: Any = None
) -> AbstractAsyncContextManager[tuple[Tx, bool]]:
    """One transaction of whoever asks. The flag says whether the command is still to be done."""
    return programs.acting(desk.database, request, key, content)
