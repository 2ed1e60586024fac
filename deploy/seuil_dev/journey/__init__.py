"""`seuil journey`: the whole story on a stack of its own, over HTTP, checked in mails, topics and figures."""

import tempfile
import time
from pathlib import Path

from seuil_dev.client import Browser
from seuil_dev.journey import dates, opening, partners, places, situations, traces
from seuil_dev.journey.story import SETTINGS, Player, Step, Story, play
from seuil_dev.journey.topics import Topics
from seuil_dev.launcher import Running, run
from seuil_dev.settings import Options

STEPS = [
    Step("premier compte", opening.first_account),
    Step("structure et personnes", opening.organisations),
    Step("commission préparée", opening.plan),
    Step("commission publiée", opening.publish),
    Step("six inscriptions pour quatre places", places.six_sign_ups),
    Step("adresses confirmées", places.proofs),
    Step("abandon, proposition expirée", places.lapse_and_expiry),
    Step("proposition prise", places.offer_taken),
    Step("annulation, place reprise", places.cancellation),
    Step("autre atelier", places.other_workshop),
    Step("nouvelle date", dates.reschedule),
    Step("rappel", dates.reminder),
    Step("commission annulée", dates.call_off),
    Step("partenaire et clé", partners.key),
    Step("événements du partenaire", partners.events),
    Step("chiffre publié à côté", partners.published),
    Step("sept attributions retirées", partners.seven_voided),
    Step("distribution de la commission", situations.cast),
    Step("douze situations, deux séances", situations.panel),
    Step("messages sur les dossiers", situations.mails),
    Step("qui n’y a pas droit", situations.strangers),
    Step("chiffres des situations", situations.counted),
    Step("présence, saisie après coup", traces.attendance),
    Step("aucun rappel après l’annulation", dates.no_more_reminder),
    Step("journal des messages", traces.messages),
    Step("topics relus", traces.nowhere),
    Step("journal technique relu", traces.logs),
]
PLAYERS = (
    ("Zéphyrine", "Quillacq"), ("Ondine", "Vaucrain"), ("Barnabé", "Houzellier"), ("Sidonie", "Marquigny"),
    ("Théodule", "Brissonac"), ("Apolline", "Fauquenoy"), ("Hyacinthe", "Delbourgade"),
    ("Euphrasie", "Tournequille"), ("Anselme", "Rocquavent"),
)  # fmt: skip
"""Seven who sign up and two with an account; such names stand nowhere else, so logs can be searched."""


def command() -> int:
    """Play everything in a temporary folder; 0 when every step saw what it expected."""
    with tempfile.TemporaryDirectory(prefix="seuil-parcours-") as folder:
        chosen = Options(Path(folder) / "data", 0, SETTINGS)
        return run(chosen, then=lambda running: journey(running, chosen.data))


async def journey(running: Running, data: Path) -> int:
    """The story on a running stack; the exit code."""
    say = running.say
    say(
        "Réglages du parcours : "
        + ", ".join(f"{name}={value or '(vide)'}" for name, value in SETTINGS.items())
    )
    began = time.monotonic()
    visitor = Browser(running.url)
    async with Topics(running.engines.kafka) as topics:
        engines = (running.engines.postgres.log, running.engines.kafka.log)
        logs = (data / "seuil.log", data / "seuil.log.1", *engines, data / "kafka" / "kafka-*.log")
        story = Story(running.url, logs, topics, visitor)
        story.players = [Player(given, family) for given, family in PLAYERS]
        try:
            good = await play(STEPS, story, say)
        finally:
            await visitor.close()
    seconds = time.monotonic() - began
    say(f"Parcours {'réussi' if good else 'interrompu'} : {len(STEPS)} étapes, {seconds:.0f} s.")
    return 0 if good else 1
