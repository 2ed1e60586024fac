"""What a coordinator does about a partner: open the door, give and take keys, set limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Text

from contracts.refusal import FieldError, Refused
from eventing.db import Tx, run, run_one
from integration.commands.keys import digest_of_key, new_key
from integration.domain.limits import Rates
from integration.domain.partners import check_scopes, check_source
from integration.tables import PARTNER, PARTNER_KEY

OVERLAP = timedelta(hours=72)
MOST_KEYS = 2
FIND = select(PARTNER).where(PARTNER.c.partner_id == bindparam("id")).with_for_update(key_share=True)
SOURCE_TAKEN = select(PARTNER.c.partner_id).where(
    PARTNER.c.source == bindparam("source"), PARTNER.c.partner_id != bindparam("id")
)
ADD = (
    insert(PARTNER)
    .values({column.name: bindparam(column.name) for column in PARTNER.columns})
    .on_conflict_do_nothing()
    .returning(PARTNER.c.partner_id)
)
CHANGE = (
    update(PARTNER)
    .where(PARTNER.c.partner_id == bindparam("id"))
    .values(
        name=bindparam("new_name"),
        scopes=bindparam("new_scopes", type_=ARRAY(Text)),
        events_per_second=bindparam("new_rate"),
        burst=bindparam("new_burst"),
        backfill_per_second=bindparam("new_backfill"),
        open=bindparam("new_open"),
        organisation_id=bindparam("new_organisation"),
        dpo_email=bindparam("new_dpo_email"),
    )
)
_valid = (
    PARTNER_KEY.c.partner_id == bindparam("id"),
    PARTNER_KEY.c.test == bindparam("of_test"),
    PARTNER_KEY.c.revoked_at.is_(None),
    (PARTNER_KEY.c.valid_until.is_(None)) | (PARTNER_KEY.c.valid_until > bindparam("now")),
)
VALID_KEYS = select(func.count().label("n")).select_from(PARTNER_KEY).where(*_valid)
ADD_KEY = insert(PARTNER_KEY).values(
    key_id=bindparam("key_id"),
    partner_id=bindparam("partner_id"),
    digest=bindparam("digest"),
    ending=bindparam("ending"),
    created_at=bindparam("created_at"),
    created_by=bindparam("created_by"),
    test=bindparam("test"),
)
LET_END = (
    update(PARTNER_KEY)
    .where(*_valid)
    .values(
        valid_until=func.least(func.coalesce(PARTNER_KEY.c.valid_until, bindparam("ends")), bindparam("ends"))
    )
)
REVOKE = (
    update(PARTNER_KEY)
    .where(PARTNER_KEY.c.key_id == bindparam("of_key"), PARTNER_KEY.c.partner_id == bindparam("id"))
    .values(
        revoked_at=func.coalesce(PARTNER_KEY.c.revoked_at, bindparam("at")),
        revoked_by=func.coalesce(PARTNER_KEY.c.revoked_by, bindparam("by")),
    )
    .returning(PARTNER_KEY.c.key_id)
)


@dataclass(frozen=True)
class PartnerTerms:
    """What a coordinator decides about a partner."""

    name: str
    scopes: Sequence[str]
    rates: Rates
    open: bool = True
    organisation_id: UUID | None = None
    """Whose orientations and transferred cases it hears of."""
    dpo_email: str | None = None


@dataclass(frozen=True)
class ShownKey:
    """A key in clear: it is shown once and kept nowhere."""

    key_id: UUID
    key: str


async def add_partner(tx: Tx, partner_id: UUID, source: str, terms: PartnerTerms) -> bool:
    """Opens the door to a partner; False when that same partner was there already. Refused 409 or 422."""
    check_source(source)
    check_scopes(terms.scopes)
    added = await run_one(
        tx,
        ADD,
        partner_id=partner_id,
        name=terms.name,
        source=source,
        scopes=sorted(set(terms.scopes)),
        events_per_second=terms.rates.events_per_second,
        burst=terms.rates.burst,
        backfill_per_second=terms.rates.backfill_per_second,
        open=terms.open,
        created_at=tx.now,
        created_by=tx.actor,
        test_id=tx.new_id(),
        organisation_id=terms.organisation_id,
        dpo_email=terms.dpo_email,
    )
    if added:
        return True
    there = await run_one(tx, FIND, id=partner_id)
    if there is None or there["source"] != source:
        text = "Un autre partenaire a déjà cette source"
        raise Refused("source_taken", f"{text}.", 409, [FieldError("/source", "source_taken", text)])
    return False


async def change_partner(tx: Tx, partner_id: UUID, terms: PartnerTerms) -> None:
    """Sets name, scopes, limits and whether the door is open. Refused 404 or 422."""
    check_scopes(terms.scopes)
    await hold_partner(tx, partner_id)
    await run(
        tx,
        CHANGE,
        id=partner_id,
        new_name=terms.name,
        new_scopes=sorted(set(terms.scopes)),
        new_rate=terms.rates.events_per_second,
        new_burst=terms.rates.burst,
        new_backfill=terms.rates.backfill_per_second,
        new_open=terms.open,
        new_organisation=terms.organisation_id,
        new_dpo_email=terms.dpo_email,
    )


async def give_key(tx: Tx, partner_id: UUID, test: bool = False) -> ShownKey:
    """Makes a key, or one for trials; the one before holds for 72 hours more.

    Refused 404, or 409 when two hold already.
    """
    await hold_partner(tx, partner_id)
    held = await run_one(tx, VALID_KEYS, id=partner_id, now=tx.now, of_test=test)
    assert held is not None
    if held["n"] >= MOST_KEYS:
        raise Refused(
            "two_keys_already",
            "Deux clés sont déjà valables. Révoquez-en une avant d’en créer une autre.",
            409,
        )
    await run(tx, LET_END, id=partner_id, now=tx.now, ends=tx.now + OVERLAP, of_test=test)
    shown = ShownKey(tx.new_id(), new_key(tx, test))
    await run(
        tx,
        ADD_KEY,
        key_id=shown.key_id,
        partner_id=partner_id,
        digest=digest_of_key(shown.key),
        ending=shown.key[-4:],
        created_at=tx.now,
        created_by=tx.actor,
        test=test,
    )
    return shown


async def revoke_key(tx: Tx, partner_id: UUID, key_id: UUID) -> None:
    """Ends a key at once; again changes nothing. Refused 404."""
    if not await run(tx, REVOKE, of_key=key_id, id=partner_id, at=tx.now, by=tx.actor):
        raise Refused("unknown_key", "Cette clé n’existe pas.", 404)


async def hold_partner(tx: Tx, partner_id: UUID) -> None:
    """Locks the partner. Refused 404."""
    if await run_one(tx, FIND, id=partner_id) is None:
        raise Refused("unknown_partner", "Ce partenaire n’existe pas.", 404)
