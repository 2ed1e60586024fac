"""The page that tells every event: made from the classes, so that it cannot say anything else."""

import json
from collections.abc import Iterable, Iterator, Mapping

from contracts.classes import DataClass
from contracts.event import REGISTRY, Fact
from contracts.lists import LISTS
from contracts.records import Record
from contracts.schemas import catalogue_type, classes_of, meaning_of
from contracts.topics import FACTS_KEPT_MONTHS, TOPICS, Topic

Listeners = Mapping[str, Iterable[str]]
"""By type of fact, who does something with it: `notifications (policy)`."""

HEAD = """# Events

Written by `make contracts` from `libs/contracts`: change the classes, not this page.

Events are CloudEvents 1.0 in binary mode on Kafka; the data is JSON, UTF-8, at most 16 kB. The type is
`seuil.<service>.<fact>.v<major>`, the key the id of what the fact is about: one key, one order. What is not
known is absent, never null. Readers ignore fields they do not know; writers cannot write them.

Classes of data: **N** about nobody, **P** a professional by id, **H** a household by random id and coarse
codes, **X** identity or content. Each topic says the classes it takes; nothing else can be declared.

Types: `id` random UUID (version 4) · `eid` event id (version 7) · `date` civil day, Europe/Paris · `ts`
instant, UTC, milliseconds · `int` ≥ 0 · `code` open code · `cell` commune, sector, `withheld` or `unknown` ·
other names are closed lists, at the end of this page. `?` may be absent. `list<>` sorted, no duplicates.
"""


def events_page(examples: Mapping[str, str], listeners: Listeners) -> str:
    """Return docs/events.md: topics, then each fact with its fields and example, then the closed lists."""
    parts = [HEAD, *_topics()]
    for topic in TOPICS.values():
        facts = [fact for fact in REGISTRY.values() if topic.name == fact.TOPIC]
        if facts:
            parts += [f"## `{topic.name}`\n", _topic_in_words(topic) + "\n"]
            parts += [_fact(fact, examples.get(fact.TYPE), listeners.get(fact.TYPE, ())) for fact in facts]
    return "\n".join([*parts, *_lists()])


def _topics() -> Iterator[str]:
    yield "## Topics\n"
    yield "| topic | written by | read by | kept | partitions | takes |"
    yield "|---|---|---|---|---|---|"
    for topic in TOPICS.values():
        readers = ", ".join(sorted(topic.readers)) or "nobody: kept for repair"
        yield (
            f"| `{topic.name}` | {topic.owner} | {readers} | {_kept(topic)} | {topic.partitions} | "
            f"{_classes(topic.classes)}{' and wording' if topic.wording else ''} |"
        )
    yield ""


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return "the latest of each key"
    if topic.kept is None:
        return f"`FACTS_KEPT_MONTHS` ({FACTS_KEPT_MONTHS})"
    return "1 day" if topic.kept.days == 1 else f"{topic.kept.days} days"


def _topic_in_words(topic: Topic) -> str:
    numbered = "numbered per key" if topic.sequenced else "not numbered: a record says its version"
    return f"Written by {topic.owner}. Kept: {_kept(topic)}. Takes {_classes(topic.classes)}; {numbered}."


def _classes(classes: Iterable[DataClass]) -> str:
    return ", ".join(each for each in DataClass if each in set(classes))


def _fact(fact: type[Fact], example: str | None, heard_by: Iterable[str]) -> str:
    needed = fact.needed_fields() if issubclass(fact, Record) else frozenset()
    lines = [
        f"### `{fact.TYPE}`\n",
        f"{meaning_of(fact)}\n",
        f"Key: {' or '.join(f'`{name}`' for name in fact.KEY)} · class {fact.DATA_CLASS} · "
        f"heard by: {', '.join(heard_by) or 'nobody yet'}\n",
        "| field | type | class |",
        "|---|---|---|",
    ]
    for name, field in fact.model_fields.items():
        optional = "" if field.is_required() or name in needed else "?"
        classes = _classes(classes_of(name, field, fact.DATA_CLASS))
        lines.append(f"| `{name}` | `{catalogue_type(field)}{optional}` | {classes} |")
    if example is not None:
        lines += ["", "```json", json.dumps(json.loads(example), ensure_ascii=False), "```"]
    return "\n".join([*lines, ""])


def _lists() -> Iterator[str]:
    yield "## Closed lists\n"
    yield "`unmapped`: a partner's own code that nobody has mapped yet.\n"
    for name, values in sorted(LISTS.items()):
        yield f"**{name}**: " + " · ".join(f"`{value}` {value.label}" for value in values) + "\n"
