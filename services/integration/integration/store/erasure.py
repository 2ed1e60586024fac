"""The statements of an erasure: what is deleted here, who was told, what is still to be forgotten."""

from sqlalchemy import text

REMEMBER = text(
    """
    INSERT INTO erased (household_id, erased_on, heard_at, dropped) VALUES (:id, :erased_on, :now, 0)
    ON CONFLICT DO NOTHING RETURNING household_id
    """
)
RECORDS = text("DELETE FROM record WHERE key = CAST(:id AS uuid)::text RETURNING partner_id, record_id")
SENT = text(
    """
    DELETE FROM sent
    USING unnest(CAST(:partners AS uuid[]), CAST(:records AS uuid[])) AS t(partner_id, record_id)
    WHERE sent.partner_id = t.partner_id AND sent.seuil_id = t.record_id
    """
)
QUARANTINE = text(
    "DELETE FROM quarantine WHERE household_id = :id RETURNING partner_id, quarantine_id AS record_id"
)
FEED = text("DELETE FROM feed WHERE household_id = :id OR case_id = ANY(CAST(:case_ids AS uuid[]))")
HOLDERS = text(
    """
    SELECT r.partner_id, array_agg(r.ref ORDER BY r.ref) AS refs
    FROM reference r JOIN partner p USING (partner_id)
    WHERE r.kind = 'household' AND r.id = :id GROUP BY r.partner_id ORDER BY r.partner_id
    """
)
TELL = text(
    """
    INSERT INTO erasure_notice (household_id, partner_id, refs, told_at, due_at)
    VALUES (:id, :partner_id, CAST(:refs AS text[]), :now, :due_at) ON CONFLICT DO NOTHING
    """
)
ACKNOWLEDGE = text(
    """
    UPDATE erasure_notice SET acked_at = COALESCE(acked_at, :now)
    WHERE household_id = :id AND partner_id = :partner_id RETURNING acked_at
    """
)
WAITING = text(
    """
    SELECT partner_id, refs FROM erasure_notice
    WHERE household_id = :id AND acked_at IS NULL AND forgotten_at IS NULL ORDER BY partner_id
    """
)
REMINDED = text("UPDATE erasure_notice SET reminded_at = :now WHERE household_id = :id AND acked_at IS NULL")
FORGET_REFS = text(
    """
    DELETE FROM reference WHERE kind = 'household' AND id = :id
       AND (CAST(:partner_id AS uuid) IS NULL OR partner_id = :partner_id)
    """
)
FORGOTTEN = text(
    """
    UPDATE erasure_notice SET refs = '{}', forgotten_at = :now
    WHERE household_id = :id AND forgotten_at IS NULL
      AND (CAST(:partner_id AS uuid) IS NULL OR partner_id = :partner_id)
    """
)
FORGET_WORDS = text(
    """
    UPDATE feed SET your_ref = NULL WHERE household_id = :id AND type = 'household.erased'
       AND (CAST(:partner_id AS uuid) IS NULL OR partner_id = :partner_id)
    """
)
NOTICES = text(
    """
    SELECT household_id, told_at, due_at, reminded_at, acked_at, forgotten_at FROM erasure_notice
    WHERE partner_id = :id ORDER BY told_at DESC LIMIT 100
    """
)
