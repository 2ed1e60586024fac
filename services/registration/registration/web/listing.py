"""The organisers’ list of sign-ups: what its address filters and sorts, and each line in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from registration.domain.commission import Commission
from registration.domain.roster import OPEN, ChoiceState, State
from registration.queries import Participant
from registration.web.public import KINDS
from registration.web.wording import Shown, choice_words, message_words, sign_up_words, state_words
from webui.pages import with_query

COUNTED, SEATED = "inscrites", "places"
STATES = [
    (COUNTED, "Toutes sauf annulées"),
    (SEATED, "Avec une place"),
    *[(s.value, state_words(s).text) for s in State],
]
FAILED = "failed"
MESSAGES = [(FAILED, "Non remis"), ("delivered", "Remis"), ("sent", "Envoyé"), ("queued", "En préparation")]
PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the address says to show, and how each part is said and removed."""

    q: str = ""
    etat: str = ""
    organisme: str = ""
    atelier: str = ""
    message: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return any((self.q, self.etat, self.organisme, self.atelier, self.message))

    def keeps(self, p: Participant) -> bool:
        """Whether that line is shown."""
        words = f"{p.name} {p.family_name or ''} {p.email} {p.organisation or ''}".casefold()
        return (
            (not self.q or self.q.casefold() in words)
            and self._in_state(p)
            and (not self.organisme or p.organisation_kind == self.organisme)
            and (not self.atelier or self._in_workshop(p))
            and (not self.message or self._message_went(p))
        )

    def _in_state(self, p: Participant) -> bool:
        if self.etat == COUNTED:
            return p.state in OPEN
        if self.etat == SEATED:
            return p.takes_seat
        if self.etat == State.OFFERED:
            return bool(p.offers)
        return not self.etat or p.state == self.etat

    def _message_went(self, p: Participant) -> bool:
        if self.message == FAILED:
            return p.unreached
        return p.message is not None and p.message.status == self.message and not p.suspended

    def _in_workshop(self, p: Participant) -> bool:
        had = (ChoiceState.SEATED, ChoiceState.OFFERED)
        return any(
            str(w.workshop_id) == self.atelier and (self.etat != SEATED or w.state in had)
            for w in p.workshops
        )


SORTS: Mapping[str, Callable[[Participant], tuple[Any, ...]]] = {
    "nom": lambda p: ((p.family_name or p.email).casefold(), p.email),
    "organisme": lambda p: ((p.organisation or "").casefold(), (p.family_name or p.email).casefold()),
    "rang": lambda p: (p.position, 0),
}


def filter_of(request: Request) -> Filter:
    """The filter of an address; what is no filter is ignored."""
    names = ("q", "etat", "organisme", "atelier", "message")
    return Filter(**{name: request.query_params.get(name, "")[:200] for name in names})


def sorted_by(people: Sequence[Participant], sort: str) -> list[Participant]:
    """The lines in the order asked: `nom`, `-nom`…; by rank of sign-up otherwise, latest first."""
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        key, sort = SORTS["rang"], "-rang"
    return sorted(people, key=key, reverse=sort.startswith("-"))


def lines(people: Sequence[Participant], of: Commission) -> list[dict[str, Any]]:
    """Each line with its words."""
    return [
        {
            "p": p,
            "etat": sign_up_words(p, of),
            "message": message_words(p),
            "ateliers": [(w, choice_words(w)) for w in p.workshops],
        }
        for p in people
    ]


def page_of(request: Request, count: int) -> int:
    """The page asked, within those that exist."""
    typed = request.query_params.get("page", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 6 else 1
    return min(max(number, 1), max(1, -(-count // PAGE)))


def chips(wanted: Filter, vue: Shown, here: str) -> list[tuple[str, str]]:
    """What is filtered, in words, each with the address without it."""
    titles = {str(w.workshop_id): w.title for w in vue.view.workshops}
    said = {
        "q": f"« {wanted.q} »",
        "etat": dict(STATES).get(wanted.etat, wanted.etat),
        "organisme": dict(KINDS).get(wanted.organisme, wanted.organisme),
        "atelier": titles.get(wanted.atelier, "Atelier"),
        "message": f"Message : {dict(MESSAGES).get(wanted.message, wanted.message).lower()}",
    }
    return [
        (text, with_query(here, **{name: None, "page": None}))
        for name, text in said.items()
        if getattr(wanted, name)
    ]
