"""write_hot: everybody signs up for one commission at once, beside the same people on a hundred.

Through the application of registration, over ASGI, relay and readers running: what a browser would wait for,
but the socket. A third of the places asked for exist: not one more may be given.
"""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import structlog

from bench.measure import Figure, Say, Size, Timer, figure
from bench.services import settings_of
from bench.stage import Stage
from contracts.lists import CommissionType, Role
from registration.app import create_app
from registration.commands import Desk, PlanCommission, plan_commission, publish_commission
from registration.settings import Settings
from seuil_dev.settings import TERRITORY, environment
from webui.identity import RoleGrant, User

NAMES = ("write_hot", "write_hot_500")
SIGN_UPS, MANY = 500, 100
SEATED = "SELECT count(*) FROM registration WHERE commission_id = $1 AND seated"
COORDINATOR = User(UUID(int=9, version=4), 1, roles=(RoleGrant(Role.COORDINATOR, TERRITORY),))


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Rates on one commission and on a hundred, in turn; and the seconds that the one took."""
    people = size.of(SIGN_UPS, 30)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    made = stage.provision("registration")
    settings = settings_of(stage, "registration", made)
    with environment(settings):
        app = create_app(Settings())
    ours, bare, seconds = [], [], []
    async with app.router.lifespan_context(app):
        desk = app.state.desk
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            for number in range(size.rounds + 1):
                places = max(1, people // 3)
                [hot] = await commissions(desk, 1, places)
                one = await rush(client, [hot], people)
                await exact(desk, hot, places)
                many = await rush(client, await commissions(desk, min(MANY, people), places), people)
                if number:  # the first round warms both
                    ours.append(people / one)
                    bare.append(people / many)
                    seconds.append(one)
                    say(
                        f"  write_hot {number}/{size.rounds}: {ours[-1]:.0f} beside {bare[-1]:.0f} sign-ups/s"
                    )
    return [
        figure("write_hot", "sign-ups/s", people, ours, bare),
        figure("write_hot_500", "s", people, seconds),
    ]


async def rush(client: Any, hot: list[UUID], people: int) -> float:
    """As many strangers sign up at once; seconds until the last is answered."""

    async def sign_up(number: int) -> None:
        where = f"/registration/api/v1/commissions/{hot[number % len(hot)]}/registrations"
        asked = {"registration_id": str(uuid4()), "email": f"{uuid4().hex}@bench.example"}
        answer = await client.post(where, json=asked, timeout=60)
        assert answer.status_code == 202, answer.text

    with Timer() as timer:
        await asyncio.gather(*(sign_up(number) for number in range(people)))
    return timer.seconds


async def exact(desk: Desk, commission: UUID, places: int) -> None:
    """Not one place too many nor too few."""
    async with desk.database.read() as tx:
        seated = await tx.connection.fetchval(SEATED, commission)
    assert seated == places, f"{seated} seated for {places} places"


async def commissions(desk: Desk, count: int, places: int) -> list[UUID]:
    """As many, published and open."""
    made = []
    for _ in range(count):
        made.append(uuid4())
        async with desk.database.transaction(COORDINATOR.actor) as tx:
            planned = await plan_commission(tx, COORDINATOR, _planned(made[-1], places))
            await publish_commission(tx, COORDINATOR, made[-1], planned.version)
    return made


def _planned(commission_id: UUID, places: int) -> PlanCommission:
    today = datetime.now(UTC).date()
    return PlanCommission(
        commission_id=commission_id,
        commission_type=CommissionType.LDA_PLENARY,
        territory=TERRITORY,
        title="Commission du banc",
        parts=["plenary"],
        day=today + timedelta(days=30),
        starts=time(9, 30),
        ends=time(12, 30),
        registration_opens_on=today - timedelta(days=2),
        registration_closes_on=today + timedelta(days=20),
        capacity=places,
        contact_email="banc@seuil.example",
    )
