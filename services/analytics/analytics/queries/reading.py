"""Who is asking for figures, and what they may read."""

from starlette.requests import Request

from analytics.domain.rights import Reading, reading_by
from analytics.queries.asking import provides
from contracts.refusal import Refused
from eventing.db import Database
from webui.french import jour_paris
from webui.identity import User, current_user, require


async def reading_of(user: User | None, database: Database, territory: str) -> Reading | None:
    """What somebody may read of the figures of a territory; None: what is published, as everybody."""
    if user is None:
        return None
    today = jour_paris(database.runtime.now())
    grants = [grant for grant in user.roles if grant.territory == territory and grant.holds_on(today)]
    roles = {grant.role for grant in grants}
    found = reading_by(roles, user.organisation_id)
    if found is None and user.organisation_id is not None:
        async with database.read() as tx:
            provider = await provides(tx, user.organisation_id, today)
        found = reading_by(roles, user.organisation_id, provider)
    return found


async def required(request: Request, database: Database, territory: str) -> Reading:
    """The same, or an answer instead: sign in, or 403 for who reads what is published only."""
    require(request)
    found = await reading_of(current_user(request), database, territory)
    if found is None:
        raise Refused("forbidden", "Votre rôle ouvre les chiffres publics seulement.", 403)
    return found
