"""What became of messages. Their text, addresses and the servers' words stay in notifications."""

from contracts.classes import DataClass
from contracts.event import Fact
from contracts.fields import Code, Count, EventId, Flag, Id, Instant, PersonId
from contracts.lists import Category, DropCause, Failure
from contracts.topics import NOTIFICATIONS


class MessageFact(Fact, topic=NOTIFICATIONS):
    """One message to one person."""

    message_id: Id
    person_id: PersonId


class MessageQueued(MessageFact, key="message_id", data_class=DataClass.P):
    """A message has been intended: one per event, person and template."""

    template: Code
    template_version: Count
    about: EventId
    category: Category
    send_after: Instant


class MessageSent(MessageFact, key="message_id", data_class=DataClass.P):
    """The next relay has accepted the message. This is not delivery."""

    attempt: Count
    sent_at: Instant


class MessageDelivered(MessageFact, key="message_id", data_class=DataClass.P):
    """A delivery notice has said that the message was delivered; never inferred."""

    delivered_at: Instant


class MessageFailed(MessageFact, key="message_id", data_class=DataClass.P):
    """The message has failed for good."""

    cause: Failure
    attempts: Count
    failed_at: Instant


class MessageDropped(MessageFact, key="message_id", data_class=DataClass.P):
    """The message was not sent, on purpose."""

    cause: DropCause


class AddressSuspended(Fact, topic=NOTIFICATIONS, key="person_id", data_class=DataClass.P):
    """Nothing more is sent to that person, after a hard bounce or a complaint; `suspended=false` lifts it."""

    person_id: PersonId
    suspended: Flag
    cause: Failure
