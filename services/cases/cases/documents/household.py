"""Documents about one household: the decision told to its referrer, its situation as it will be presented,
and the blank form for who holds no computer that day (users U17, U53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.documents import Block, Sheet, blank, boxes, facts, heading, items, text
from cases.domain.case import Case, Decision, Step
from cases.domain.file import CaseFile, Information
from cases.domain.rules import civil_day
from cases.domain.siao import SITUATIONS
from contracts.lists import DecisionOutcome, InformedHow, Question, Scheme, StepKind, YesNoUnknown
from webui.french import date_fr, instant_fr, nombre, quantite, typo

OVER = "Seuil"
WAYS = ("être présent", "être représenté", "s’exprimer par écrit", "ne pas s’exprimer")
OVER_DEMO = "Seuil, données de démonstration"
REMINDER = typo(
    "Des faits utiles à la décision, sans jugement ; ni santé, ni religion, ni origine, ni opinion."
)


@dataclass(frozen=True)
class Told:
    """What a notification says beside the decision."""

    commission: str
    schemes: Sequence[str]
    conditions: str
    organisation: str
    owner: str
    contest_until: date | None
    made_at: datetime
    demo: bool


def notification(case: Case, decision: Decision, step: Step | None, said: Told) -> Sheet:
    """The decision, by reference: it names nobody of the household."""
    blocks: list[Block] = [
        facts(
            (
                ("Décision", decision.outcome.label),
                ("Dispositifs", ", ".join(said.schemes)),
                ("Accompagnement", ", ".join(each.label for each in decision.measures)),
                ("Priorité", decision.priority.label),
                ("Réexamen", date_fr(decision.reexamine_on) if decision.reexamine_on else ""),
                ("Condition", said.conditions),
            )
        ),
        heading("La suite"),
        facts(
            (
                ("Démarche", step.kind.label if step else ""),
                ("Responsable", ", ".join(part for part in (said.owner, said.organisation) if part)),
                ("Échéance", date_fr(step.due_on) if step else ""),
            )
        ),
        heading("Informer le ménage"),
        text(
            "Dites-lui cette décision, avec ses mots, et notez dans Seuil le jour et la manière. "
            "Sa place dans la file ne dépend ni de ses choix ni de ses recours."
        ),
    ]
    if said.contest_until is not None:
        blocks.append(
            text(f"La décision peut être contestée jusqu’au {date_fr(said.contest_until)}, par son référent.")
        )
    if decision.outcome in (DecisionOutcome.ORIENT, DecisionOutcome.ORIENT_WITH_SUPPORT):
        blocks.append(
            text("Une orientation n’est pas une attribution\u00a0: la structure doit encore répondre.")
        )
    return Sheet(
        f"Décision pour la situation {case.case_ref}",
        OVER_DEMO if said.demo else OVER,
        (f"{said.commission}, {date_fr(decision.decided_on)}",),
        blocks,
        typo(f"Établi le {instant_fr(said.made_at)}"),
        civil_day(said.made_at),
    )


def contest_until(decision: Decision, days: int) -> date:
    """The last day to contest it."""
    return decision.decided_on + timedelta(days=days)


def my_situation(file: CaseFile, informed: Information | None, made_at: datetime, demo: bool) -> Sheet:
    """What will be said of the household, in plain words, to read with it before it is transmitted."""
    social = file.social
    adults = [f"{each.given_name} {each.family_name}" for each in file.persons if each.adult]
    children = [each.given_name for each in file.persons if not each.adult]
    wishes = [each.label for each in social.schemes_wanted]
    told = informed.informed_on if informed else None
    blocks: list[Block] = [
        text(
            "Cette feuille est à vous. Elle dit ce que la commission lira. Vous pouvez la faire corriger, "
            "refuser que votre situation soit examinée, ou changer d’avis plus tard\u00a0: "
            "votre place dans la file reste la même."
        ),
        heading("Votre foyer"),
        facts(
            (
                ("Adultes", ", ".join(adults) or quantite(social.adults, "adulte")),
                (
                    "Enfants",
                    ", ".join(children) or (quantite(social.minors, "enfant") if social.minors else ""),
                ),
                (
                    "Ressources",
                    f"{nombre(social.resources_monthly)}\u00a0€ par mois" if social.resources_monthly else "",
                ),
                (
                    "Loyer possible",
                    f"{nombre(social.rent_effort_max)}\u00a0€ par mois" if social.rent_effort_max else "",
                ),
            )
        ),
        heading("Ce qui sera demandé à la commission"),
        text(social.question_text or (social.question.label if social.question else "Rien n’est écrit ici.")),
        heading("Ce qui sera dit"),
        facts(
            (
                (
                    "Où vous vivez",
                    SITUATIONS[social.situation][1].label if social.situation in SITUATIONS else "",
                ),
                ("Ce que vous souhaitez", social.housing_wish),
                ("Dispositifs souhaités", ", ".join(wishes)),
                ("Ce qui a été tenté", social.attempts),
                ("L’accompagnement en place", social.support_in_place),
                ("Ce qui bloque", social.obstacles),
                ("Logement accessible", "Oui" if social.accessible_needed else ""),
                ("Animal", "Oui" if social.animals else ""),
                ("Besoin d’un accompagnement santé", _said(social.health_support)),
            )
        ),
        heading("Ce qui ne sera pas dit"),
        text(
            "Votre nom, vos dates de naissance, votre téléphone et vos numéros ne sont pas donnés à la "
            "commission."
        ),
        heading("Vos droits"),
        items(
            (
                "Lire votre dossier, le faire corriger, en demander une copie.",
                "Dire vous-même ce que vous souhaitez, par écrit, ou être représenté.",
                "Vous opposer, ou retirer votre accord, à tout moment.",
            )
        ),
    ]
    if told is not None:
        blocks.append(text(f"Vous avez été informé le {date_fr(told)}."))
    return Sheet(
        "Ma situation, telle qu’elle sera présentée",
        OVER_DEMO if demo else OVER,
        (),
        blocks,
        typo(f"Établi le {instant_fr(made_at)}"),
        civil_day(made_at),
    )


def _said(answer: YesNoUnknown) -> str:
    return "" if answer is YesNoUnknown.UNKNOWN else answer.label


def blank_form(made_at: datetime, demo: bool) -> Sheet:
    """The form to fill by hand; the date written on it is the one that counts."""
    hidden = {"unknown", "unmapped", "withheld", "other"}
    return Sheet(
        "Fiche de saisine",
        OVER_DEMO if demo else OVER,
        (
            "À remplir au stylo quand l’ordinateur manque. Le SIAO la saisit à votre nom\u00a0; "
            "la date écrite ici est gardée.",
        ),
        (
            blank("Date de l’entretien"),
            blank("Référent, structure, téléphone professionnel", 2),
            heading("Le ménage"),
            blank("Nom, prénom, date de naissance de chaque personne", 5),
            blank("Numéro unique, SYPLO, DALO ou DAHO, s’ils existent", 2),
            boxes(
                "Le ménage a été informé",
                [each.label for each in InformedHow if each.value not in ("unknown", "could_not_reach")],
            ),
            blank("Le jour, et dans quelle langue"),
            boxes(
                "Le ménage accepte que sa situation soit examinée",
                ("par la commission", "avec des bailleurs", "avec un partenaire de santé", "non"),
            ),
            boxes("Il souhaite", WAYS),
            heading("La situation"),
            blank("Où dort le ménage, depuis quand", 2),
            blank("Ressources par mois, dettes, loyer possible", 2),
            blank("Souhaits\u00a0: lieu, taille, école, travail, soins", 2),
            boxes("Dispositifs envisagés", [each.label for each in Scheme if each.value not in hidden]),
            blank("Ce qui a été tenté, ce qui bloque", 4),
            text(REMINDER),
            heading("La question à la commission"),
            boxes("Question", [each.label for each in Question if each.value not in hidden]),
            blank("En quelques mots", 3),
            boxes("Démarches en cours", [each.label for each in StepKind if each.value not in hidden]),
            blank("Première transmission dans le SI SIAO\u00a0: date et justificatif"),
        ),
        "Une fois saisie, cette fiche est détruite.",
        civil_day(made_at),
    )
