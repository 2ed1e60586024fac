"""The doors of the home page: one per thing that a role may do."""

from dataclasses import dataclass

from contracts.lists import Role
from webui.identity import User


@dataclass(frozen=True)
class Tile:
    """A door of the home page."""

    title: str
    text: str
    url: str
    icon: str
    roles: tuple[Role, ...] = ()


TILES = (
    Tile(
        "À faire aujourd’hui",
        "Ce qui attend une réponse, la prochaine commission, les alertes.",
        "/registration/aujourdhui",
        "accueil",
    ),
    Tile(
        "Commissions",
        "Planifier, publier, suivre les inscriptions et l’émargement.",
        "/registration/commissions",
        "calendrier",
        (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    ),
    Tile(
        "Situations",
        "Les dossiers que vous suivez ou examinez : ce qui attend, depuis quand, et qui doit agir.",
        "/cases/",
        "dossier",
        (Role.REFERRER, Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    ),
    Tile(
        "Données des ménages",
        "Les demandes d’accès et d’effacement, et qui a lu quoi.",
        "/cases/donnees",
        "cadenas",
        (Role.DATA_OFFICER,),
    ),
    Tile(
        "Personnes et organismes",
        "Les fiches des professionnels, leurs comptes et leurs rôles.",
        "/registration/personnes",
        "personnes",
        (Role.COORDINATOR,),
    ),
    Tile(
        "Messages",
        "Ce qui a été envoyé, remis, ou n’est pas parti, et pourquoi.",
        "/notifications/messages",
        "courriel",
        (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR, Role.OPERATOR),
    ),
    Tile(
        "Partenaires",
        "Les logiciels du 115, du Samu social et du SIAO qui transmettent des données.",
        "/integration/partenaires",
        "cle",
        (Role.COORDINATOR, Role.OPERATOR, Role.DATA_OFFICER),
    ),
    Tile(
        "Chiffres",
        "La demande, l’offre, les attributions, avec leur définition et leur date.",
        "/analytics/",
        "chiffres",
    ),
    Tile("Mon compte", "Vos nom et prénom, vos rôles, vos sessions.", "/registration/mon-compte", "personne"),
)

SEEN = Tile(
    "Situations",
    "Les propositions faites à votre structure, les ordres du jour des commissions où vous siégez.",
    "/cases/",
    "dossier",
)


def tiles(user: User) -> list[Tile]:
    """The doors that this person may open; without a role, what a panel or a proposal gives sight of."""
    found = [tile for tile in TILES if not tile.roles or user.has(*tile.roles)]
    return found if user.roles else [*found[:1], SEEN, *found[1:]]
