"""The pages of registration, for the table that axe goes through: name, address, role (None: a visitor).

An address is made from `ids`. Commissions: `open` (published, with workshops), `full`, `before` (not open
yet), `cancelled`, `past` (over, not said held), `draft`. Records: `registration` (of `open`), `person`,
`me` (the coordinator), `organisation`. Tokens of
links: `sign_in`, `proof`, `confirmed`, `waiting`, `offered`, `left`.
"""

from collections.abc import Callable, Mapping

Ids = Mapping[str, str]
Row = tuple[str, Callable[[Ids], str], str | None]

_ONE = "/registration/commissions/"
_LINK = "/registration/lien/"


def _fixed(path: str) -> Callable[[Ids], str]:
    return lambda ids: path


def _commission(key: str, tail: str = "") -> Callable[[Ids], str]:
    return lambda ids: f"{_ONE}{ids[key]}{tail}"


def _link(key: str, tail: str = "") -> Callable[[Ids], str]:
    return lambda ids: f"{_LINK}{ids[key]}{tail}"


PAGES: list[Row] = [
    ("home", _fixed("/"), None),
    ("home_signed_in", _fixed("/"), "coordinator"),
    *(
        (f"commission_{key}", _commission(key), None)
        for key in ("open", "full", "before", "cancelled", "past")
    ),
    ("commission_signed_in", _commission("open"), "coordinator"),
    ("lost_link", _fixed("/registration/lien-perdu"), None),
    ("sign_in", _fixed("/registration/session"), None),
    ("link_sign_in", _link("sign_in"), None),
    ("link_proof", _link("proof"), None),
    *((f"own_{key}", _link(key), None) for key in ("confirmed", "waiting", "offered", "left")),
    ("own_cancel", _link("confirmed", "/annuler"), None),
    ("own_workshops", _link("confirmed", "/ateliers"), None),
    ("today", _fixed("/registration/aujourdhui"), "coordinator"),
    ("today_referrer", _fixed("/registration/aujourdhui"), "referrer"),
    ("commissions", _fixed("/registration/commissions"), "coordinator"),
    ("plan", _fixed(_ONE + "nouvelle"), "coordinator"),
    ("change", _commission("open", "/modifier"), "coordinator"),
    ("publish", _commission("draft", "/publier"), "coordinator"),
    ("move", _commission("open", "/deplacer"), "coordinator"),
    ("cancel", _commission("open", "/annuler"), "coordinator"),
    ("hold", _commission("past", "/tenir"), "coordinator"),
    ("registered", _commission("open", "/inscrits"), "coordinator"),
    ("registered_filtered_out", _commission("open", "/inscrits?q=zzz"), "coordinator"),
    ("registered_empty", _commission("draft", "/inscrits"), "coordinator"),
    ("registered_chair", _commission("open", "/inscrits"), "chair"),
    ("waiting_list", _commission("full", "/attente"), "coordinator"),
    ("workshops", _commission("open", "/ateliers"), "coordinator"),
    ("attendance", _commission("past", "/emargement"), "siao_agent"),
    ("attendance_too_early", _commission("open", "/emargement"), "coordinator"),
    ("walk_in", _commission("past", "/venue"), "siao_agent"),
    ("sheet", _commission("open", "/feuille"), "coordinator"),
    ("register_somebody", _commission("open", "/inscrire"), "coordinator"),
    ("registration", lambda ids: f"{_ONE}{ids['open']}/inscrits/{ids['registration']}", "coordinator"),
    (
        "registration_cancel",
        lambda ids: f"{_ONE}{ids['open']}/inscrits/{ids['registration']}/annuler",
        "coordinator",
    ),
    ("people", _fixed("/registration/personnes"), "coordinator"),
    ("person", lambda ids: f"/registration/personnes/{ids['person']}", "coordinator"),
    ("person_self", lambda ids: f"/registration/personnes/{ids['me']}", "coordinator"),
    ("person_new", _fixed("/registration/personnes/nouvelle"), "coordinator"),
    ("organisations", _fixed("/registration/organismes"), "coordinator"),
    ("organisation", lambda ids: f"/registration/organismes/{ids['organisation']}", "coordinator"),
    ("organisation_new", _fixed("/registration/organismes/nouveau"), "coordinator"),
    ("account", _fixed("/registration/mon-compte"), "coordinator"),
    ("own_names", _fixed("/registration/mon-compte/noms"), "coordinator"),
    ("accessibility", _fixed("/accessibilite"), None),
    ("map", _fixed("/plan"), None),
    ("personal_data", _fixed("/donnees-personnelles"), None),
    ("help", _fixed("/aide"), None),
    ("legal_notice", _fixed("/mentions-legales"), None),
]
