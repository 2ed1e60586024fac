"""What pages say of a commission or a sign-up: a state in five words, an icon, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, time

from contracts.lists import DropCause, Failure, LinkPurpose
from registration.domain.commission import Commission, CommissionState
from registration.domain.roster import OPEN, ChoiceState, State
from registration.queries import ChosenWorkshop, CommissionView, Participant, SittingView, WorkshopPlaces
from webui.french import PARIS, date_courte, date_fr, heure_fr, quantite


@dataclass(frozen=True)
class Words:
    """A state as shown: `kind` is a class of the stylesheet (ok, att, err, info or none)."""

    kind: str
    text: str
    icon: str
    more: str = ""


@dataclass(frozen=True)
class Shown:
    """A commission on a page, at one instant."""

    view: CommissionView
    now: datetime

    @property
    def commission(self) -> Commission:
        """The commission itself."""
        return self.view.commission

    @property
    def to_come(self) -> bool:
        """Announced and not over yet."""
        return self.commission.state is CommissionState.PUBLISHED and self.now < self.commission.ends_at

    @property
    def words(self) -> Words:
        """Its state, in words."""
        return commission_words(self.view, self.now)

    @property
    def sitting(self) -> Words | None:
        """Where its panel stands, for organisers."""
        return sitting_words(self.view.sitting)

    @property
    def open(self) -> bool:
        """Sign-up is open now."""
        return self.view.accepts

    @property
    def told(self) -> int:
        """How many people a change of date or a cancellation is told to."""
        return self.view.confirmed + self.view.waiting + self.view.offered + self.view.held


def sitting_words(of: SittingView | None) -> Words | None:
    """Where the panel stands, and how many situations; None while cases has said nothing."""
    if of is None:
        return None
    examined = "situation examinée", "situations examinées"
    counts = f"{quantite(of.examined or 0, *examined)}, {of.decided or 0} avec une décision."
    if of.approved_on is not None:
        on = date_fr(of.approved_on, jour=False)
        return Words("info", f"Le procès-verbal est approuvé depuis le {on}.", "valide", counts)
    if of.closed_at is not None:
        on = date_fr(of.closed_at, jour=False)
        without = "" if of.quorum else " Le quorum n’était pas atteint : les avis sont consultatifs."
        return Words("info", f"La séance est close depuis le {on}.", "valide", counts + without)
    if of.agenda_at is not None:
        on = date_fr(of.agenda_at, jour=False)
        count = quantite(of.agenda_cases or 0, "situation")
        return Words("info", f"L’ordre du jour est publié depuis le {on}.", "valide", f"{count}.")
    return None


def commission_words(view: CommissionView, now: datetime) -> Words:
    """The state of a commission as the public reads it."""
    of = view.commission
    if of.state is CommissionState.PLANNED:
        return Words("info", "À publier", "crayon", "Visible de la coordination seulement")
    if of.state is CommissionState.CANCELLED:
        return Words("", "Annulée", "fermer", of.cancel_reason.label if of.cancel_reason else "")
    if of.state is CommissionState.HELD:
        return Words("", "A eu lieu", "valide", _came(view))
    if now >= of.ends_at:
        return Words("", "Terminée", "horloge")
    if now >= of.starts_at:
        return Words("info", "En cours", "horloge")
    if now < of.registration_opens_at:
        opens = of.registration_opens_at
        return Words(
            "", f"Ouverture le {date_fr(opens, jour=False, annee=False)}", "calendrier", _offered(view)
        )
    if now >= of.registration_closes_at:
        return Words("", "Inscriptions closes", "cadenas")
    if view.full:
        waiting = (
            f"Liste d’attente : {quantite(view.waiting, 'personne')}"
            if view.waiting
            else "Liste d’attente ouverte"
        )
        return Words("att", "Complet", "attente", waiting)
    until = date_fr(of.registration_closes_at, jour=False, annee=False)
    if view.left is None:
        return Words("ok", "Inscriptions ouvertes", "valide", f"jusqu’au {until}")
    places = f"{quantite(view.left, 'place')} sur {of.capacity}"
    return Words("ok", "Inscriptions ouvertes", "valide", f"{places}, jusqu’au {until}")


def _came(view: CommissionView) -> str:
    held = view.commission.held
    if held is None:
        return ""
    return f"{quantite(held.present, 'personne présente', 'personnes présentes')}"


def _offered(view: CommissionView) -> str:
    capacity = view.commission.capacity
    return quantite(capacity, "place") if capacity is not None else "Sans limite de places"


def workshop_words(workshop: WorkshopPlaces) -> Words:
    """How many places a workshop has left."""
    if workshop.left is None:
        return Words("ok", "Sans limite", "valide")
    if workshop.full:
        return Words("att", "Complet", "attente")
    return Words("ok", quantite(workshop.left, "place"), "valide")


def rank(number: int) -> str:
    """« 1er », « 4e »."""
    return "1er" if number == 1 else f"{number}e"


def state_words(state: State, place: int | None = None) -> Words:
    """Where a sign-up stands."""
    match state:
        case State.CONFIRMED:
            return Words("ok", "Confirmée", "valide")
        case State.PENDING_PROOF:
            return Words("info", "Adresse à confirmer", "courriel")
        case State.IN_REVIEW:
            return Words("info", "En cours d’examen", "attente")
        case State.REFUSED:
            return Words("", "Refusée", "fermer")
        case State.WAITLISTED:
            return Words("att", f"En attente, {rank(place)}" if place else "En attente", "attente")
        case State.OFFERED:
            return Words("att", "Place proposée", "attente")
        case State.DECLINED:
            return Words("", "Place laissée", "fermer")
        case State.LAPSED:
            return Words("", "Adresse non confirmée", "fermer")
        case _:
            return Words("", "Annulée", "fermer")


def sign_up_words(of: Participant, commission: Commission) -> Words:
    """Where a sign-up stands for organisers: of a called-off commission, nobody is confirmed nor waits."""
    if commission.state is CommissionState.CANCELLED and of.state in OPEN:
        return Words("", "Commission annulée", "fermer")
    return state_words(of.state, of.rank)


def choice_words(choice: ChosenWorkshop) -> Words:
    """Where a choice of workshop stands."""
    match choice.state:
        case ChoiceState.SEATED:
            return Words("ok", "Place réservée", "valide")
        case ChoiceState.OFFERED:
            return Words("att", "Place proposée", "attente")
        case ChoiceState.WAITING:
            place = f", {rank(choice.rank)}" if choice.rank else ""
            return Words("att", f"En attente{place}", "attente")
        case _:
            return Words("", "Choix noté", "coche")


MESSAGES = {
    "queued": Words("info", "Message en préparation", "courriel"),
    "sent": Words("", "Message envoyé", "courriel"),
    "delivered": Words("ok", "Message remis", "courriel"),
    "failed": Words("err", "Message non remis", "erreur"),
    "dropped": Words("", "Message non envoyé", "courriel"),
}


def message_words(of: Participant) -> Words | None:
    """How the last message to somebody went, and why it failed; a suspended address comes first."""
    if of.suspended is not None:
        return suspended_words(of.suspended)
    message = of.message
    if message is None or message.status not in MESSAGES:
        return None
    words = MESSAGES[message.status]
    if message.status != "failed":
        return words
    causes = {item.value: item.label for item in (*Failure, DropCause.SUSPENDED_ADDRESS)}
    return Words(words.kind, words.text, words.icon, causes.get(message.cause or "", ""))


def suspended_words(cause: str | None) -> Words | None:
    """That nothing more is sent to an address, and why; None when it is not suspended."""
    if cause is None:
        return None
    return Words("err", "Adresse suspendue", "erreur", {f.value: f.label for f in Failure}.get(cause, ""))


def short_instant(at: datetime) -> str:
    """« 23 nov., 9 h 58 »."""
    return f"{date_courte(at)}, {heure_fr(at)}"


@dataclass(frozen=True)
class Moment:
    """A line of the programme, as shown."""

    at: time | None
    title: str
    more: str
    icon: str


def programme(of: Commission) -> list[Moment]:
    """Talks and workshops together, by the hour; what has no hour keeps its place at the end."""
    lines = [
        Moment(
            t.starts,
            t.title,
            ", ".join(filter(None, (t.speaker, quantite(t.minutes, "minute") if t.minutes else ""))),
            "liste",
        )
        for t in of.talks
    ]
    for w in of.workshops:
        at = w.starts_at.astimezone(PARIS).time() if w.starts_at else None
        lines.append(Moment(at, f"Atelier : {w.title}", w.room or "", "personnes"))
    return sorted(lines, key=lambda line: line.at or time.max)


LINK_TITLES = {
    LinkPurpose.PROVE_ADDRESS: "Confirmer votre inscription",
    LinkPurpose.SIGN_IN: "Vous connecter à Seuil",
}
DONE = {
    "adresse": "Votre adresse est confirmée.",
    "modifiee": "Vos choix sont enregistrés. La confirmation part maintenant.",
    "annulee": "Votre inscription est annulée. Merci d’avoir prévenu.",
    "place_prise": "La place est à vous. La confirmation part maintenant.",
    "place_laissee": "La place est laissée à la personne suivante.",
    "deconnecte": "Votre session est fermée sur cet appareil.",
    "deconnecte_partout": "Toutes vos sessions sont fermées, sur tous vos appareils.",
    "noms": "Vos nom et prénom sont enregistrés.",
    "planifiee": "La commission est enregistrée. Elle n’est visible que de la coordination.",
    "publiee": "La commission est publiée.",
    "changee": "Les changements sont enregistrés.",
    "deplacee": "La commission est déplacée. Les personnes inscrites sont prévenues maintenant.",
    "commission_annulee": "La commission est annulée. Les personnes inscrites sont prévenues maintenant.",
    "tenue": "La commission est notée comme tenue.",
    "inscrite": "L’inscription est enregistrée.",
    "inscription_changee": "Les choix d’ateliers sont enregistrés.",
    "inscription_annulee": "L’inscription est annulée. La personne est prévenue.",
    "inscriptions_acceptees": "Les inscriptions sont acceptées. Chaque personne est prévenue.",
    "inscriptions_refusees": "Les inscriptions sont refusées. Chaque personne est prévenue.",
    "membre": "La personne est nommée. Elle verra les situations dès la publication de l’ordre du jour.",
    "membre_retire": "La personne ne siège plus. Elle ne voit plus rien des situations.",
    "emargement": "Les présences sont enregistrées.",
    "sans_changement": "Rien n’avait changé : aucune présence n’a été modifiée.",
    "venue": "La personne est ajoutée, présente.",
    "organisme": "L’organisme est enregistré.",
    "personne": "La fiche est enregistrée.",
    "compte": "Le compte est créé. La personne peut se connecter avec son adresse.",
    "compte_ferme": "Le compte est fermé. Ses sessions sont terminées.",
    "compte_ouvert": "Le compte est de nouveau ouvert.",
    "role_donne": "Le rôle est donné.",
    "role_repris": "Le rôle est repris.",
}
