"""Moderated sign-ups: once proven they wait for the coordinator, who approves or refuses several at once.

Nobody under review holds a place. Those approved get theirs in the order of signing up, or wait for one.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from contracts import registration as say
from registration.domain.book import Book, Change, Moment, in_progress
from registration.domain.roster import Entry, Roster, State


def approve(roster: Roster, ids: Iterable[UUID], moment: Moment) -> Change:
    """Seat them or put them on the list; those decided already stay as they are."""
    in_progress(roster.commission)
    book = Book(roster, moment)
    for entry in _under_review(roster, ids):
        book.settle_proven(entry)
    return book.change()


def refuse(roster: Roster, ids: Iterable[UUID], moment: Moment) -> Change:
    """Turn them down; those decided already stay as they are."""
    in_progress(roster.commission)
    book = Book(roster, moment)
    for entry in _under_review(roster, ids):
        book.put(replace(entry, state=State.REFUSED, choices=()))
        book.facts.append(say.RegistrationRefused(**book.said(entry)))
    return book.change()


def _under_review(roster: Roster, ids: Iterable[UUID]) -> list[Entry]:
    asked = [roster.entry(registration_id) for registration_id in dict.fromkeys(ids)]
    return sorted((e for e in asked if e.state is State.IN_REVIEW), key=lambda e: e.position)
