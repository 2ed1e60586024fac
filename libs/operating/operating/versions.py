"""A second version of some tables, empty, in a schema of its own; later put in the place of the first.

The new tables are made like the serving ones: columns, defaults, identities, checks, keys, indexes under
their names, storage settings, grants. What cannot be carried over without harm is refused in words.
"""

import json
from collections.abc import Sequence
from typing import Any

NEXT = "next"
SUFFIX = "~next"
"""What the names of the new version's consumers end with, until it serves."""
PLACES = ("projection_cursor", "stream_pos", "parked_event", "parked_key", "breaker")
"""Tables where a consumer has rows under its name."""
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'"
"""Below PostgreSQL's deadlock_timeout: we are the ones who let go and try again, never a page."""

REFUSED = """
    SELECT 'a view or a rule reads ' || t.relname FROM pg_class t
      JOIN pg_depend d ON d.refobjid = t.oid AND d.classid = 'pg_rewrite'::regclass
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
    UNION SELECT 'a trigger stands on ' || t.relname FROM pg_class t
      JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
    UNION SELECT 'a key of another table points to ' || t.relname FROM pg_class t
      JOIN pg_constraint c ON c.confrelid = t.oid
      JOIN pg_class f ON f.oid = c.conrelid AND NOT f.relname = ANY($1::text[])
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
    UNION SELECT 'a serial numbers ' || t.relname || ', an identity is wanted' FROM pg_class t
      JOIN pg_depend d ON d.refobjid = t.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
    UNION SELECT 'rights by column or by row on ' || t.relname FROM pg_class t
     WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
       AND (t.relrowsecurity OR EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL))
    UNION SELECT name || ' is no table' FROM unnest($1::text[]) AS wanted(name)
     WHERE NOT EXISTS (SELECT FROM pg_class t WHERE t.relname = wanted.name AND t.relkind = 'r'
                         AND t.relnamespace = 'public'::regnamespace)
"""
SHAPE = """
    SELECT md5(string_agg(concat_ws(',', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                                    a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ';'
                          ORDER BY c.relname, a.attnum))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1::text[])
"""
OPTIONS = """
    SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = format('public.%I', $1::text)::regclass
"""
INDEXES = """
    SELECT replace(pg_get_indexdef(indexrelid), ' ON public.', ' ON next.') FROM pg_index i
    WHERE indrelid = format('public.%I', $1::text)::regclass
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""
KEYS = """
    SELECT format('ALTER TABLE next.%I ADD CONSTRAINT %I %s', t.relname, c.conname,
                  pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE c.contype IN ('p', 'u', 'x', 'f') AND t.relnamespace = 'public'::regnamespace
      AND t.relname = ANY($1::text[])
    ORDER BY c.contype = 'f', t.relname, c.conname
"""
GRANTS = """
    SELECT format('GRANT %s ON next.%I TO %s', a.privilege_type, t.relname, quoted) AS on_table,
           format('GRANT USAGE ON SCHEMA next TO %s', quoted) AS on_schema
    FROM pg_class t CROSS JOIN aclexplode(t.relacl) a
    CROSS JOIN LATERAL (SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                               ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS quoted) AS g
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[])
"""
MARK = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'next'"
HELD = """
    SELECT DISTINCT l.virtualtransaction, a.application_name
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.pid <> pg_backend_pid()
      AND a.datname = current_database() AND NOT pg_backend_pid() = ANY(pg_blocking_pids(l.pid))
"""


class NotCopiedError(Exception):
    """These tables cannot have a second version; the words say why."""


async def prepare(owner: Any, tables: Sequence[str], consumers: Sequence[str], *, again: bool) -> bool:
    """Makes the empty version, or finds the one begun before; True when it is taken up again.

    One begun for other consumers or other columns is thrown away. Raises NotCopiedError.
    """
    shape = await owner.fetchval(SHAPE, list(tables))
    wanted = json.dumps({"consumers": sorted(consumers), "shape": shape})
    found = await owner.fetchval(MARK)
    if found == wanted and not again:
        return True
    async with owner.transaction():
        await forget(owner)
        await _make(owner, tables)
        await owner.execute(f"COMMENT ON SCHEMA {NEXT} IS '{wanted}'")
    return False


async def forget(owner: Any) -> None:
    """Removes a version that does not serve, with its positions."""
    await owner.execute(f"DROP SCHEMA IF EXISTS {NEXT} CASCADE")
    for table in PLACES:
        await owner.execute(f"DELETE FROM {table} WHERE consumer LIKE '%{SUFFIX}'")  # noqa: S608 - names of ours only


async def _make(owner: Any, tables: Sequence[str]) -> None:
    refused = [row[0] for row in await owner.fetch(REFUSED, list(tables))]
    if refused:
        raise NotCopiedError("; ".join(sorted(refused)))
    await owner.execute(f"CREATE SCHEMA {NEXT}")
    keys = [row[0] for row in await owner.fetch(KEYS, list(tables))]
    for table in tables:
        await owner.execute(
            f'CREATE TABLE {NEXT}."{table}" (LIKE public."{table}" INCLUDING ALL EXCLUDING INDEXES)'
        )
        if options := await owner.fetchval(OPTIONS, table):
            await owner.execute(f'ALTER TABLE {NEXT}."{table}" SET ({options})')
        for row in await owner.fetch(INDEXES, table):
            await owner.execute(row[0])
    await owner.execute(f"SET LOCAL search_path = {NEXT}, public")
    for statement in keys:
        await owner.execute(statement)
    await owner.execute("SET LOCAL search_path = public")
    for row in await owner.fetch(GRANTS, list(tables)):
        await owner.execute(row["on_schema"])
        await owner.execute(row["on_table"])


async def freeze(owner: Any, tables: Sequence[str], consumers: Sequence[str]) -> dict[tuple[str, int], int]:
    """Keeps writers out of the serving tables until the transaction ends, readers go on; its cursors.

    The cursors first, as the serving folder does: it then waits with nothing in its hands.
    """
    await owner.execute(LOCK_TIMEOUT)
    rows = await owner.fetch(
        "SELECT topic, partition, next_offset FROM projection_cursor "
        "WHERE consumer = ANY($1::text[]) ORDER BY consumer, topic, partition FOR UPDATE",
        list(consumers),
    )
    for table in tables:
        await owner.execute(f'LOCK TABLE public."{table}" IN SHARE ROW EXCLUSIVE MODE')
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def transactions(owner: Any) -> dict[str, str]:
    """The other transactions open on this database now: their number, who has them.

    A writer that waits for us is left out: it reads committed rows, and sees the new tables once let in.
    """
    return {row[0]: row[1] for row in await owner.fetch(HELD)}


async def smaller(owner: Any, tables: Sequence[str]) -> list[str]:
    """Tables of which the new version has fewer rows than the serving one, in words."""
    before, after = await rows(owner, "public", tables), await rows(owner, NEXT, tables)
    return [f"{t}: {after[t]} instead of {before[t]}" for t in tables if after[t] < before[t]]


async def rows(owner: Any, schema: str, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {
        table: await owner.fetchval(f'SELECT count(*) FROM {schema}."{table}"')  # noqa: S608 - names of ours only
        for table in tables
    }


async def take_positions(owner: Any, consumers: Sequence[str]) -> None:
    """Gives the new version's cursors, positions and parked events the serving consumer's name."""
    for table in PLACES:
        for consumer in consumers:
            new = f"{consumer}{SUFFIX}"
            await owner.execute(f"DELETE FROM {table} WHERE consumer = $1", consumer)  # noqa: S608 - names of ours only
            await owner.execute(f"UPDATE {table} SET consumer = $1 WHERE consumer = $2", consumer, new)  # noqa: S608 - names of ours only


async def swap(owner: Any, tables: Sequence[str], patience: int) -> None:
    """Puts the new tables in the place of the serving ones, which are dropped.

    `patience`: milliseconds for the readers of the first table to leave; new ones wait behind us, for less
    than their own lock_timeout. The other tables are taken at once or not at all, since a reader who waits
    for the first may hold them. Raises LockNotAvailableError when that was too short.
    """
    async with owner.transaction():
        for n, table in enumerate(tables):
            await owner.execute(f"SET LOCAL lock_timeout = '{100 if n else patience}ms'")
            await owner.execute(f'LOCK TABLE public."{table}" IN ACCESS EXCLUSIVE MODE')
        await owner.execute("DROP TABLE " + ", ".join(f'public."{table}"' for table in tables))
        for table in tables:
            await owner.execute(f'ALTER TABLE {NEXT}."{table}" SET SCHEMA public')
        await owner.execute(f"DROP SCHEMA {NEXT}")
