"""The statements of webhooks: addresses, what was tried, what is left to send."""

from sqlalchemy import text

PUT = text(
    """
    INSERT INTO webhook (partner_id, url, secret, types, position, tries, next_at)
    VALUES (:partner_id, :url, :secret, CAST(:types AS text[]),
            COALESCE((SELECT position FROM feed_head WHERE partner_id = :partner_id), 0), 0, :now)
    ON CONFLICT (partner_id) DO UPDATE SET url = excluded.url, secret = excluded.secret,
        types = excluded.types, tries = 0, next_at = excluded.next_at, failing_since = NULL, paused_at = NULL
    """
)
DROP = text("DELETE FROM webhook WHERE partner_id = :partner_id RETURNING partner_id")
RESUME = text(
    """
    UPDATE webhook SET paused_at = NULL, failing_since = NULL, tries = 0, next_at = :now
    WHERE partner_id = :partner_id RETURNING partner_id
    """
)
SHOW = text(
    """
    SELECT w.url, w.types, w.tries, w.next_at, w.failing_since, w.paused_at, w.last_ok_at,
           COALESCE(h.position, 0) - w.position AS behind
    FROM webhook w LEFT JOIN feed_head h USING (partner_id) WHERE w.partner_id = :partner_id
    """
)
ATTEMPTS = text(
    """
    SELECT at, result FROM webhook_attempt WHERE partner_id = :partner_id
    ORDER BY at DESC, attempt_id LIMIT 20
    """
)
CLAIM = text(
    """
    UPDATE webhook w SET next_at = :lease
    FROM (SELECT w.partner_id, p.organisation_id FROM webhook w
          JOIN feed_head h USING (partner_id)
          JOIN partner p ON w.partner_id IN (p.partner_id, p.test_id) AND p.open
          WHERE w.paused_at IS NULL AND w.next_at <= :now AND h.position > w.position
          ORDER BY w.next_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED) due
    WHERE w.partner_id = due.partner_id
    RETURNING w.*, due.organisation_id
    """
)
RENEW = text("UPDATE webhook SET next_at = :lease WHERE partner_id = :partner_id")
MOVE = text(
    """
    UPDATE webhook SET position = GREATEST(position, :position), last_ok_at = :at
    WHERE partner_id = :partner_id AND url = :url
    """
)
ATTEMPT = text(
    """
    INSERT INTO webhook_attempt (attempt_id, partner_id, position, at, result)
    VALUES (:attempt_id, :partner_id, :position, :at, :result)
    """
)
SETTLE = text(
    """
    UPDATE webhook SET position = GREATEST(position, :position), tries = :tries, next_at = :next_at,
        failing_since = :failing_since, paused_at = :paused_at, last_ok_at = :last_ok_at
    WHERE partner_id = :partner_id AND url = :url
    """
)
