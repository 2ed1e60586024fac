"""A case as a partner's software sends it, read into our own shapes. What does not fit is kept as text.

Codes stay as sent; texts longer than ours and numbers of a kind we do not know go to `rest`, whole.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cases.domain.file import Agreement, CaseFile, Information, Number, NumberKind, Person, Sex, Social
from contracts.lists import InformedHow, Priority, Question, SenioritySource

LONG = 600


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SentPerson(_Part):
    given_name: str
    family_name: str
    birth_date: date | None = None
    sex: str | None = None
    phone: str | None = None
    is_adult: bool


class SentNumber(_Part):
    kind: str
    value: str
    deadline_on: date | None = None


class SentAgreement(_Part):
    panel: bool = False
    landlord: bool = False
    health: bool = False


class SentCase(_Part):
    """`data` of a `case` record (the partner's guide gives it)."""

    record_ref: str = ""
    void: bool = False
    persons: list[SentPerson] = Field(default_factory=list, max_length=30)
    composition: Any = ""
    situation: Any = ""
    need: Any = ""
    adults: int | None = None
    minors: int | None = None
    minors_under_3: int | None = None
    numbers: list[SentNumber] = Field(default_factory=list, max_length=30)
    first_transmitted_on: date | None = None
    question: str = ""
    question_text: str | None = None
    resources_monthly: int | None = None
    obstacles_text: str | None = None
    informed_on: date | None = None
    information_how: str = ""
    agreement: SentAgreement = SentAgreement()
    referrer_email: str | None = None


class Envelope(_Part):
    """What was sealed: whose file, which version, and the data."""

    record: str
    record_id: UUID
    revision: int
    household_id: UUID
    partner_id: UUID
    backfill: bool = False
    groups: dict[str, str] = Field(default_factory=dict)
    data: dict[str, Any]


@dataclass(frozen=True)
class Received:
    """A case file read: ours, and what did not fit."""

    file: CaseFile
    information: Information | None
    agreement: Agreement | None
    rest: list[str] = field(default_factory=list)


def code(value: Any) -> str:
    """A code as text, however it was spelled: plain, or `{list, version, code}`."""
    text = value.get("code", "") if isinstance(value, dict) else value
    return str(text or "")[:64]


def read(sent: SentCase, today: date) -> Received:
    """Our file of what was sent. Raises ValueError (pydantic) for what cannot be a file."""
    rest: list[str] = []
    persons = tuple(_person(each, place == 0) for place, each in enumerate(sent.persons))
    children = [p for p in sent.persons if not p.is_adult]
    little = [p for p in children if p.birth_date is not None and (today - p.birth_date).days < 3 * 365]
    social = Social(
        composition=code(sent.composition),
        adults=len(sent.persons) - len(children) if sent.adults is None else sent.adults,
        minors=len(children) if sent.minors is None else sent.minors,
        minors_under_3=len(little) if sent.minors_under_3 is None else sent.minors_under_3,
        situation=code(sent.situation),
        need=code(sent.need),
        resources_monthly=sent.resources_monthly,
        obstacles=_short(sent.obstacles_text, rest),
        question=_one(Question, sent.question, Question.OTHER) if sent.question else None,
        question_text=_short(sent.question_text, rest),
        priority=_priorities(sent),
        first_transmitted_on=sent.first_transmitted_on,
        seniority_source=SenioritySource.SI_SIAO_FILE if sent.first_transmitted_on else None,
    )
    numbers = tuple(found for each in sent.numbers if (found := _number(each, rest)) is not None)
    information = (
        Information(
            informed_on=sent.informed_on,
            how=_one(InformedHow, sent.information_how, InformedHow.UNKNOWN),
        )
        if sent.informed_on is not None
        else None
    )
    agreement = Agreement(
        panel=sent.agreement.panel,
        landlord=sent.agreement.landlord,
        health=sent.agreement.health,
        given_on=min(sent.informed_on or today, today),
    )
    return Received(CaseFile(persons=persons, numbers=numbers, social=social), information, agreement, rest)


def _person(sent: SentPerson, first: bool) -> Person:
    return Person(
        given_name=sent.given_name,
        family_name=sent.family_name,
        birth_date=sent.birth_date,
        sex=_one(Sex, sent.sex or "", Sex.UNKNOWN),
        phone=(sent.phone or "")[:30],
        adult=sent.is_adult,
        asked_first=first,
    )


def _number(sent: SentNumber, rest: list[str]) -> Number | None:
    if sent.kind not in NumberKind._value2member_map_ or len(sent.value) > 40:
        rest.append(f"{sent.kind}\u00a0: {sent.value}")
        return None
    return Number(kind=NumberKind(sent.kind), value=sent.value, deadline_on=sent.deadline_on)


def _priorities(sent: SentCase) -> tuple[Priority, ...]:
    kinds = {each.kind for each in sent.numbers}
    return tuple(each for each in (Priority.DALO, Priority.DAHO, Priority.SYPLO) if each.value in kinds)


def _short(text: str | None, rest: list[str]) -> str:
    whole = (text or "").strip()
    if len(whole) <= LONG:
        return whole
    rest.append(whole)
    return whole[: LONG - 1] + "…"


def _one(kind: Any, value: str, otherwise: Any) -> Any:
    return kind(value) if value in kind._value2member_map_ else otherwise
