"""Each act on a case as a page: its question, what it does, its fields, its button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cases.domain.asking import LABELS
from cases.domain.reasons import Family, family
from cases.queries.case import CasePage
from cases.queries.people import Referrer
from cases.web.wording import cards, options
from contracts.lists import Clock, CloseResult, InformedHow, MissingItem, SenioritySource, TransferCause

Options = Sequence[Any]
YES_NO = [{"valeur": "oui", "libelle": "Oui"}, {"valeur": "non", "libelle": "Non"}]


@dataclass(frozen=True)
class Ask:
    """A field. `kind`: text, date, zone, select, choice, choices, box. `flag`: answered by oui or non."""

    kind: str
    name: str
    label: str
    options: Options = ()
    help: str = ""
    required: bool = True
    flag: bool = False


@dataclass(frozen=True)
class ActionForm:
    """A page: `act` is the act of `commands.acts`; `fixed`: answers that the page gives by itself."""

    act: str
    title: str
    text: str
    button: str
    done: str
    fields: Callable[[CasePage, Sequence[Referrer]], list[Ask]] = lambda page, people: []
    fixed: Mapping[str, Any] = field(default_factory=dict)
    starts: Callable[[CasePage], Mapping[str, Any]] = lambda page: {}
    danger: bool = False


def _reasons(which: Family) -> list[tuple[str, str]]:
    return [(each.code, f"{each.label} ({each.code})") for each in family(which)]


def _people(people: Sequence[Referrer]) -> list[tuple[str, str]]:
    return [(f"{p.person_id} {p.organisation_id}", f"{p.organisation}, {p.name}") for p in people]


def _colleagues(page: CasePage, people: Sequence[Referrer]) -> list[tuple[str, str]]:
    return [
        (str(p.person_id), p.name + (" (suit déjà le dossier)" if p.person_id in page.team else ""))
        for p in people
        if p.organisation_id == page.case.organisation_id and p.person_id != page.case.referrer_id
    ]


def _admission(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    agreed = page.agreement and page.agreement.panel and page.agreement.withdrawn_on is None
    if agreed:
        return []
    return [
        Ask(
            "zone",
            "without_agreement",
            "Motif d’urgence",
            help="Le ménage n’a pas donné son accord à l’examen. "
            "Sans motif écrit, le dossier attend son accord.",
        )
    ]


def _completion(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask("choices", "missing", "Ce qui manque", cards(MissingItem)),
        Ask("date", "due_on", "À compléter avant le"),
        Ask("zone", "text", "En quelques mots", help="Lu par le référent.", required=False),
    ]


def _completion_starts(page: CasePage) -> Mapping[str, Any]:
    due = page.at.today + timedelta(days=page.at.rules.completion_days)
    return {"missing": [each.value for each in page.missing], "due_on": due.isoformat()}


def _judged(which: Family) -> Callable[[CasePage, Sequence[Referrer]], list[Ask]]:
    return lambda page, people: [
        Ask("select", "reason", "Motif", _reasons(which)),
        Ask(
            "zone",
            "note",
            "Précision",
            help="Un article de loi ou des faits datés, sans jugement. 600 caractères au plus.",
            required=False,
        ),
    ]


def _suspension(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask("date", "until", "Jusqu’au", help="Vide s’il n’y a pas de date.", required=False),
        Ask("choices", "clocks", "Délais arrêtés", cards(Clock, "none"), required=False),
    ]


def _transfer(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask("select", "to", "Nouveau référent", _people(people)),
        Ask("select", "cause", "Pourquoi", options(TransferCause)),
        Ask(
            "date",
            "former_until",
            "L’ancien référent le voit encore jusqu’au",
            help="Vide\u00a0: il ne le voit plus dès maintenant.",
            required=False,
        ),
    ]


def _link(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask("text", "reference", "Référence de l’autre dossier", help="Par exemple K7Q-4MXP"),
        Ask("choice", "linked", "Est-ce le même ménage ?", YES_NO, flag=True),
        Ask("zone", "reason", "Pourquoi", help="Lu par le SIAO et la coordination seulement."),
    ]


def _seniority(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask("date", "seniority_from", "Date qui donne le rang"),
        Ask("select", "source", "D’où vient cette date", options(SenioritySource)),
        Ask("zone", "reason", "Pourquoi cette correction"),
    ]


def _protection(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    known = [{"valeur": str(p.person_id), "libelle": f"{p.name}, {p.organisation}"} for p in people]
    return [
        Ask("choice", "protected", "Cacher ce dossier", YES_NO, flag=True),
        Ask(
            "choices",
            "audience",
            "Personnes nommées",
            known,
            help="Vous et le référent en faites toujours partie.",
            required=False,
        ),
    ]


def _agreement(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    return [
        Ask(
            "choice",
            "panel",
            "Le ménage accepte que la commission examine sa situation",
            YES_NO,
            flag=True,
        ),
        Ask("box", "landlord", "Il accepte que les bailleurs lisent ce qui leur est nécessaire", flag=True),
        Ask("box", "health", "Il accepte que les partenaires de santé soient sollicités", flag=True),
        Ask("date", "given_on", "Réponse donnée le"),
    ]


def _note(page: CasePage, people: Sequence[Referrer]) -> list[Ask]:
    asks = [
        Ask(
            "zone",
            "text",
            "Note",
            help="Des faits datés, utiles à la suite. 600 caractères au plus, jamais dans les exports.",
        )
    ]
    if page.siao:
        asks.append(Ask("box", "reserved", "Réserver cette note au SIAO et à la coordination", flag=True))
    return asks


FORMS: Mapping[str, ActionForm] = {
    "recevable": ActionForm(
        "admission",
        "Déclarer ce dossier recevable ?",
        "Il rejoint les situations à inscrire, à son rang d’ancienneté.",
        "Déclarer recevable",
        "recevable",
        _admission,
    ),
    "complement": ActionForm(
        "completion",
        "Demander un complément",
        "Le référent est prévenu. L’ancienneté est gardée, quel que soit le délai.",
        "Demander le complément",
        "complement",
        _completion,
        starts=_completion_starts,
    ),
    "non-recevable": ActionForm(
        "rejection",
        "Déclarer ce dossier non recevable ?",
        "Le référent reçoit le motif et le délai de recours. L’ancienneté est gardée si le dossier revient.",
        "Déclarer non recevable",
        "non-recevable",
        _judged(Family.INADMISSIBLE),
        danger=True,
    ),
    "suspendre": ActionForm(
        "suspension",
        "Suspendre ce dossier ?",
        "Il quitte les files de travail, son ancienneté continue.",
        "Suspendre",
        "suspendu",
        _suspension,
    ),
    "reprendre": ActionForm(
        "resumption",
        "Reprendre ce dossier ?",
        "Il revient dans sa file, au même rang.",
        "Reprendre",
        "repris",
    ),
    "confier": ActionForm(
        "transfer",
        "Confier ce dossier à un autre référent",
        "Le nouveau référent et sa structure suivent le ménage dès maintenant.",
        "Confier le dossier",
        "transfere",
        _transfer,
    ),
    "equipe": ActionForm(
        "team",
        "Partager ce dossier avec un collègue",
        "Une absence, un binôme\u00a0: un collègue de la même structure suit aussi le dossier.",
        "Enregistrer",
        "equipe",
        lambda page, people: [
            Ask("select", "person_id", "Collègue", _colleagues(page, people)),
            Ask("choice", "follows", "Suit ce dossier", YES_NO, flag=True),
        ],
    ),
    "lier": ActionForm(
        "links",
        "Lier à un autre dossier",
        "Les deux dossiers restent séparés. Chacun montre la référence de l’autre.",
        "Enregistrer",
        "lie",
        _link,
    ),
    "annuler": ActionForm(
        "cancellation",
        "Annuler ce dossier ?",
        "Les propositions en cours sont retirées. Le dossier peut être réactivé.",
        "Annuler le dossier",
        "annule",
        _judged(Family.CANCELLATION),
        danger=True,
    ),
    "reactiver": ActionForm(
        "reactivation",
        "Réactiver ce dossier ?",
        "Il revient parmi les dossiers à vérifier.",
        "Réactiver",
        "reactive",
        lambda page, people: [
            Ask(
                "choice",
                "keep_seniority",
                "Garder l’ancienneté",
                YES_NO,
                help="À dire seulement quand le délai des règles est passé.",
                required=False,
                flag=True,
            )
        ],
    ),
    "clore": ActionForm(
        "closing",
        "Clore ce dossier ?",
        "Il sort des files. Il peut être rouvert pendant six mois.",
        "Clore",
        "clos",
        lambda page, people: [Ask("select", "result", "Ce qu’il en est advenu", options(CloseResult))],
    ),
    "rouvrir": ActionForm(
        "reopening",
        "Rouvrir ce dossier ?",
        "Il revient dans les suites à donner, avec son ancienneté.",
        "Rouvrir",
        "rouvert",
        lambda page, people: [Ask("zone", "reason", "Pourquoi")],
    ),
    "anciennete": ActionForm(
        "seniority",
        "Corriger l’ancienneté",
        "L’ancienne date reste visible dans l’explication, avec cette correction.",
        "Corriger",
        "anciennete",
        _seniority,
    ),
    "proteger": ActionForm(
        "protection",
        "Protéger ce dossier",
        "Un dossier protégé n’apparaît ni dans les recherches, ni dans les files, ni dans les exports "
        "de qui n’est pas nommé.",
        "Enregistrer",
        "protege",
        _protection,
        starts=lambda page: {
            "protected": "oui" if page.protected else "",
            "audience": [str(each) for each in page.audience],
        },
    ),
    "note": ActionForm("notes", "Ajouter une note", "Elle est datée et signée.", "Ajouter", "note", _note),
    "information": ActionForm(
        "information",
        "Noter que le ménage est informé",
        "Une information est une chose, un accord en est une autre\u00a0: l’accord se note à part.",
        "Noter",
        "information",
        lambda page, people: [
            Ask("date", "informed_on", "Informé le"),
            Ask("select", "how", "Comment", options(InformedHow, "could_not_reach")),
            Ask("text", "language", "En quelle langue", required=False),
        ],
        starts=lambda page: {"informed_on": page.at.today.isoformat()},
    ),
    "accord": ActionForm(
        "agreement",
        "Noter l’accord du ménage",
        "Un refus ne change ni l’ancienneté ni le rang. L’accord peut être retiré à tout moment.",
        "Noter l’accord",
        "accord",
        _agreement,
        starts=lambda page: {"given_on": page.at.today.isoformat()},
    ),
    "accord-retire": ActionForm(
        "agreement-withdrawal",
        "Le ménage retire son accord ?",
        "Le dossier quitte l’ordre du jour aussitôt s’il y est. Il garde son ancienneté.",
        "Retirer l’accord",
        "accord-retire",
        lambda page, people: [Ask("date", "withdrawn_on", "Retiré le", required=False)],
        starts=lambda page: {"withdrawn_on": page.at.today.isoformat()},
        danger=True,
    ),
    "demande": ActionForm(
        "requests",
        "Noter une demande du ménage",
        "La personne déléguée aux données la reçoit et répond dans le mois.",
        "Noter la demande",
        "demande",
        lambda page, people: [
            Ask(
                "select", "kind", "Ce que demande le ménage", [(k.value, text) for k, text in LABELS.items()]
            ),
            Ask("date", "received_on", "Demandé le"),
            Ask("zone", "text", "En quelques mots", required=False),
        ],
        starts=lambda page: {"received_on": page.at.today.isoformat()},
    ),
}
"""Every page by the last word of its address."""
