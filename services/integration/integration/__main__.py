"""The commands of integration: serve it, migrate it, open the door to a partner."""

import argparse
import asyncio
import sys

import integration
from contracts.refusal import Refused
from eventing.runtime import real_runtime
from integration.app import create_app
from integration.commands.partners import PartnerTerms, add_partner, give_key
from integration.domain.limits import MAX_BATCH, Rates
from integration.domain.partners import SCOPES, USUAL
from integration.settings import Settings
from operating.composition import database_of
from operating.process import commands, run


def main() -> int:
    """Runs one command; its exit code."""
    parser, verbs = commands(integration)
    partner = verbs.add_parser("partner", help="partners").add_subparsers(dest="act", required=True)
    add = partner.add_parser("add", help="open the door to a partner and print its key, once")
    add.add_argument("name")
    add.add_argument("source", help="urn:seuil:partner:…")
    add.add_argument("--scope", action="append", choices=sorted(SCOPES))
    add.add_argument("--unlimited", action="store_true", help="no limit on events per second")
    chosen = parser.parse_args()
    settings = Settings()
    code = run(chosen, integration, settings, lambda: create_app(settings))
    return asyncio.run(_add_partner(settings, chosen)) if code is None else code


async def _add_partner(settings: Settings, chosen: argparse.Namespace) -> int:
    rates = Rates(None, MAX_BATCH, None) if chosen.unlimited else Rates(50, MAX_BATCH, 200)
    terms = PartnerTerms(chosen.name, chosen.scope or list(USUAL), rates)
    database = database_of(settings, real_runtime(), "integration")
    await database.open()
    try:
        async with database.transaction() as tx:
            partner_id = tx.new_id()
            await add_partner(tx, partner_id, chosen.source, terms)
            shown = await give_key(tx, partner_id)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.text}\n")
        return 1
    finally:
        await database.close()
    sys.stdout.write(f"{partner_id}\n{shown.key}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
