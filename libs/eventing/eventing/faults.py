"""Named places where a process can be told to die, so that a test tries each of them.

`SEUIL_FAULT=name:nth` kills the process, without a goodbye, at the nth passage of that place. Unset, it costs
one comparison. Refused in production.
"""

import os
import signal
from collections.abc import Mapping

_NAMES = """
    request.remembered request.settled uow.before_commit uow.after_commit
    relay.leading relay.read relay.handed_over relay.part_acked relay.acked_before_delete relay.deleted
    policies.polled policies.inbox_written policies.one_by_one policies.applied_before_commit
    policies.committed_before_offset policies.offset_committed
    parking.written parking.committed
    projection.leading projection.folded_before_commit projection.cursor_moved
    projection.committed
    drain.claimed drain.applied_before_drop drain.committed drain.put_off
    act.claimed act.done_before_settled act.settled
    rebuild.folded rebuild.frozen rebuild.swapped_before_commit rebuild.switched
    republish.sent_before_noted republish.noted
    due.claimed due.done_before_commit due.committed due.put_off
    mail.claimed mail.written mail.before_smtp mail.accepted_before_record mail.recorded
    webhook.claimed webhook.before_post webhook.posted_before_record webhook.noted_before_position
    webhook.settled
    intake.remembered intake.before_append
"""
POINTS = frozenset(_NAMES.split())
"""Every place; `tests/crash` tries each at its first and its second passage."""

_armed: tuple[str, int] | None = None
_passed = 0


def fault(name: str) -> None:
    """Does nothing, unless this process was told to die here."""
    if _armed is not None and _armed[0] == name:
        _pass(_armed[1])


def arm(environment: Mapping[str, str]) -> None:
    """Reads SEUIL_FAULT. ValueError for an unknown place, a count below one, and in production."""
    global _armed, _passed
    _armed, _passed = None, 0
    told = environment.get("SEUIL_FAULT", "")
    if not told:
        return
    if environment.get("SEUIL_ENV") == "production":
        raise ValueError("SEUIL_FAULT is refused in production")
    name, _, nth = told.partition(":")
    if name not in POINTS or not nth.isdecimal() or int(nth) < 1:
        raise ValueError(f"SEUIL_FAULT={told}: name:nth, a known name and a count from 1")
    _armed = (name, int(nth))


def _pass(nth: int) -> None:
    global _passed
    _passed += 1
    if _passed == nth:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ)
