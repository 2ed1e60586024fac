"""The test of the judge: a good trial is found good, each seeded corruption is seen and named."""

import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from contracts.topics import INTEGRATION, REGISTRATION
from tests.chaos.checker import Verdict, judge
from tests.chaos.checker_gather import Evidence

SEED = 20_261_123
KEYS, EACH = 6, 5
HEARS = (
    ("analytics", "facts.v1", INTEGRATION, 0),
    ("analytics", "commissions.v1", REGISTRATION, 0),
    ("notifications", "notifications.policies", REGISTRATION, 1),
)
OWNER = {INTEGRATION: "integration", REGISTRATION: "registration"}


def told(found: Evidence, draw: random.Random) -> None:
    """Some partner events and sign-ups, said, published, applied, mailed and told as they should be."""
    offsets: dict[tuple[str, int], int] = {}
    numbers = {topic: 0 for topic in OWNER}
    for key in range(KEYS):
        topic = INTEGRATION if key % 2 else REGISTRATION
        name, part = f"clef-{key}", key % 3
        for seq in range(1, EACH + 1):
            event = str(UUID(int=draw.getrandbits(128), version=4))
            kind = "call_recorded" if topic == INTEGRATION else "registration_received"
            mark = f"{kind}|{name}-{seq}|"
            offset = offsets[topic, part] = offsets.get((topic, part), -1) + 1
            numbers[topic] += 1
            n = key * EACH + seq
            found.put("op", [("w", n, "partner", name, event, "ok", "")])
            found.put("said", [("w", n, mark, 0)])
            found.put("record", [(topic, part, offset, event, name, f"seuil.{kind}.v1", seq, mark, 1)])
            found.put("journal", [(OWNER[topic], topic, part, offset, event, name, seq)])
            for service, consumer, heard, _ in HEARS:
                if heard == topic:
                    found.put("applied", [(service, n, consumer, topic, name, seq, event)])
            if topic == REGISTRATION:
                found.put("intent", [(event, "sent", f"{event}|p|accuse|0")])
                found.put("mail", [(f"{n:03}.eml", event, "a@essai.example", "Confirmez")])
            else:
                found.put("feed", [("partner", event, 1, 1, 1)])
                found.put("hook", [("partner", event, f'{{"id":"{event}"}}', 1)])
    found.put("hears", HEARS)
    found.put("pending", [(topic, f"end {part}", offset + 1) for (topic, part), offset in offsets.items()])
    found.put("pending", [("integration", "outbox", 0), ("registration", "outbox", 0)])
    found.put("pending", [
        (service, f"cursor {consumer} {topic}/{part}", offset + 1)
        for service, consumer, heard, policies in HEARS if not policies
        for (topic, part), offset in offsets.items() if topic == heard
    ])  # fmt: skip


@pytest.fixture
def found() -> Iterator[Evidence]:
    evidence = Evidence(":memory:")
    told(evidence, random.Random(SEED))  # noqa: S311 - a seeded draw, no secret
    yield evidence
    evidence.close()


def change(found: Evidence, statement: str, *values: Any) -> None:
    """Corrupts the evidence; it must have had something to corrupt."""
    assert found.db.execute(statement, values).rowcount > 0


def some(found: Evidence, table: str, where: str = "TRUE") -> dict[str, Any]:
    """A row drawn from a table by the seed."""
    cursor = found.db.execute(f"SELECT rowid AS place, * FROM {table} WHERE {where} ORDER BY 1")  # noqa: S608 - names of ours only, values are bound
    names = [column[0] for column in cursor.description]
    chosen = random.Random(SEED).choice(cursor.fetchall())  # noqa: S311 - a seeded draw, no secret
    return dict(zip(names, chosen, strict=True))


def event_of(found: Evidence, topic: str = INTEGRATION) -> str:
    return str(some(found, "journal", f"topic = '{topic}'")["event"])


def test_a_good_trial_is_found_good(found: Evidence) -> None:
    verdict = judge(found)
    assert verdict.good, verdict
    assert verdict.operations == {"partner ok": KEYS * EACH}
    assert verdict.mails["again, same Message-ID"] == verdict.webhooks["again, same webhook-id"] == 0


def drop_a_record(found: Evidence) -> None:
    change(found, "DELETE FROM record WHERE event = ?", event_of(found))


def drop_an_event_everywhere(found: Evidence) -> None:
    event = event_of(found)
    for table in ("record", "journal", "applied"):
        change(found, f"DELETE FROM {table} WHERE event = ?", event)  # noqa: S608 - names of ours only, values are bound


def drop_an_applied_row(found: Evidence) -> None:
    change(found, "DELETE FROM applied WHERE rowid = ?", some(found, "applied")["place"])


def apply_twice(found: Evidence) -> None:
    row = some(found, "applied", "consumer = 'notifications.policies'")
    change(found, "INSERT INTO applied SELECT service, 9999, consumer, topic, key, seq, event FROM applied "
           "WHERE rowid = ?", row["place"])  # fmt: skip


def swap_applied(found: Evidence) -> None:
    row = some(found, "applied", "consumer = 'facts.v1' AND seq = 3")
    change(found, "UPDATE applied SET n = n + 1.5 WHERE rowid = ?", row["place"])


def swap_in_the_topic(found: Evidence) -> None:
    row = some(found, "journal", f"topic = '{INTEGRATION}' AND seq = 2")
    for table in ("record", "journal"):
        change(found, f"UPDATE {table} SET off = off + 1000 WHERE event = ?", row["event"])  # noqa: S608 - names of ours only, values are bound
    found.db.execute("UPDATE pending SET n = n + 1000 WHERE service = ?", (INTEGRATION,))


def say_twice(found: Evidence) -> None:
    row = some(found, "journal", f"topic = '{INTEGRATION}' AND seq = {EACH}")
    place = (row["topic"], row["part"], 500, "other", row["key"])
    change(found, "INSERT INTO record SELECT ?, ?, ?, ?, ?, type, ?, mark, 1 FROM record WHERE event = ?",
           *place, EACH + 1, row["event"])  # fmt: skip
    found.put("journal", [("integration", *place, EACH + 1)])
    found.put("applied", [("analytics", 9999, "facts.v1", row["topic"], row["key"], EACH + 1, "other")])


def wrong_offset(found: Evidence) -> None:
    change(found, "UPDATE journal SET off = off + 1 WHERE event = ?", event_of(found))


def out_of_the_journal(found: Evidence) -> None:
    change(found, "DELETE FROM journal WHERE event = ?", event_of(found))


def applied_from_nowhere(found: Evidence) -> None:
    found.put("applied", [("analytics", 9999, "facts.v1", INTEGRATION, "clef-1", EACH + 1, "nobody")])


def asked_by_nobody(found: Evidence) -> None:
    change(found, "DELETE FROM said WHERE mark LIKE 'call_recorded%-3|'")


def said_though_refused(found: Evidence) -> None:
    change(found, "UPDATE op SET answer = 'fail' WHERE n = ?", some(found, "op", "key = 'clef-1'")["n"])
    change(found, "UPDATE said SET never = 1 WHERE op = ?", some(found, "op", "answer = 'fail'")["n"])


def not_relayed(found: Evidence) -> None:
    change(found, "UPDATE pending SET n = 3 WHERE service = 'integration' AND what = 'outbox'")


def behind(found: Evidence) -> None:
    change(found, "UPDATE pending SET n = n - 1 WHERE what LIKE 'cursor facts.v1 %/1'")


def parked(found: Evidence) -> None:
    row = some(found, "journal", f"topic = '{INTEGRATION}'")
    place = (row["key"], row["seq"], row["event"], row["part"], row["off"])
    found.put("parked", [("analytics", "facts.v1", INTEGRATION, *place, "KeyError@fold:1")])


def mail_under_another_id(found: Evidence) -> None:
    found.put("mail", [("zzz.eml", str(UUID(int=1)), "a@essai.example", "Confirmez")])


def mail_lost(found: Evidence) -> None:
    change(found, "DELETE FROM mail WHERE rowid = ?", some(found, "mail")["place"])


def mail_left_behind(found: Evidence) -> None:
    change(found, "UPDATE intent SET state = 'sending' WHERE rowid = ?", some(found, "intent")["place"])


def intent_twice(found: Evidence) -> None:
    row = some(found, "intent")
    found.put("intent", [("other", "sent", row["cause"])])
    found.put("mail", [("zzz.eml", "other", "a@essai.example", "Confirmez")])


def webhook_lost(found: Evidence) -> None:
    change(found, "DELETE FROM hook WHERE rowid = ?", some(found, "hook")["place"])


def webhook_passed_over(found: Evidence) -> None:
    change(found, "UPDATE feed SET noted = 0 WHERE rowid = ?", some(found, "feed")["place"])


def webhook_of_two_contents(found: Evidence) -> None:
    found.put("hook", [("partner", some(found, "hook")["item"], "{}", 1)])


def webhook_under_another_id(found: Evidence) -> None:
    found.put("hook", [("partner", "other", some(found, "hook")["body"], 1)])


def unforeseen_answer(found: Evidence) -> None:
    change(found, "UPDATE op SET why = 'accepted was foreseen, conflict came' WHERE n = 1")


@pytest.mark.parametrize(
    ("corrupt", "counted", "words"),
    [
        (drop_a_record, {"lost": 1}, "I1 answered ok, not in the topics"),
        (drop_a_record, {"lost": 1}, "I7 the journal says another place"),
        (drop_a_record, {"lost": 1}, "I2 applied, in no topic"),
        (drop_an_event_everywhere, {"lost": 1}, "I1 answered ok, not in the topics"),
        (drop_an_applied_row, {"lost": 1}, "I1 in a topic, not applied"),
        (apply_twice, {"duplicated": 1}, "I1 applied more than once"),
        (swap_applied, {"misordered": 1}, "I3 applied before what it follows"),
        (swap_in_the_topic, {"misordered": 1}, "I3 in a topic before what it follows"),
        (say_twice, {"duplicated": 1}, "I1 said more often than asked"),
        (wrong_offset, {}, "I7 the journal says another place"),
        (out_of_the_journal, {}, "I2 in a topic, in no journal"),
        (applied_from_nowhere, {}, "I2 applied, in no topic"),
        (asked_by_nobody, {}, "I2 in the topics, asked by nobody"),
        (said_though_refused, {}, "I2 refused or overtaken"),
        (not_relayed, {}, "I4 rows left in an outbox"),
        (behind, {}, "I4 a projection is behind"),
        (parked, {}, "I4 parked, and no poison explains it"),
        (mail_under_another_id, {}, "I6 a mail that nobody meant"),
        (mail_lost, {}, "I6 a mail noted as sent did not arrive"),
        (mail_left_behind, {}, "I6 a message has not left"),
        (intent_twice, {}, "I6 one cause wrote twice"),
        (webhook_lost, {}, "I6 a webhook noted as delivered did not arrive"),
        (webhook_passed_over, {}, "I6 a webhook was passed over"),
        (webhook_of_two_contents, {}, "I6 one webhook id, two contents"),
        (webhook_under_another_id, {}, "I6 a webhook of nobody"),
        (unforeseen_answer, {}, "answers another answer than the foreseen one"),
    ],
)
def test_a_corruption_is_seen_and_named(
    found: Evidence, corrupt: Callable[[Evidence], None], counted: dict[str, int], words: str
) -> None:
    corrupt(found)
    verdict = judge(found)
    assert not verdict.good
    assert any(line.startswith(words) for line in verdict.evidence), verdict
    expected = {"lost": 0, "duplicated": 0, "misordered": 0} | counted
    assert {name: getattr(verdict, name) for name in expected} == expected, verdict


def test_what_leaves_at_least_once_is_counted_apart(found: Evidence) -> None:
    """A mail again under its Message-ID, a webhook again under its id, a record again: no fault."""
    mail, hook = some(found, "mail"), some(found, "hook")
    found.put("mail", [("zzz.eml", mail["message"], mail["recipient"], mail["subject"])])
    found.put("hook", [("partner", hook["item"], hook["body"], 1)])
    verdict = judge(found)
    assert verdict.good, verdict
    assert verdict.mails["again, same Message-ID"] == verdict.webhooks["again, same webhook-id"] == 1


def test_a_record_appended_again_is_no_fault(found: Evidence) -> None:
    row = some(found, "journal", f"topic = '{INTEGRATION}'")
    again = "SELECT topic, part, 700, event, key, type, seq, mark, known FROM record WHERE event = ?"
    change(found, f"INSERT INTO record {again}", row["event"])
    found.put("injected", [("replay", row["topic"], row["part"], 700, row["event"])])
    verdict = judge(found)
    assert verdict.good, verdict
    assert verdict.events["again in the topics"] == 1


def test_poison_explains_what_is_parked_behind_it(found: Evidence) -> None:
    """A poison on a key, with what came after it: parked, not lost."""
    last = some(found, "applied", "consumer = 'facts.v1' AND key = 'clef-1' AND seq = 5")
    change(found, "DELETE FROM applied WHERE rowid = ?", last["place"])
    bad = (INTEGRATION, 1, 800, "poison", "clef-1")
    found.put("record", [(*bad, "seuil.call_recorded.v1", 99, "", 1)])
    found.put("injected", [("poison", INTEGRATION, 1, 800, "poison")])
    for seq, event, offset in ((99, "poison", 800), (5, last["event"], 4)):
        found.put("parked", [("analytics", "facts.v1", INTEGRATION, "clef-1", seq, event, 1, offset, "")])
    verdict = judge(found)
    assert verdict.good, verdict


def test_an_operation_without_an_answer_may_have_been_done_or_not(found: Evidence) -> None:
    change(found, "UPDATE op SET answer = 'info' WHERE n IN (6, 7)")
    row = some(found, "journal", "key = 'clef-1' AND seq = 5")
    for table in ("record", "journal", "applied"):
        change(found, f"DELETE FROM {table} WHERE event = ?", row["event"])  # noqa: S608 - names of ours only, values are bound
    change(found, "UPDATE op SET answer = 'info' WHERE id = ?", row["event"])
    verdict: Verdict = judge(found)
    assert verdict.good, verdict
