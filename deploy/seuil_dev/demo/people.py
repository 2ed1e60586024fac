"""People ready to sign in: what each may see, and a link that works at once."""

import asyncio
from dataclasses import dataclass

from contracts.lists import Role
from seuil_dev.client import SESSION, Browser, Failed, Session, sign_in_mail
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.territory import organisations
from seuil_dev.settings import COORDINATOR, TERRITORY

ACCOUNTS = "/registration/api/v1/accounts"
NAMES = "/registration/mon-compte/noms"


@dataclass(frozen=True)
class Ready:
    """Somebody who may sign in; `does`: what they do, for who has no role of their own."""

    role: Role | None
    given_name: str
    family_name: str
    email: str
    organisation: str
    sees: str
    does: str = ""

    @property
    def title(self) -> str:
        """What they are called in the list."""
        return self.role.label if self.role else self.does


READY = (
    Ready(Role.COORDINATOR, "Camille", "Vandeflore", COORDINATOR, "siao",
          "tout : commissions, inscrits, présences, messages, partenaires, comptes, chiffres"),
    Ready(Role.SIAO_AGENT, "Bruno", "Merquinet", "agent@siao.example", "siao",
          "tous les dossiers non réservés, l’émargement, les messages, les chiffres"),
    Ready(Role.REFERRER, "Ada", "Tinsoual", "referente@rencontre.example", "rencontre",
          "les dossiers qu’elle suit, son inscription, les chiffres"),
    Ready(Role.REFERRER, "Maxence", "Liévrard", "referent@escale.example", "escale",
          "les dossiers qu’il suit, leur avis, les chiffres"),
    Ready(Role.REFERRER, "Soraya", "Oudelain", "accueil@droits.example", "droits",
          "les dossiers qu’elle suit, dont un réservé"),
    Ready(Role.CHAIR, "Hélène", "Corvaisier", "presidence@metropole.example", "metropole",
          "l’ordre du jour, la séance, le procès-verbal"),
    Ready(None, "Pauline", "Dugardier", "attributions@deux-lys.example", "deux-lys",
          "les dossiers de la commission où elle siège, les propositions faites à son organisme",
          "Bailleur, membre de la commission"),
    Ready(None, "Firmin", "Castelnot", "gestion@canal.example", "canal",
          "les propositions faites à son organisme", "Bailleur"),
    Ready(None, "Yasmine", "Trivaux", "captation@passerelle.example", "passerelle",
          "les dossiers de la commission où elle siège, les propositions faites à son organisme",
          "Intermédiation locative, membre de la commission"),
    Ready(None, "Laurent", "Ombrevaux", "accueil@voisinage.example", "voisinage",
          "les propositions faites à son organisme", "Pension de famille"),
    Ready(None, "Édith", "Morvanchel", "hebergement@etat.example", "etat",
          "les dossiers de la commission où elle siège", "État, membre de la commission"),
    Ready(Role.OPERATOR, "Noël", "Bervaloy", "exploitation@seuil.example", "siao",
          "l’état des messages et des partenaires, sans un nom ni un texte"),
    Ready(Role.DATA_OFFICER, "Iris", "Walbertin", "donnees@seuil.example", "siao",
          "les commissions, les partenaires et les chiffres publiés"),
)  # fmt: skip


async def load_people(coordinator: Session) -> None:
    """Give the coordinator a name, and accounts to the others; those who have one keep it."""
    first, *others = READY
    await coordinator.browser.submit(NAMES, given_name=first.given_name, family_name=first.family_name)
    known = {each["person"]["email"] for each in await coordinator.get(ACCOUNTS)}
    refs = {each.ref: each.organisation_id for each in organisations()}
    for person in others:
        if person.email not in known:
            asked = {
                "person_id": str(identifier("person", person.email)),
                "email": person.email,
                "given_name": person.given_name,
                "family_name": person.family_name,
                "organisation_id": str(refs[person.organisation]),
                "roles": [{"role": person.role, "territory": TERRITORY}] if person.role else [],
            }
            await coordinator.post(ACCOUNTS, asked)


async def introduce(url: str) -> list[str]:
    """Lines that present everybody, each with a link to sign in that has just been mailed."""
    browser = Browser(url)
    try:
        links = await asyncio.gather(*(_link(browser, person.email) for person in READY))
    finally:
        await browser.close()
    lines = ["", f"{len(READY)} personnes prêtes (un lien sert une fois, pendant quinze minutes) :"]
    for person, link in zip(READY, links, strict=True):
        lines += [
            f"  {person.title} : {person.given_name} {person.family_name}, {person.email}",
            f"    voit {person.sees}",
            f"    {url}{link}" if link else f"    demander un lien : {url}{SESSION}",
        ]
    return [*lines, f"  Pour un nouveau lien : {url}{SESSION}, puis {url}/dev/mail", ""]


async def _link(browser: Browser, email: str) -> str:
    """A fresh sign-in link, or nothing when none came in time."""
    try:
        return (await sign_in_mail(browser, email, tries=1)).link
    except Failed:
        return ""
