"""Pages of proposals, steps, rulings and appeals; and, with those of homes, all the actions there are."""

from cases.commands import following, ruling, telling
from cases.domain.following import READMIT_CAUSES, Assignment, Outcome, Proposal, Refusal
from cases.domain.reasons import Family
from cases.web.follow_forms import (
    Action,
    AnsweredForm,
    AppealAnswerForm,
    AppealForm,
    CommitteeForm,
    Field,
    ProposalForm,
    ReadmitForm,
    RefusalForm,
    RulingForm,
    SentForm,
    StepDoneForm,
    StepForm,
    ToldForm,
    answers_of,
    day,
    reasons,
)
from cases.web.home_actions import HOME_ACTIONS
from contracts.lists import (
    CommitteeOutcome,
    InformedHow,
    OrientationOrigin,
    RefusedBy,
    Ruling,
    Scheme,
    SenioritySource,
    StepKind,
)
from webui.acting import Keyed

PROPOSAL = "/propositions/{subject}"
ACTIONS: tuple[Action, ...] = (
    Action(
        "/proposer",
        "Proposer à une structure",
        "Proposer",
        "propose",
        "propose",
        "propose",
        ProposalForm,
        (
            Field("select", "scheme", "Dispositif", choices=answers_of(Scheme, "withheld")),
            Field("select", "organisation_id", "Structure ou bailleur", source="organisations"),
            Field("select", "origin", "À l’origine", choices=answers_of(OrientationOrigin)),
            Field(
                "zone",
                "text",
                "Précisions pour la structure",
                "Lues par la structure, dans la page de la situation. Ni santé, ni justice.",
                required=False,
            ),
        ),
        lambda tx, desk, user, case_id, _, d: following.propose(
            tx,
            desk,
            user,
            case_id,
            Proposal(d.cle_idempotence, d.scheme, d.organisation_id, d.origin),
            d.text,
        ),
        "La structure a 72 heures ouvrées pour répondre. Plusieurs propositions peuvent être ouvertes.",
    ),
    Action(
        PROPOSAL + "/accepter",
        "Noter l’acceptation",
        "Noter l’acceptation",
        "accepte",
        "answer_orientation",
        "answer_orientation",
        AnsweredForm,
        (day("answered_on", "Acceptée le"),),
        lambda tx, desk, user, case_id, subject, d: following.accept_orientation(
            tx, desk, user, case_id, subject, d.answered_on
        ),
        "Le ménage est pré-admis. Ce n’est pas encore une attribution. La structure voit alors son identité.",
        "answered_on",
    ),
    Action(
        PROPOSAL + "/refuser",
        "Noter un refus",
        "Noter le refus",
        "refuse",
        "answer_orientation",
        "answer_orientation",
        RefusalForm,
        (
            Field("cards", "by", "Qui refuse", choices=answers_of(RefusedBy)),
            Field(
                "select",
                "reason",
                "Motif",
                "P\u00a0: la structure. M\u00a0: le ménage. I7 ne vaut jamais pour un hébergement.",
                choices=(*reasons(Family.PROVIDER, "I7"), *reasons(Family.HOUSEHOLD)),
            ),
            Field("zone", "note", "Précision", "Article ou faits datés, pour I7 et P11.", required=False),
            day("answered_on", "Refus du"),
        ),
        lambda tx, desk, user, case_id, subject, d: following.refuse_orientation(
            tx, desk, user, case_id, subject, Refusal(d.by, d.reason, d.answered_on, d.note)
        ),
        "L’ancienneté est gardée. Le refus d’un ménage est ensuite qualifié par une autre personne.",
        "answered_on",
    ),
    Action(
        PROPOSAL + "/retirer",
        "Retirer la proposition\u00a0?",
        "Retirer la proposition",
        "retiree-proposition",
        "end_orientation",
        "end_orientation",
        Keyed,
        (),
        lambda tx, desk, user, case_id, subject, d: following.withdraw_orientation(
            tx, desk, user, case_id, subject
        ),
        "La structure ne pourra plus répondre. Elle voit encore la situation pendant trente jours.",
        danger=True,
    ),
    Action(
        PROPOSAL + "/clore",
        "Clore la proposition sans réponse\u00a0?",
        "Clore sans réponse",
        "close-proposition",
        "end_orientation",
        "end_orientation",
        Keyed,
        (),
        lambda tx, desk, user, case_id, subject, d: following.close_overdue_orientation(
            tx, desk, user, case_id, subject
        ),
        "Le délai est passé. Ce n’est pas un refus de la structure, et jamais un refus du ménage.",
        danger=True,
    ),
    Action(
        PROPOSAL + "/commission",
        "Décision de la commission d’attribution",
        "Noter la décision",
        "comite",
        "record_outcome",
        "record_committee",
        CommitteeForm,
        (
            Field("cards", "outcome", "Décision", choices=answers_of(CommitteeOutcome)),
            day("decided_on", "Décidée le"),
            Field("number", "rank", "Rang", "Pour une attribution par ordre de priorité.", required=False),
            Field("date", "condition_due_on", "Condition à remplir avant le", required=False),
        ),
        lambda tx, desk, user, case_id, subject, d: following.record_committee(
            tx,
            desk,
            user,
            case_id,
            subject,
            Outcome(d.outcome, d.decided_on, d.rank, d.condition_due_on),
        ),
        "Quand un rang change, notez la décision à nouveau avec le nouveau rang.",
        "decided_on",
    ),
    Action(
        "/refus/{subject}/qualifier",
        "Qualifier le refus du ménage",
        "Qualifier le refus",
        "qualifie",
        "rule_refusal",
        "rule_refusal",
        RulingForm,
        (
            Field("cards", "ruling", "Ce refus est", choices=answers_of(Ruling)),
            Field(
                "zone", "reason", "Pourquoi", "Obligatoire si le refus est jugé irrecevable.", required=False
            ),
        ),
        lambda tx, desk, user, case_id, subject, d: ruling.rule_refusal(
            tx, desk, user, case_id, d.cle_idempotence, subject, d.ruling, d.reason
        ),
        "Chaque motif est examiné un par un. Seul un refus irrecevable peut faire repartir l’ancienneté, "
        "après le délai de recours et une nouvelle transmission.",
    ),
    Action(
        "/recours",
        "Enregistrer un recours",
        "Enregistrer le recours",
        "recours",
        "lodge_appeal",
        "lodge_appeal",
        AppealForm,
        (
            Field("select", "against", "Contre", source="appealable"),
            day("lodged_on", "Reçu le"),
            Field("zone", "text", "Ce que dit le ménage", required=False),
        ),
        lambda tx, desk, user, case_id, _, d: ruling.lodge_appeal(
            tx, desk, user, case_id, d.cle_idempotence, d.against, d.lodged_on, d.text
        ),
        today="lodged_on",
    ),
    Action(
        "/recours/{subject}/repondre",
        "Répondre au recours",
        "Noter la réponse",
        "recours-repondu",
        "decide_appeal",
        "decide_appeal",
        AppealAnswerForm,
        (
            Field(
                "cards",
                "upheld",
                "Réponse",
                choices=(("oui", "Le recours est accueilli"), ("non", "La décision est maintenue")),
            ),
            day("decided_on", "Décidé le"),
            Field("zone", "reason", "Pourquoi", required=False),
        ),
        lambda tx, desk, user, case_id, subject, d: ruling.decide_appeal(
            tx, desk, user, case_id, subject, d.upheld == "oui", d.decided_on, d.reason
        ),
        "Qui a pris la décision contestée ne répond pas au recours.",
        "decided_on",
    ),
    Action(
        "/demarches/nouvelle",
        "Confier une démarche",
        "Confier la démarche",
        "demarche",
        "assign_step",
        "assign_step",
        StepForm,
        (
            Field("select", "kind", "Démarche", choices=answers_of(StepKind)),
            Field("select", "organisation_id", "Structure", source="organisations"),
            Field("select", "owner_id", "Personne", required=False, source="people"),
            day("due_on", "Avant le"),
            Field(
                "zone",
                "text",
                "Ce qu’il y a à faire",
                "La personne lit ce texte et la référence, sans ouvrir le dossier\u00a0: ni nom, ni santé.",
                required=False,
            ),
        ),
        lambda tx, desk, user, case_id, _, d: following.assign_step(
            tx,
            desk,
            user,
            case_id,
            Assignment(d.cle_idempotence, d.kind, d.organisation_id, d.due_on, d.owner_id),
            d.text,
        ),
    ),
    Action(
        "/demarches/{subject}/clore",
        "Noter ce qui a été fait",
        "Noter",
        "demarche-close",
        "close_step",
        "close_step",
        StepDoneForm,
        (
            Field("cards", "done", "Cette démarche est", choices=(("oui", "Faite"), ("non", "Abandonnée"))),
            day("closed_on", "Le"),
        ),
        lambda tx, desk, user, case_id, subject, d: following.close_step(
            tx, desk, user, case_id, subject, done=d.done == "oui", closed_on=d.closed_on
        ),
        today="closed_on",
    ),
    Action(
        "/reexaminer",
        "Renvoyer en commission",
        "Renvoyer en commission",
        "reexamen",
        "readmit",
        "readmit",
        ReadmitForm,
        (
            Field(
                "select",
                "cause",
                "Pourquoi",
                choices=tuple((each.value, each.label) for each in READMIT_CAUSES),
            ),
            Field("date", "not_before_on", "Pas avant le", required=False),
            Field("zone", "reason", "Précision pour la commission", required=False),
        ),
        lambda tx, desk, user, case_id, _, d: following.readmit_case(
            tx, desk, user, case_id, d.cause, d.reason, d.not_before_on
        ),
        "La situation revient dans la file, à son rang.",
    ),
    Action(
        "/informer",
        "Noter que le ménage est informé",
        "Noter",
        "informe",
        "inform_household",
        "inform_household",
        ToldForm,
        (
            Field("select", "about", "De quoi", source="events"),
            Field("cards", "how", "Comment", choices=answers_of(InformedHow)),
            day("informed_on", "Le"),
        ),
        lambda tx, desk, user, case_id, _, d: telling.inform_household(
            tx, desk, user, case_id, d.about, d.how, d.informed_on
        ),
        "Dites-lui aussi comment contester\u00a0: deux mois, auprès de la coordination.",
        "informed_on",
    ),
    Action(
        "/transmission",
        "Noter la nouvelle transmission",
        "Noter la transmission",
        "transmission",
        "correct_seniority",
        "transmit_again",
        SentForm,
        (
            day("sent_on", "Transmise à nouveau dans le SI SIAO le"),
            Field("select", "source", "D’après", choices=answers_of(SenioritySource)),
        ),
        lambda tx, desk, user, case_id, _, d: ruling.transmit_again(
            tx, desk, user, case_id, d.sent_on, d.source
        ),
        "Le refus irrecevable a pris effet\u00a0: l’ancienneté repart de cette date.",
    ),
    *HOME_ACTIONS,
)
"""Every page of an action, one line of the address each."""
