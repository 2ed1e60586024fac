"""rebuild: a projection of analytics folded again from the first event, beside reading, parsing and COPY.

A million daily reports of places are folded in slices, one a round, each side taking every slice: its tables
grow as they would.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from analytics.projections.facts import FACTS_PROJECTION
from bench.load import ident, outgoing, publish
from bench.measure import Figure, Say, Side, Size, Timer, in_turn
from bench.reference.rebuild import Bare
from bench.stage import Stage
from contracts.integration import SupplyReported
from contracts.lists import Scheme
from eventing.broker import Reader
from eventing.consumer import ProjectionConsumer

NAMES = ("rebuild",)
EVENTS, KEYS = 1_000_000, 2_000
PARTNER = ident(7, 1)
FIRST_DAY = date(2019, 1, 1)
SCHEMES = list(Scheme)


def supply(number: int) -> SupplyReported:
    """What organisation `number % KEYS` reports of one day."""
    return SupplyReported(
        record_id=ident(4, number),
        revision=1,
        void=False,
        partner_id=PARTNER,
        backfill=True,
        organisation_id=ident(5, number % KEYS),
        scheme=SCHEMES[number % KEYS % len(SCHEMES)],
        territory_cell="59350",
        day=FIRST_DAY + timedelta(days=number // KEYS),
        places=40,
        occupied=number % 41,
        out_of_use=0,
    )


def reports(events: int) -> Iterator[SupplyReported]:
    """As many, in order."""
    return (supply(number) for number in range(events))


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """The log is laid once; then both sides read it through, a slice a round."""
    events = size.of(EVENTS, 2000)
    ours, bare = stage.provision("analytics"), stage.provision("analytics", "_bare")
    said = lambda count: say(f"  rebuild: {count:,} events laid on the topic")  # noqa: E731 - one expression, named where it is used
    await publish(stage.broker(), outgoing(reports(events), "integration", KEYS), said)
    async with stage.database(ours, 1) as database, Bare(bare.app_url, stage.bootstrap) as reference:
        consumer = ProjectionConsumer("analytics", database, stage.broker(), [FACTS_PROJECTION])
        reader = await consumer.open()
        try:
            product = slices(consumer, reader, events // size.rounds)
            beside = reference.slices(events // size.rounds)
            return [await in_turn("rebuild", "ev/s", events, size, say, product=product, reference=beside)]
        finally:
            await reader.close()


def slices(consumer: ProjectionConsumer, reader: Reader, events: int) -> Side:
    """Folds up to the end of the round’s slice of `events`, or a few more that the next one lacks."""

    async def product(number: int) -> float:
        before = consumer.counts.applied
        with Timer() as timer:
            while consumer.counts.applied < events * (number + 1):
                await consumer.step(reader)
        return (consumer.counts.applied - before) / timer.seconds

    return product
