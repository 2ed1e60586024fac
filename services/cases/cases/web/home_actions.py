"""Pages from the allocation to the keys and after."""

from dataclasses import replace
from uuid import UUID

from cases.commands import allocating
from cases.domain.allocating import Placing
from cases.domain.reasons import Family
from cases.web.follow_forms import (
    Action,
    CancelForm,
    CheckForm,
    CorrectionForm,
    DirectForm,
    EntryForm,
    Field,
    HomeForm,
    LeaseForm,
    OfferForm,
    answers_of,
    day,
    reasons,
)
from contracts.lists import AllocationCancel, DwellingSize, LeaseKind, OfferAnswer, Quota, ReportedBy, Scheme


def _placing(allocation_id: UUID, orientation_id: UUID | None, data: HomeForm) -> Placing:
    return Placing(
        allocation_id=allocation_id,
        decided_on=data.decided_on,
        orientation_id=orientation_id,
        quota=data.quota,
        territory_cell=data.territory_cell,
        dwelling_size=data.dwelling_size,
        reported_by=data.reported_by,
        condition_met=data.condition_met,
    )


PROPOSAL, ALLOCATION = "/propositions/{subject}", "/attributions/{subject}"
HOME = (
    Field("select", "quota", "Contingent", choices=answers_of(Quota)),
    Field(
        "text",
        "territory_cell",
        "Commune du logement, code INSEE",
        "Cinq chiffres, par exemple 59350. Laissez vide si elle n’est pas connue.",
        required=False,
    ),
    Field("select", "dwelling_size", "Taille du logement", required=False, choices=answers_of(DwellingSize)),
    Field("select", "reported_by", "Annoncée par", choices=answers_of(ReportedBy)),
)
HOME_ACTIONS: tuple[Action, ...] = (
    Action(
        "/attribuer",
        "Enregistrer une attribution hors proposition",
        "Enregistrer l’attribution",
        "attribue",
        "propose",
        "record_allocation",
        DirectForm,
        (
            Field("select", "scheme", "Dispositif", choices=answers_of(Scheme, "withheld")),
            Field("select", "organisation_id", "Structure ou bailleur", source="organisations"),
            day("decided_on", "Décidée le"),
            *HOME,
        ),
        lambda tx, desk, user, case_id, _, d: allocating.record_allocation(
            tx,
            desk,
            user,
            case_id,
            replace(_placing(d.cle_idempotence, None, d), scheme=d.scheme, organisation_id=d.organisation_id),
        ),
        "Le ménage est logé par une autre voie. Les propositions ouvertes se terminent avec elle.",
        "decided_on",
    ),
    Action(
        PROPOSAL + "/attribuer",
        "Enregistrer l’attribution",
        "Enregistrer l’attribution",
        "attribue",
        "record_outcome",
        "record_allocation",
        HomeForm,
        (
            day("decided_on", "Décidée le"),
            *HOME,
            Field("tick", "condition_met", "La condition est remplie", required=False),
        ),
        lambda tx, desk, user, case_id, subject, d: allocating.record_allocation(
            tx, desk, user, case_id, _placing(d.cle_idempotence, subject, d)
        ),
        "Les autres propositions ouvertes se terminent avec elle. Le ménage a ensuite dix jours.",
        "decided_on",
    ),
    Action(
        ALLOCATION + "/corriger",
        "Corriger l’attribution",
        "Corriger",
        "attribution-corrigee",
        "correct_allocation",
        "correct_allocation",
        CorrectionForm,
        (day("decided_on", "Décidée le"), *HOME, Field("text", "reason", "Pourquoi la corriger")),
        lambda tx, desk, user, case_id, subject, d: allocating.correct_allocation(
            tx, desk, user, case_id, _placing(subject, None, d), d.reason
        ),
        "Dites l’attribution entière, telle qu’elle est. Le bail et l’entrée sont gardés.",
    ),
    Action(
        ALLOCATION + "/reponse",
        "Réponse du ménage",
        "Noter la réponse",
        "offre",
        "record_outcome",
        "answer_offer",
        OfferForm,
        (
            Field("cards", "answer", "Réponse", choices=answers_of(OfferAnswer)),
            day("answered_on", "Le"),
            Field(
                "select",
                "reason",
                "Motif, si le ménage refuse",
                required=False,
                choices=reasons(Family.HOUSEHOLD),
            ),
            Field("zone", "note", "Ce que le ménage en dit", required=False),
        ),
        lambda tx, desk, user, case_id, subject, d: allocating.answer_offer(
            tx, desk, user, case_id, subject, d.answer, d.answered_on, d.reason, d.note
        ),
        "Le silence n’est jamais noté tout seul\u00a0: une personne le qualifie, passé le délai.",
        "answered_on",
    ),
    Action(
        ALLOCATION + "/bail",
        "Bail signé",
        "Noter la signature",
        "bail",
        "record_outcome",
        "sign_lease",
        LeaseForm,
        (
            Field("cards", "lease_kind", "Contrat", choices=answers_of(LeaseKind)),
            day("signed_on", "Signé le"),
        ),
        lambda tx, desk, user, case_id, subject, d: allocating.sign_lease(
            tx, desk, user, case_id, subject, d.lease_kind, d.signed_on
        ),
        today="signed_on",
    ),
    Action(
        ALLOCATION + "/entree",
        "Entrée dans les lieux",
        "Noter l’entrée",
        "entre",
        "record_outcome",
        "enter",
        EntryForm,
        (day("entered_on", "Clés remises le"),),
        lambda tx, desk, user, case_id, subject, d: allocating.enter_home(
            tx, desk, user, case_id, subject, d.entered_on
        ),
        today="entered_on",
    ),
    Action(
        ALLOCATION + "/annuler",
        "Annuler l’attribution\u00a0?",
        "Annuler l’attribution",
        "attribution-annulee",
        "record_outcome",
        "cancel_allocation",
        CancelForm,
        (
            Field("select", "cause", "Pourquoi", choices=answers_of(AllocationCancel)),
            day("cancelled_on", "Le"),
            Field("zone", "note", "Précision", required=False),
        ),
        lambda tx, desk, user, case_id, subject, d: allocating.cancel_allocation(
            tx, desk, user, case_id, subject, d.cause, d.cancelled_on, d.note
        ),
        "La situation reste suivie. Les propositions terminées ne sont pas rouvertes.",
        "cancelled_on",
        danger=True,
    ),
    Action(
        ALLOCATION + "/point",
        "Le ménage y habite-t-il toujours\u00a0?",
        "Noter le point",
        "point",
        "record_outcome",
        "check_tenancy",
        CheckForm,
        (
            Field("cards", "month", "Point", choices=(("6", "À six mois"), ("12", "À douze mois"))),
            Field(
                "cards",
                "still_housed",
                "Toujours dans les lieux",
                choices=(("yes", "Oui"), ("no", "Non"), ("unknown", "On ne sait pas")),
            ),
            day("checked_on", "Vérifié le"),
        ),
        lambda tx, desk, user, case_id, subject, d: allocating.check_tenancy(
            tx, desk, user, case_id, subject, d.month, d.still_housed, d.checked_on
        ),
        today="checked_on",
    ),
)
"""One line of the address each."""
