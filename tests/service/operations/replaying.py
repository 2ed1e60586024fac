"""A process that works acts off and may be killed at any moment: `python -m … <database URL> <consumer>`."""

import asyncio
import sys
from typing import Any

from contracts.registration import RegistrationLapsed
from eventing.db import Database, Tx
from eventing.runtime import real_runtime
from eventing.subscriber import PolicySubscriber
from eventing.subscription import Policies
from operating.failed_acts import work_off

EFFECT = "INSERT INTO effect (consumer, key, seq, event_id) VALUES ('policies', $1, $2, $3)"


async def act(tx: Tx, event: Any) -> None:
    """Leaves a mark, slowly."""
    await tx.connection.execute(EFFECT, event.key, event.seq, event.id)
    await asyncio.sleep(0.02)


async def main(url: str, consumer: str) -> None:
    """Works off what there is, then says so."""
    database = Database(url, real_runtime())
    await database.open()
    subscriber = PolicySubscriber(consumer, Policies({RegistrationLapsed: act}))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while await work_off(database, {consumer: subscriber}):
        pass
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
