"""Who may ask: roles in force on the territory concerned, checked by the command itself."""

from contracts.lists import Role
from contracts.refusal import Refused
from webui.identity import User

FORBIDDEN = "Votre rôle ne permet pas cette action sur ce territoire. Rien n’a été changé."


def allow(by: User | None, *roles: Role, territory: str | None) -> User:
    """The user, holding one of the roles on that territory (on any when None). Raises Refused 401, 403."""
    if by is None:
        raise Refused("sign_in_needed", "Cette action demande d’être connecté.", 401)
    if not by.has(*roles, territory=territory):
        raise Refused("forbidden", FORBIDDEN, 403)
    return by


def is_coordinator(by: User | None, territory: str) -> bool:
    """Whether that user coordinates that territory."""
    return by is not None and by.has(Role.COORDINATOR, territory=territory)
