"""The panel of the demonstration, from the first files to three homes: twelve households, two sittings."""

from datetime import date, datetime

from seuil_dev.demo import following, sitting
from seuil_dev.demo.panel import AFTERNOON, COMING, MORNING, PARIS, announce, coming_day
from seuil_dev.demo.stage import Stage
from seuil_dev.demo.transmitting import transmit

STEPS = 82
"""How many acts it takes."""


def civil_today() -> date:
    """The day it is in Paris: the two sittings are held on it."""
    return datetime.now(PARIS).date()


async def play(stage: Stage) -> None:
    """Everything in order. Failed or Refusal at the first thing that does not go as it must."""
    await stage.enter()
    try:
        for panel in (MORNING, AFTERNOON):
            await announce(stage.coordinator, panel, stage.today, stage.people, stage.today)
        await announce(stage.coordinator, COMING, coming_day(stage.today), stage.people, stage.today)
        await transmit(stage)
        await sitting.first_sitting(stage)
        await following.tell(stage)
        await following.after_first(stage)
        await sitting.second_sitting(stage)
        await following.after_second(stage)
        await sitting.next_agenda(stage)
    finally:
        await stage.leave()
