"""What must hold, as queries for its contrary: I1 to I7, each difference with its words and how it counts."""

from dataclasses import dataclass

KNOWN = """
    CREATE TEMP TABLE topic (name PRIMARY KEY, sequenced, journalled);
    CREATE TEMP TABLE exact (name PRIMARY KEY);
"""
PREPARE = """
    CREATE INDEX record_event ON record (event, topic);
    CREATE INDEX record_mark ON record (mark) WHERE mark <> '';
    CREATE INDEX said_mark ON said (mark);
    CREATE INDEX journal_event ON journal (event);
    CREATE INDEX applied_event ON applied (event);
    CREATE INDEX injected_place ON injected (topic, part, off);
    CREATE TEMP TABLE poisoned AS
        SELECT DISTINCT r.topic, r.key FROM injected i JOIN record r USING (topic, part, off)
        WHERE r.event IS NOT NULL AND r.event NOT IN (SELECT event FROM journal);
    CREATE TEMP TABLE fact AS
        SELECT topic, event, key, seq, MIN(off) AS off, part, MAX(known) AS known, mark, type
        FROM record WHERE event IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM injected i WHERE (i.topic, i.part, i.off) = (record.topic, record.part, record.off)
            AND record.event NOT IN (SELECT event FROM journal))
        GROUP BY topic, event;
    CREATE INDEX fact_event ON fact (event);
    CREATE TEMP TABLE times AS
        SELECT service, consumer, topic, event, COUNT(*) AS n, MIN(n) AS first, key, seq FROM applied
        GROUP BY service, consumer, topic, event;
    CREATE INDEX times_event ON times (event, consumer, service);
    CREATE TEMP TABLE wanted AS
        SELECT mark, SUM(o.answer = 'ok') AS ok, SUM(o.answer = 'info') AS info
        FROM said s JOIN op o ON (o.writer, o.n) = (s.writer, s.op) WHERE NOT s.never GROUP BY mark;
    CREATE UNIQUE INDEX wanted_mark ON wanted (mark);
    CREATE TEMP TABLE found AS
        SELECT mark, COUNT(*) AS n, substr(mark, 1, instr(mark, '|') - 1) IN (SELECT name FROM exact) AS exact
        FROM fact WHERE mark <> '' GROUP BY mark;
    CREATE UNIQUE INDEX found_mark ON found (mark);
"""


@dataclass(frozen=True)
class Rule:
    """One difference: the invariant, its words, the query of its cases, and what its cases are counted as."""

    name: str
    words: str
    query: str
    counted: str = ""


RULES = (
    Rule(
        "I1",
        "answered ok, not in the topics",
        "SELECT w.mark, w.ok, COALESCE(f.n, 0) FROM wanted w LEFT JOIN found f USING (mark) "
        "WHERE COALESCE(f.n, 0) < w.ok",
        "lost",
    ),
    Rule(
        "I1",
        "said more often than asked",
        """
        SELECT f.mark, w.ok + w.info, f.n FROM found f JOIN wanted w USING (mark)
        WHERE f.n > w.ok + w.info AND f.exact
        """,
        "duplicated",
    ),
    Rule(
        "I1",
        "in a topic, not applied by a consumer that reads it",
        """
        SELECT h.consumer, f.topic, f.key, f.seq, f.event FROM hears h
        JOIN fact f ON f.topic = h.topic AND f.known
        WHERE NOT EXISTS (SELECT 1 FROM times t WHERE t.event = f.event AND t.consumer = h.consumer
                          AND t.service = h.service)
          AND NOT EXISTS (SELECT 1 FROM parked p JOIN poisoned x ON (x.topic, x.key) = (p.topic, p.key)
                          WHERE p.service = h.service AND p.consumer = h.consumer AND p.event = f.event)
        """,
        "lost",
    ),
    Rule(
        "I1",
        "applied more than once by a consumer",
        """
        SELECT t.service, t.consumer, t.topic, t.event, t.n FROM times t JOIN topic ON topic.name = t.topic
        LEFT JOIN hears h ON (h.service, h.consumer, h.topic) = (t.service, t.consumer, t.topic)
        WHERE t.n > 1 AND (topic.sequenced OR COALESCE(h.policies, 1))
        """,
        "duplicated",
    ),
    Rule(
        "I2",
        "refused or overtaken, and said all the same",
        """
        SELECT s.mark, s.writer, s.op FROM said s JOIN found f USING (mark)
        WHERE s.never AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.mark = s.mark)
        """,
    ),
    Rule(
        "I2",
        "applied, in no topic",
        "SELECT a.consumer, a.topic, a.key, a.seq, a.event FROM applied a "
        "WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.event = a.event AND r.topic = a.topic)",
    ),
    Rule(
        "I2",
        "in a topic, in no journal",
        """
        SELECT f.topic, f.part, f.off, f.event FROM fact f
        JOIN topic ON topic.name = f.topic AND topic.journalled
        WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.event = f.event)
        """,
    ),
    Rule(
        "I3",
        "applied before what it follows",
        """
        SELECT consumer, topic, key, seq, before FROM (
            SELECT consumer, topic, key, seq, MAX(seq) OVER (
                PARTITION BY service, consumer, topic, key ORDER BY first
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM times WHERE seq IS NOT NULL)
        WHERE seq < before
        """,
        "misordered",
    ),
    Rule(
        "I3",
        "a number was skipped",
        """
        SELECT service, consumer, topic, key, MIN(seq), MAX(seq), COUNT(DISTINCT seq) FROM applied
        WHERE seq IS NOT NULL GROUP BY service, consumer, topic, key
        HAVING MIN(seq) <> 1 OR COUNT(DISTINCT seq) <> MAX(seq)
        """,
    ),
    Rule(
        "I3",
        "in a topic before what it follows",
        """
        SELECT topic, key, seq, before FROM (
            SELECT topic, key, seq, MAX(seq) OVER (PARTITION BY topic, key ORDER BY off
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM fact WHERE seq IS NOT NULL)
        WHERE seq < before
        """,
        "misordered",
    ),
    Rule("I4", "rows left in an outbox", "SELECT service, n FROM pending WHERE what = 'outbox' AND n > 0"),
    Rule(
        "I4",
        "a projection is behind its topic",
        """
        SELECT p.service, p.what, p.n, e.n FROM pending p JOIN pending e
        ON p.what LIKE 'cursor % ' || e.service || '/%'
        AND e.what = 'end ' || substr(p.what, instr(p.what, '/') + 1)
        WHERE p.n <> e.n
        """,
    ),
    Rule(
        "I4",
        "parked, and no poison explains it",
        """
        SELECT service, consumer, topic, key, seq, event, why FROM parked p
        WHERE NOT EXISTS (SELECT 1 FROM injected i WHERE (i.topic, i.part, i.off) = (p.topic, p.part, p.off))
          AND NOT EXISTS (SELECT 1 FROM poisoned x WHERE (x.topic, x.key) = (p.topic, p.key))
          AND NOT EXISTS (SELECT 1 FROM record r WHERE (r.topic, r.part, r.off) = (p.topic, p.part, p.off)
                          AND r.event IS NULL)
        """,
    ),
    Rule(
        "I6",
        "a webhook noted as delivered did not arrive",
        "SELECT partner, item FROM feed WHERE noted "
        "AND (partner, item) NOT IN (SELECT partner, item FROM hook WHERE taken AND item IS NOT NULL)",
    ),
    Rule(
        "I6",
        "a webhook was passed over",
        "SELECT partner, item FROM feed WHERE past AND everyone AND NOT noted",
    ),
    Rule("I6", "a webhook has not left", "SELECT partner, item FROM feed WHERE NOT past"),
    Rule(
        "I6",
        "one webhook id, two contents",
        "SELECT partner, item, COUNT(DISTINCT body) FROM hook GROUP BY partner, item "
        "HAVING COUNT(DISTINCT body) > 1",
    ),
    Rule(
        "I6",
        "a webhook of nobody’s feed",
        "SELECT partner, item FROM hook WHERE (partner, item) NOT IN (SELECT partner, item FROM feed)",
    ),
    Rule(
        "I6",
        "a mail noted as sent did not arrive",
        "SELECT message, cause FROM intent WHERE state IN ('sent', 'delivered') "
        "AND message NOT IN (SELECT message FROM mail)",
    ),
    Rule(
        "I6",
        "a message has not left",
        "SELECT message, cause FROM intent WHERE state IN ('queued', 'sending')",
    ),
    Rule(
        "I6",
        "a mail that nobody meant, or under another id",
        "SELECT name, message, recipient, subject FROM mail "
        "WHERE message NOT IN (SELECT message FROM intent)",
    ),
    Rule(
        "I6",
        "one cause wrote twice to one person",
        "SELECT cause, COUNT(*) FROM intent WHERE cause <> '' GROUP BY cause HAVING COUNT(*) > 1",
    ),
    Rule(
        "I7",
        "the journal says another place than the topic",
        """
        SELECT j.service, j.topic, j.part, j.off, j.event, r.event FROM journal j
        LEFT JOIN record r ON (r.topic, r.part, r.off) = (j.topic, j.part, j.off) WHERE r.event IS NOT j.event
        """,
    ),
    Rule(
        "I7",
        "twice in the journals",
        "SELECT event, COUNT(*) FROM journal GROUP BY event HAVING COUNT(*) > 1",
    ),
    Rule(
        "answers",
        "another answer than the foreseen one",
        "SELECT writer, n, kind, key, why FROM op WHERE why LIKE '%foreseen%' OR why LIKE 'another%'",
    ),
)
