"""From data to bytes: the letter in its two forms, the calendar file, the message that leaves."""

from notifications.documents.calendar import calendar_file
from notifications.documents.letter import LINK_HERE, Letter, Writer, shown
from notifications.documents.mail import Sender, build
from notifications.documents.notice import Notice, read_notice

__all__ = [
    "LINK_HERE",
    "Letter",
    "Notice",
    "Sender",
    "Writer",
    "build",
    "calendar_file",
    "read_notice",
    "shown",
]
