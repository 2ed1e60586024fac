"""`seuil demo`: the stack of `seuil run`, with an invented territory of Lille loaded by its public doors."""

import os
import time
from dataclasses import replace

from seuil_dev.demo.loading import Memory, load
from seuil_dev.demo.people import introduce
from seuil_dev.engine import EngineError
from seuil_dev.launcher import Running, run
from seuil_dev.settings import DEMONSTRATION, MEMORY, Options, options


def command() -> int:
    """Run until a signal; the exit code. Loads at the first start of a folder, says so at the next ones."""
    chosen = demonstration(options())
    if chosen.production:
        raise EngineError("SEUIL_ENV=production : la démonstration ne se charge pas en production.")
    return run(chosen, then=lambda running: prepare(running, chosen))


def demonstration(chosen: Options) -> Options:
    """The same place, with the settings of a demonstration."""
    return replace(chosen, environment={**DEMONSTRATION, **chosen.environment})


def share_asked() -> int:
    """The part of the year to load: 1 is all of it, 20 a twentieth. EngineError when it is not a number."""
    text = os.environ.get("SEUIL_DEMO_SHARE") or "1"
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise EngineError(f"SEUIL_DEMO_SHARE={text} : donnez un nombre entre 1 et 100.")
    return int(text)


async def prepare(running: Running, chosen: Options) -> None:
    """Load what is not there yet, then present who may sign in."""
    memory = Memory(chosen.data / MEMORY)
    say = running.say
    if memory.told.get("loaded"):
        say("Les données de démonstration sont déjà là : rien n’a été rechargé.")
    else:
        say("Données de démonstration : organismes, personnes et événements sont inventés.")
        say("Les faits sont gardés 120 mois ici (FACTS_KEPT_MONTHS=120), 37 mois ailleurs.")
        began = time.monotonic()
        await load(running.url, memory, share_asked())
        say(f"Chargé en {time.monotonic() - began:.0f} s.")
    for line in await introduce(running.url):
        say(line)
    say(f"Seuil: {running.url}")
