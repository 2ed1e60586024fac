"""The menu, by what a person may do: the same in every service, since visitors see one site."""

from dataclasses import dataclass

from webui.identity import User


@dataclass(frozen=True)
class Link:
    """A menu entry; `roles` empty means every signed-in account."""

    label: str
    url: str
    icon: str
    roles: tuple[str, ...] = ()


ORGANISERS = ("coordinator", "siao_agent", "chair")
VISITOR = (
    Link("Commissions", "/", "calendrier"),
    Link("Chiffres publics", "/analytics/publics", "chiffres"),
    Link("Aide", "/aide", "info"),
)
OPERATIONS = Link("Fonctionnement", "/registration/exploitation", "pouls", ("operator",))
OPERATIONS_TABS = tuple(
    (label, f"/{service}/exploitation")
    for service, label in (
        ("registration", "Inscriptions"),
        ("cases", "Situations"),
        ("notifications", "Messages"),
        ("integration", "Échanges"),
        ("analytics", "Chiffres"),
    )
)
"""How each service works: a page of its own, the same in all."""
MEMBER = (
    Link("Aujourd’hui", "/registration/aujourdhui", "accueil"),
    Link("Commissions", "/registration/commissions", "calendrier", ORGANISERS),
    Link("Situations", "/cases/", "dossier", ("referrer", *ORGANISERS)),
    Link("Données", "/cases/donnees", "cadenas", ("data_officer",)),
    Link("Personnes", "/registration/personnes", "personnes", ("coordinator",)),
    Link("Messages", "/notifications/messages", "courriel", (*ORGANISERS, "operator")),
    Link("Partenaires", "/integration/partenaires", "cle", ("coordinator", "operator", "data_officer")),
    Link("Chiffres", "/analytics/", "chiffres"),
    OPERATIONS,
)
FOLLOWED = Link("Situations", "/cases/", "dossier")
"""For panel members and providers: no role, but sight of what is proposed to them or on their agenda."""
ACCOUNT = Link("Mon compte", "/registration/mon-compte", "personne")
SIGN_IN = Link("Se connecter", "/registration/session", "cle")
SIGN_OUT_URL = "/registration/session/fin"
CONFORMITY = {"not": "non conforme", "partly": "partiellement conforme", "fully": "totalement conforme"}
"""The three words of RGAA, by the setting that chooses."""
FOOTER = (
    Link("Plan du site", "/plan", ""),
    Link("Données personnelles", "/donnees-personnelles", ""),
    Link("Aide et contact", "/aide", ""),
    Link("Mentions légales", "/mentions-legales", ""),
)


def footer(accessibility: str) -> tuple[Link, ...]:
    """Entries at the foot of every page; the first says the state of accessibility, as the law wants it."""
    return (Link(f"Accessibilité\u00a0: {CONFORMITY[accessibility]}", "/accessibilite", ""), *FOOTER)


def menu(user: User | None) -> tuple[Link, ...]:
    """Entries for that person, in order."""
    if user is None:
        return VISITOR
    links = [link for link in MEMBER if not link.roles or user.has(*link.roles)]
    if not user.has(*ORGANISERS):
        links.insert(1, VISITOR[0])
    if not user.roles:
        links.insert(2, FOLLOWED)
    return tuple(links)


def current(links: tuple[Link, ...], path: str) -> Link | None:
    """The entry whose section `path` is in: the longest that begins it."""
    inside = [
        link
        for link in links
        if path == link.url or (link.url != "/" and path.startswith(link.url.rstrip("/") + "/"))
    ]
    return max(inside, key=lambda link: len(link.url), default=None)
