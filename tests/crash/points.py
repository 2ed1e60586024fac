"""Which story passes each place of `eventing.faults`."""

from collections.abc import Iterable

from tests.crash.stage import Case

COMMANDS = (
    *("request.remembered", "request.settled", "uow.before_commit", "uow.after_commit"),
    *("relay.leading", "relay.read", "relay.handed_over", "relay.part_acked", "relay.acked_before_delete"),
    *("relay.deleted", "due.claimed", "due.done_before_commit", "due.committed", "due.put_off"),
)
READERS = (
    *("policies.polled", "policies.inbox_written", "policies.one_by_one", "policies.applied_before_commit"),
    *("policies.committed_before_offset", "policies.offset_committed"),
    *("parking.written", "parking.committed"),
    *("projection.leading", "projection.cursor_moved", "projection.folded_before_commit"),
    *("projection.committed", "drain.claimed", "drain.applied_before_drop", "drain.committed"),
    "drain.put_off",
)
MAIL = ("mail.claimed", "mail.written", "mail.before_smtp", "mail.accepted_before_record", "mail.recorded")
MAILED_TWICE = ("mail.accepted_before_record",)
"""The mail relay has the message and nobody has written it down yet: it leaves again, the same."""
WEBHOOK = (
    *("webhook.claimed", "webhook.before_post", "webhook.posted_before_record"),
    *("webhook.noted_before_position", "webhook.settled", "intake.remembered", "intake.before_append"),
)
POSTED_TWICE = (
    "webhook.posted_before_record",
    *("intake.remembered", "intake.before_append"),
)
"""The partner has it and nobody has written it down yet: it is posted again, under the same id.

At the door a process may die while another of its tasks stands there.
"""
OPERATED = (
    *("act.claimed", "act.done_before_settled", "act.settled"),
    *("rebuild.folded", "rebuild.frozen", "rebuild.swapped_before_commit", "rebuild.switched"),
)
REPUBLISHED = ("republish.sent_before_noted", "republish.noted")
EVERYWHERE = (*COMMANDS, *READERS, *MAIL, *WEBHOOK, *OPERATED, *REPUBLISHED)


def each_twice(points: Iterable[str]) -> list[Case]:
    """The first and the second passage of each place."""
    return [Case(point, nth) for point in points for nth in (1, 2)]
