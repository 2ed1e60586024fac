"""What pages of cases know of the directory: names of professionals, wording of commissions."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from cases.tables import COMMISSION_KNOWN, PERSON_ERASED, PERSON_KNOWN
from contracts.directory import CommissionDescribed, PersonRecorded
from contracts.registration import PersonErased
from contracts.topics import DIRECTORY, REGISTRATION
from eventing.db import Tx, run, run_one
from eventing.subscription import Projection, Received
from webui.accounts import ACCOUNTS_PROJECTION, put_latest

PUT_PERSON = put_latest(PERSON_KNOWN, "person_id")
PUT_COMMISSION = put_latest(COMMISSION_KNOWN, "commission_id")
DROP_PERSON = delete(PERSON_KNOWN).where(PERSON_KNOWN.c.person_id == bindparam("id"))
REMEMBER_ERASED = insert(PERSON_ERASED).values(person_id=bindparam("id")).on_conflict_do_nothing()
IS_ERASED = select(PERSON_ERASED.c.person_id).where(PERSON_ERASED.c.person_id == bindparam("id"))


async def fold_person(tx: Tx, event: Received[PersonRecorded]) -> None:
    """The latest record of a professional; one who was erased stays so."""
    fact = event.fact
    if await run_one(tx, IS_ERASED, id=fact.person_id):
        return
    values = {column.name: getattr(fact, column.name) for column in PERSON_KNOWN.columns}
    await run(tx, PUT_PERSON, **values | {"email_kind": fact.email_kind.value})


async def fold_commission(tx: Tx, event: Received[CommissionDescribed]) -> None:
    """The latest wording of a commission."""
    values = {column.name: getattr(event.fact, column.name) for column in COMMISSION_KNOWN.columns}
    await run(tx, PUT_COMMISSION, **values)


async def forget_directory(tx: Tx, key: str) -> None:
    """A tombstone cleans; erasure itself is a fact."""


async def fold_person_erased(tx: Tx, event: Received[PersonErased]) -> None:
    """Their name goes from our pages, and does not come back."""
    await run(tx, REMEMBER_ERASED, id=event.fact.person_id)
    await run(tx, DROP_PERSON, id=event.fact.person_id)


DIRECTORY_PROJECTION = Projection(
    name="directory",
    version=1,
    topic=DIRECTORY,
    handlers={PersonRecorded: fold_person, CommissionDescribed: fold_commission},
    tables=["person_known", "commission_known"],
    forget=forget_directory,
)
ERASURES_PROJECTION = Projection(
    name="erased_people",
    version=1,
    topic=REGISTRATION,
    handlers={PersonErased: fold_person_erased},
    tables=["person_erased"],
    touches=["person_known"],
)
PROJECTIONS = [ACCOUNTS_PROJECTION, DIRECTORY_PROJECTION, ERASURES_PROJECTION]
