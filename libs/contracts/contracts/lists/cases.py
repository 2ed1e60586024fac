"""Closed lists of household situations: files, decisions, orientations, allocations and what ends them."""

from contracts.lists.closed import ClosedList

NOT_SAID = "Non précisé"


class Measure(ClosedList):
    AVDL = "avdl", "AVDL"
    ASLL = "asll", "ASLL"
    FSL = "fsl", "FSL"
    ALJ = "alj", "ALJ"
    AHM = "ahm", "AHM"
    AEL = "ael", "AEL"
    OTHER = "other", "Autre mesure"
    UNKNOWN = "unknown", NOT_SAID


class Priority(ClosedList):
    DALO = "dalo", "DALO"
    DAHO = "daho", "DAHO"
    SYPLO = "syplo", "SYPLO"
    PDALHPD = "pdalhpd", "PDALHPD"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", "Code du partenaire à rattacher"


class Question(ClosedList):
    WHICH_SCHEME = "which_scheme", "Vers quel dispositif orienter"
    BLOCKED_ALLOCATION = "blocked_allocation", "Attribution bloquée"
    REPEATED_REFUSALS = "repeated_refusals", "Refus répétés"
    SUPPORT_NEEDED = "support_needed", "Accompagnement à trouver"
    EXIT_FROM_SHELTER = "exit_from_shelter", "Sortie d’hébergement"
    OTHER = "other", "Autre question"
    UNKNOWN = "unknown", NOT_SAID


class DecisionOutcome(ClosedList):
    ORIENT = "orient", "Orientation"
    ORIENT_WITH_SUPPORT = "orient_with_support", "Orientation avec accompagnement"
    REQUEST_LABEL = "request_label", "Labellisation à demander"
    CALL_PARTNER = "call_partner", "Partenaire à relancer"
    SUPPORT_ONLY = "support_only", "Accompagnement seul"
    REEXAMINE_ON = "reexamine_on", "Réexamen à une date"
    OUT_OF_SCOPE = "out_of_scope", "Hors champ"
    WITHDRAWN = "withdrawn", "Retrait de la saisine"
    UNKNOWN = "unknown", NOT_SAID


class DecisionPriority(ClosedList):
    HIGH = "high", "Prioritaire"
    NORMAL = "normal", "Ordinaire"
    LOW = "low", "Différée"
    UNKNOWN = "unknown", NOT_SAID


class CancelGroup(ClosedList):
    OTHER_SOLUTION = "other_solution", "Autre solution trouvée"
    LEFT_TERRITORY = "left_territory", "Départ du territoire"
    HOUSEHOLD_CHANGED = "household_changed", "Ménage séparé ou recomposé"
    ENDED = "ended", "Demande sans objet"
    NOT_REFRESHED = "not_refreshed", "Demande non actualisée"
    HOUSEHOLD_ASKED = "household_asked", "À la demande du ménage"
    ERROR = "error", "Erreur de saisie"
    UNKNOWN = "unknown", NOT_SAID


class MissingItem(ClosedList):
    IDENTITY = "identity", "Identité des personnes"
    COMPOSITION = "composition", "Composition du ménage"
    RESOURCES = "resources", "Ressources"
    RIGHTS = "rights", "Droits ouverts"
    NUR = "nur", "Numéro unique"
    NUR_EXPIRED = "nur_expired", "Numéro unique à renouveler"
    SYPLO = "syplo", "Inscription SYPLO"
    DALO = "dalo", "Recours DALO ou DAHO"
    HOUSING_HISTORY = "housing_history", "Parcours résidentiel"
    SUPPORT_PLAN = "support_plan", "Accompagnement en place"
    AGREEMENT = "agreement", "Accord du ménage"
    QUESTION = "question", "Question à la commission"
    UNKNOWN = "unknown", NOT_SAID


class CaseState(ClosedList):
    SUBMITTED = "submitted", "Transmis"
    INCOMPLETE = "incomplete", "À compléter"
    REJECTED = "rejected", "Non recevable"
    ADMISSIBLE = "admissible", "Recevable"
    SCHEDULED = "scheduled", "À l’ordre du jour"
    EXAMINED = "examined", "Examiné"
    IN_FOLLOW_UP = "in_follow_up", "Décision en cours"
    PLACED = "placed", "Attribution faite"
    HOUSED = "housed", "Entré dans les lieux"
    CLOSED = "closed", "Clos"
    CANCELLED = "cancelled", "Annulé"
    UNKNOWN = "unknown", NOT_SAID


class CommitteeOutcome(ClosedList):
    A = "a", "Attribution"
    B = "b", "Attribution avec rang"
    C = "c", "Attribution sous condition"
    D = "d", "Non-attribution"
    E = "e", "Irrecevabilité"
    UNKNOWN = "unknown", NOT_SAID


class DwellingSize(ClosedList):
    ROOM = "room", "Chambre"
    T1 = "T1", "T1"
    T1BIS = "T1bis", "T1 bis"
    T2 = "T2", "T2"
    T3 = "T3", "T3"
    T4 = "T4", "T4"
    T5 = "T5", "T5"
    T6_PLUS = "T6_plus", "T6 ou plus"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", "Code du partenaire à rattacher"


class OrientationOrigin(ClosedList):
    COMMISSION = "commission", "Commission"
    SIAO = "siao", "SIAO"
    LANDLORD_VACANCY = "landlord_vacancy", "Logement proposé par un bailleur"
    RESERVATION_HOLDER = "reservation_holder", "Réservataire"
    UNKNOWN = "unknown", NOT_SAID


class RefusedBy(ClosedList):
    PROVIDER = "provider", "La structure"
    HOUSEHOLD = "household", "Le ménage"
    UNKNOWN = "unknown", NOT_SAID


class EndCause(ClosedList):
    WITHDRAWN = "withdrawn", "Proposition retirée"
    SUPERSEDED = "superseded", "Une autre proposition a abouti"
    OVERDUE_CLOSED = "overdue_closed", "Close sans réponse"
    FULFILLED = "fulfilled", "Aboutie"
    COMMISSION_CHANGED = "commission_changed", "Changée par la commission"
    UNKNOWN = "unknown", NOT_SAID


class SenioritySource(ClosedList):
    SI_SIAO_FILE = "si_siao_file", "Fichier du SI SIAO"
    SI_SIAO_PROOF = "si_siao_proof", "Justificatif du SI SIAO"
    SNE = "sne", "Système national d’enregistrement"
    SEUIL = "seuil", "Date de transmission dans Seuil"
    UNKNOWN = "unknown", NOT_SAID


class SeniorityCause(ClosedList):
    FIRST_TRANSMISSION = "first_transmission", "Première transmission"
    RESET = "reset", "Repart après un refus jugé irrecevable"
    CORRECTED = "corrected", "Date corrigée"
    SPLIT = "split", "Ménage séparé"
    UNKNOWN = "unknown", NOT_SAID


class Ruling(ClosedList):
    ADMISSIBLE = "admissible", "Refus recevable"
    INADMISSIBLE = "inadmissible", "Refus irrecevable"
    TO_EXAMINE = "to_examine", "À examiner"
    UNKNOWN = "unknown", NOT_SAID


class OfferAnswer(ClosedList):
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    NO_ANSWER = "no_answer", "Sans réponse"
    UNKNOWN = "unknown", NOT_SAID


class Heard(ClosedList):
    NOT_ASKED = "not_asked", "Non sollicité"
    NOT_WISHED = "not_wished", "N’a pas souhaité s’exprimer"
    WRITTEN = "written", "S’est exprimé par écrit"
    REPRESENTED = "represented", "Représenté"
    PRESENT = "present", "Présent"
    UNKNOWN = "unknown", NOT_SAID


class PostponeCause(ClosedList):
    COORDINATOR = "coordinator", "Retiré par la coordination"
    NO_TIME = "no_time", "Temps écoulé"
    NO_QUORUM = "no_quorum", "Quorum non atteint"
    REFERRER_ABSENT = "referrer_absent", "Référent absent"
    COMMISSION_MOVED = "commission_moved", "Commission déplacée"
    COMMISSION_CANCELLED = "commission_cancelled", "Commission annulée"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn", "Accord du ménage retiré"
    UNKNOWN = "unknown", NOT_SAID


class AdmitCause(ClosedList):
    COMPLETE = "complete", "Dossier complet"
    APPEAL = "appeal", "Recours accueilli"
    PROVIDER_REFUSALS = "provider_refusals", "Refus répétés des structures"
    REEXAMINATION = "reexamination", "Réexamen"
    UNKNOWN = "unknown", NOT_SAID


class EraseGround(ClosedList):
    TWO_YEARS = "two_years", "Deux ans sans contact"
    REQUEST = "request", "Demande d’effacement"
    OBJECTION = "objection", "Opposition"
    ERROR = "error", "Erreur"
    COURT = "court", "Décision de justice"
    UNKNOWN = "unknown", NOT_SAID


class CloseResult(ClosedList):
    HOUSED = "housed", "Ménage logé"
    OTHER_SOLUTION = "other_solution", "Autre solution"
    NO_SOLUTION = "no_solution", "Sans solution"
    OUT_OF_SCOPE = "out_of_scope", "Hors champ"
    WITHDRAWN = "withdrawn", "Saisine retirée"
    UNKNOWN = "unknown", NOT_SAID


class StepKind(ClosedList):
    REQUEST_SYPLO_LABEL = "request_syplo_label", "Demander la labellisation SYPLO"
    RENEW_NUR = "renew_nur", "Renouveler la demande de logement social"
    DALO_APPEAL = "dalo_appeal", "Déposer un recours DALO"
    CONTACT_PARTNER = "contact_partner", "Relancer un partenaire"
    SUPPORT_REQUEST = "support_request", "Demander un accompagnement"
    COMPLETE_FILE = "complete_file", "Compléter le dossier"
    VISIT = "visit", "Organiser une visite"
    OTHER = "other", "Autre démarche"
    UNKNOWN = "unknown", NOT_SAID


class StepResult(ClosedList):
    DONE = "done", "Faite"
    DROPPED = "dropped", "Abandonnée"
    DONE_LATE = "done_late", "Faite en retard"
    UNKNOWN = "unknown", NOT_SAID


class TransferCause(ClosedList):
    LEFT_ORGANISATION = "left_organisation", "Départ de la structure"
    MOVED_SERVICE = "moved_service", "Changement de service"
    HOUSEHOLD_ASKED = "household_asked", "À la demande du ménage"
    ABSENCE = "absence", "Absence"
    UNKNOWN = "unknown", NOT_SAID


class InformedHow(ClosedList):
    IN_PERSON = "in_person", "En entretien"
    PHONE = "phone", "Par téléphone"
    LETTER = "letter", "Par courrier"
    INTERPRETER = "interpreter", "Avec un interprète"
    THROUGH_GUARDIAN = "through_guardian", "Par le tuteur ou le curateur"
    COULD_NOT_REACH = "could_not_reach", "Pas encore joint"
    UNKNOWN = "unknown", NOT_SAID


class Clock(ClosedList):
    CONTACT = "contact", "Dernier contact"
    PROVIDER_ANSWER = "provider_answer", "Réponse de la structure"
    REFRESH = "refresh", "Actualisation"
    NONE = "none", "Aucun délai"
    UNKNOWN = "unknown", NOT_SAID


class LeaseKind(ClosedList):
    LEASE = "lease", "Bail"
    SUBLEASE = "sublease", "Sous-location"
    OCCUPANCY_AGREEMENT = "occupancy_agreement", "Convention d’occupation"
    SLIDING_LEASE = "sliding_lease", "Bail glissant"
    UNKNOWN = "unknown", NOT_SAID


class AllocationCancel(ClosedList):
    HOUSEHOLD_REFUSED = "household_refused", "Refus du ménage"
    NO_ANSWER = "no_answer", "Sans réponse du ménage"
    CONDITION_UNMET = "condition_unmet", "Condition non remplie"
    DWELLING_WITHDRAWN = "dwelling_withdrawn", "Logement retiré"
    RANK_NOT_REACHED = "rank_not_reached", "Rang non atteint"
    ERROR = "error", "Erreur"
    UNKNOWN = "unknown", NOT_SAID


class ReportedBy(ClosedList):
    LANDLORD = "landlord", "Bailleur"
    PROVIDER = "provider", "Structure"
    SIAO = "siao", "SIAO"
    REFERRER = "referrer", "Référent"
    IMPORT = "import", "Reprise de données"
    UNKNOWN = "unknown", NOT_SAID


class YesNoUnknown(ClosedList):
    YES = "yes", "Oui"
    NO = "no", "Non"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", "Code du partenaire à rattacher"
