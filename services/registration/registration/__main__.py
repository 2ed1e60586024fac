"""The commands of registration: serve it, migrate it, make an account, print a token for the API."""

import argparse
import asyncio
import sys

import registration
from contracts.lists import AccountState, Role
from contracts.refusal import Refused
from eventing.runtime import real_runtime
from operating.process import commands, run
from registration.app import create_app, desk_of
from registration.commands import Desk, admit_account, user_by_email
from registration.settings import Settings
from webui.identity import issue_token


def main() -> int:
    """Runs one command; its exit code."""
    parser, verbs = commands(registration)
    account = verbs.add_parser("account", help="accounts").add_subparsers(dest="act", required=True)
    add = account.add_parser("add", help="let a person sign in")
    add.add_argument("email")
    add.add_argument("--role", action="append", required=True, choices=[r.value for r in Role][:-1])
    add.add_argument("--territory", help="of the roles; SEUIL_TERRITORY by default")
    token = verbs.add_parser("token", help="print a token of fifteen minutes for the JSON API")
    token.add_argument("email")
    chosen = parser.parse_args()
    settings = Settings()
    code = run(chosen, registration, settings, lambda: create_app(settings))
    return asyncio.run(_with_desk(settings, chosen)) if code is None else code


async def _with_desk(settings: Settings, chosen: argparse.Namespace) -> int:
    desk = desk_of(settings, real_runtime())
    await desk.database.open()
    try:
        act = _add_account if chosen.command == "account" else _print_token
        sys.stdout.write(f"{await act(desk, chosen)}\n")
    except Refused as refusal:
        details = "".join(f"\n{error.detail}" for error in refusal.errors)
        sys.stderr.write(f"{refusal.text}{details}\n")
        return 1
    finally:
        await desk.database.close()
    return 0


async def _add_account(desk: Desk, chosen: argparse.Namespace) -> str:
    territory = chosen.territory or desk.site.territory
    async with desk.database.transaction() as tx:
        return str(await admit_account(tx, chosen.email, chosen.role, territory))


async def _print_token(desk: Desk, chosen: argparse.Namespace) -> str:
    async with desk.database.transaction() as tx:
        user, state = await user_by_email(tx, chosen.email)
        if state is not AccountState.ACTIVE:
            raise Refused("account_disabled", "Ce compte est désactivé.", 403)
        return issue_token(desk.signer, user, tx.now)


if __name__ == "__main__":
    sys.exit(main())
