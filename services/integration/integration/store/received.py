"""The statements of the intake: sets of rows, so that five hundred events cost little more than one.

Whoever writes records takes its locks in one order: references, records, streams, what was sent, counts; each
by name. Two requests of one partner then wait for each other and never in a ring.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import text

from eventing.db import Tx, run, run_one
from integration.domain.envelope import Sender
from integration.domain.intake import RecordState
from integration.domain.limits import Rates

HOLDER = text(
    """
    SELECT k.key_id, k.last_used_at, k.test, p.partner_id, p.test_id, p.name, p.source, p.scopes, p.open,
           p.organisation_id, p.events_per_second, p.burst, p.backfill_per_second
    FROM partner_key k JOIN partner p USING (partner_id)
    WHERE k.digest = CAST(:digest AS bytea) AND k.revoked_at IS NULL
      AND (k.valid_until IS NULL OR k.valid_until > :now)
    """
)
PARTNER = text(
    """
    SELECT p.partner_id AS key_id, CAST(:now AS timestamptz) AS last_used_at, false AS test, p.partner_id,
           p.test_id, p.name, p.source, p.scopes, p.open, p.organisation_id, p.events_per_second, p.burst,
           p.backfill_per_second
    FROM partner p WHERE p.partner_id = :partner_id
    """
)
CODES = text(
    """
    SELECT DISTINCT ON (list, code) list, code, value FROM code_map WHERE partner_id = :partner_id
    ORDER BY list, code, version DESC
    """
)
USED = text("UPDATE partner_key SET last_used_at = :now WHERE key_id = :key_id")
SEEN = text(
    """
    SELECT event_id, digest, outcome, seuil_id FROM sent
    WHERE partner_id = :partner_id AND event_id = ANY(CAST(:event_ids AS text[]))
    """
)
REMEMBER = text(
    """
    INSERT INTO sent (partner_id, event_id, digest, outcome, seuil_id, at)
    SELECT CAST(:partner_id AS uuid), event_id, digest, outcome, seuil_id, CAST(:at AS timestamptz)
    FROM unnest(CAST(:event_ids AS text[]), CAST(:digests AS bytea[]), CAST(:outcomes AS text[]),
                CAST(:seuil_ids AS uuid[])) WITH ORDINALITY AS t(event_id, digest, outcome, seuil_id, n)
    ORDER BY n ON CONFLICT DO NOTHING RETURNING event_id
    """
)
MEND = text(
    """
    UPDATE sent SET digest = t.digest, outcome = t.outcome, seuil_id = t.seuil_id, at = :at
    FROM unnest(CAST(:event_ids AS text[]), CAST(:digests AS bytea[]), CAST(:outcomes AS text[]),
                CAST(:seuil_ids AS uuid[]), CAST(:befores AS bytea[]))
         AS t(event_id, digest, outcome, seuil_id, before)
    WHERE sent.partner_id = :partner_id AND sent.event_id = t.event_id
      AND sent.outcome = 'quarantined' AND sent.digest = t.before
    RETURNING sent.event_id
    """
)  # fmt: skip
REFERENCES = text(
    """
    SELECT r.kind, r.ref, r.id FROM reference r
    JOIN unnest(CAST(:kinds AS text[]), CAST(:refs AS text[])) AS t(kind, ref)
         ON r.kind = t.kind AND r.ref = t.ref
    WHERE r.partner_id = :partner_id
    """
)
HELD_REFERENCES = text(
    """
    SELECT kind, ref, id FROM reference
    WHERE partner_id = :partner_id AND kind = 'organisation' AND ref = ANY(CAST(:refs AS text[]))
    ORDER BY ref FOR SHARE
    """
)
NEW_REFERENCES = text(
    """
    INSERT INTO reference (partner_id, kind, ref, id)
    SELECT CAST(:partner_id AS uuid), kind, ref, id
    FROM unnest(CAST(:kinds AS text[]), CAST(:refs AS text[]), CAST(:ids AS uuid[]))
         WITH ORDINALITY AS t(kind, ref, id, n)
    ORDER BY n ON CONFLICT (partner_id, kind, ref) DO UPDATE SET kind = reference.kind RETURNING kind, ref, id
    """
)
RECORDS = text(
    """
    INSERT INTO record (partner_id, record_type, record_ref, record_id, revision, void)
    SELECT CAST(:partner_id AS uuid), type, ref, id, 0, false
    FROM unnest(CAST(:types AS text[]), CAST(:refs AS text[]), CAST(:ids AS uuid[]))
         WITH ORDINALITY AS t(type, ref, id, n)
    ORDER BY n ON CONFLICT (partner_id, record_type, record_ref) DO UPDATE SET void = record.void
    RETURNING record_type, record_ref, record_id, version, digest, revision, void, key, organisation_id, fact,
              codes
    """
)
SAVE = text(
    """
    UPDATE record SET version = t.version, digest = t.digest, revision = t.revision, void = t.void,
           key = t.key, organisation_id = t.organisation_id, fact = t.fact, at = :at,
           codes = string_to_array(t.codes, E'\n'), raw = t.raw
    FROM unnest(CAST(:types AS text[]), CAST(:refs AS text[]), CAST(:versions AS bigint[]),
                CAST(:digests AS bytea[]), CAST(:revisions AS int[]), CAST(:voids AS bool[]),
                CAST(:keys AS text[]), CAST(:organisations AS uuid[]), CAST(:facts AS bytea[]),
                CAST(:codes AS text[]), CAST(:raws AS bytea[]))
         AS t(type, ref, version, digest, revision, void, key, organisation_id, fact, codes, raw)
    WHERE record.partner_id = :partner_id AND record.record_type = t.type AND record.record_ref = t.ref
    """
)
QUARANTINE = text(
    """
    INSERT INTO quarantine (quarantine_id, partner_id, event_id, record_type, code, errors,
                            received_at, times, body, household_id)
    SELECT id, CAST(:partner_id AS uuid), event_id, type, code, CAST(errors AS jsonb),
           CAST(:at AS timestamptz), 1, body, household_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:event_ids AS text[]), CAST(:types AS text[]),
                CAST(:codes AS text[]), CAST(:errors AS text[]), CAST(:bodys AS bytea[]),
                CAST(:households AS uuid[])) AS t(id, event_id, type, code, errors, body, household_id)
    ON CONFLICT (quarantine_id) DO UPDATE SET record_type = excluded.record_type, code = excluded.code,
           errors = excluded.errors, received_at = excluded.received_at, times = quarantine.times + 1,
           body = excluded.body, household_id = excluded.household_id
    """
)
REPLACED = text(
    """
    UPDATE quarantine SET replaced_at = :at, body = NULL, household_id = NULL
    WHERE quarantine_id = ANY(CAST(:ids AS uuid[]))
    """
)
OUTCOMES = ("accepted", "replaced", "duplicate", "stale", "quarantined", "conflict", "refused", "dropped")
COUNT = text(
    f"""
    INSERT INTO tally (partner_id, day, lane, {", ".join(OUTCOMES)}, unmapped, last_at)
    VALUES (:partner_id, :day, floor(random() * 16), {", ".join(f":{name}" for name in OUTCOMES)}, :unmapped,
            :at)
    ON CONFLICT (partner_id, day, lane) DO UPDATE SET last_at = excluded.last_at,
           unmapped = tally.unmapped + excluded.unmapped,
           {", ".join(f"{name} = tally.{name} + excluded.{name}" for name in OUTCOMES)}
    """  # noqa: S608 - names of ours only, values are bound
)
"""A partner's day is the sum of its lanes: in one row, its requests would wait for each other's commit."""

Name = tuple[str, str]
"""Kind and reference, or record type and record_ref."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key was shown. With a test key, `sender` is the partner's double: nothing of it leaves."""

    key_id: UUID
    name: str
    open: bool
    sender: Sender
    rates: Rates
    last_used_at: Any
    test: bool = False
    partner_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of an event id. `seuil_id`: its record's, or its quarantine's. `before`: mended."""

    digest: bytes
    outcome: str
    seuil_id: UUID
    before: bytes | None = None
    fresh: bool = False


async def holder_of(tx: Tx, digest: bytes) -> Holder | None:
    """The partner that holds this key now, or None."""
    row = await run_one(tx, HOLDER, digest=digest, now=tx.now)
    return None if row is None else await _holder(tx, row)


async def holder_itself(tx: Tx, partner_id: UUID) -> Holder | None:
    """The partner, as if its key had been shown: for what is done in its name here."""
    row = await run_one(tx, PARTNER, partner_id=partner_id, now=tx.now)
    return None if row is None else await _holder(tx, row)


async def _holder(tx: Tx, row: Any) -> Holder:
    rates = Rates(row["events_per_second"], row["burst"], row["backfill_per_second"])
    rows = await run(tx, CODES, partner_id=row["partner_id"])
    sender = Sender(
        row["test_id"] if row["test"] else row["partner_id"],
        row["source"],
        frozenset(row["scopes"]),
        {(each["list"], each["code"]): each["value"] for each in rows},
    )
    return Holder(
        row["key_id"],
        row["name"],
        row["open"],
        sender,
        rates,
        row["last_used_at"],
        row["test"],
        row["partner_id"],
        row["organisation_id"],
    )


async def seen(tx: Tx, partner_id: UUID, event_ids: Iterable[str]) -> dict[str, Sent]:
    """What was already sent under these ids."""
    wanted = sorted(set(event_ids))
    rows = await run(tx, SEEN, partner_id=partner_id, event_ids=wanted) if wanted else []
    return {row["event_id"]: Sent(row["digest"], row["outcome"], row["seuil_id"]) for row in rows}


async def remember(tx: Tx, partner_id: UUID, found: Mapping[str, Sent]) -> bool:
    """Keeps what was sent; False when another request sent one of these ids: all is to be done again."""
    new = sorted((event_id, sent) for event_id, sent in found.items() if sent.fresh and sent.before is None)
    mended = sorted(
        (event_id, sent) for event_id, sent in found.items() if sent.fresh and sent.before is not None
    )
    done = 0
    for statement, chosen in ((REMEMBER, new), (MEND, mended)):
        if chosen:
            befores = {"befores": [sent.before for _, sent in chosen]} if statement is MEND else {}
            rows = await run(
                tx,
                statement,
                partner_id=partner_id,
                at=tx.now,
                event_ids=[event_id for event_id, _ in chosen],
                digests=[sent.digest for _, sent in chosen],
                outcomes=[sent.outcome for _, sent in chosen],
                seuil_ids=[sent.seuil_id for _, sent in chosen],
                **befores,
            )
            done += len(rows)
    return done == len(new) + len(mended)


async def identify(tx: Tx, partner_id: UUID, wanted: Iterable[Name]) -> dict[Name, UUID]:
    """The random ids of a partner's references; one met for the first time gets its own."""
    names = sorted(set(wanted))
    if not names:
        return {}
    found: dict[Name, UUID] = {}
    organisations = [ref for kind, ref in names if kind == "organisation"]
    if organisations:
        rows = await run(tx, HELD_REFERENCES, partner_id=partner_id, refs=organisations)
        found |= {(row["kind"], row["ref"]): row["id"] for row in rows}
    for statement in (REFERENCES, NEW_REFERENCES):
        missing = [name for name in names if name not in found]
        if missing:
            ids = {"ids": [tx.new_id() for _ in missing]} if statement is NEW_REFERENCES else {}
            kinds, refs = [kind for kind, _ in missing], [ref for _, ref in missing]
            rows = await run(tx, statement, partner_id=partner_id, kinds=kinds, refs=refs, **ids)
            found |= {(row["kind"], row["ref"]): row["id"] for row in rows}
    return found


async def hold_records(tx: Tx, partner_id: UUID, wanted: Iterable[Name]) -> dict[Name, RecordState]:
    """Locks records by (type, ref) and gives their states; one met for the first time gets its id."""
    names = sorted(set(wanted))
    if not names:
        return {}
    rows = await run(
        tx,
        RECORDS,
        partner_id=partner_id,
        types=[kind for kind, _ in names],
        refs=[ref for _, ref in names],
        ids=[tx.new_id() for _ in names],
    )
    return {(row["record_type"], row["record_ref"]): state_of(row) for row in rows}


def state_of(row: Any) -> RecordState:
    """A row of the table of records, as the rules see it."""
    return RecordState(
        record_id=row["record_id"],
        version=row["version"],
        digest=row["digest"],
        revision=row["revision"],
        void=row["void"],
        key=row["key"],
        organisation_id=row["organisation_id"],
        fact=row["fact"],
        codes=tuple((name, code) for name, _, code in (each.partition("=") for each in row["codes"])),
    )


async def save_records(
    tx: Tx,
    partner_id: UUID,
    changed: Mapping[Name, RecordState],
    raws: Mapping[Name, bytes] = MappingProxyType({}),
) -> None:
    """Writes the states of records that are held; `raws`: encrypted, those to be read again one day."""
    if not changed:
        return
    states = list(changed.values())
    await run(
        tx,
        SAVE,
        partner_id=partner_id,
        types=[kind for kind, _ in changed],
        refs=[ref for _, ref in changed],
        versions=[state.version for state in states],
        digests=[state.digest for state in states],
        revisions=[state.revision for state in states],
        voids=[state.void for state in states],
        keys=[state.key for state in states],
        organisations=[state.organisation_id for state in states],
        facts=[state.fact for state in states],
        codes=["\n".join(f"{name}={code}" for name, code in state.codes) for state in states],
        raws=[raws.get(name) for name in changed],
        at=tx.now,
    )


async def quarantine(tx: Tx, partner_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps what could not be taken: pointers and codes, and the event encrypted where there is a key."""
    if rows:
        names = ("id", "event_id", "type", "code", "body", "household")
        columns = {f"{name}s": [row[name] for row in rows] for name in names}
        errors = [json.dumps(row["errors"]) for row in rows]
        await run(tx, QUARANTINE, partner_id=partner_id, at=tx.now, errors=errors, **columns)
