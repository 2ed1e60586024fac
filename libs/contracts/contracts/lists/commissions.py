"""Closed lists of commissions, sign-ups, panels, people and messages."""

from contracts.lists.closed import ClosedList

NOT_SAID = "Non précisé"


class CommissionType(ClosedList):
    LDA_PLENARY = "lda_plenary", "Commission Logement d’abord, plénière"
    LDA_PANEL = "lda_panel", "Commission Logement d’abord, examen de situations"
    CTT = "ctt", "Commission technique territoriale"
    DALO_FOLLOWUP = "dalo_followup", "Suivi des décisions DALO"
    UNKNOWN = "unknown", NOT_SAID


class Part(ClosedList):
    PLENARY = "plenary", "Plénière"
    WORKSHOPS = "workshops", "Ateliers"
    PANEL = "panel", "Examen de situations"
    UNKNOWN = "unknown", NOT_SAID


class CommissionField(ClosedList):
    CAPACITY = "capacity", "Nombre de places"
    PARTS = "parts", "Déroulé"
    WINDOW = "window", "Dates d’inscription"
    CASE_DEADLINE = "case_deadline", "Date limite de dépôt des dossiers"
    WORKSHOPS = "workshops", "Ateliers"
    PLACE = "place", "Lieu"
    VIDEO = "video", "Lien de visioconférence"
    TITLE = "title", "Intitulé"
    UNKNOWN = "unknown", NOT_SAID


class RescheduleReason(ClosedList):
    ROOM = "room", "Salle indisponible"
    DATE_CLASH = "date_clash", "Une autre réunion tombait ce jour-là"
    QUORUM = "quorum", "Trop peu de membres présents"
    WEATHER = "weather", "Intempéries"
    ORGANISER = "organiser", "Empêchement de l’organisateur"
    OTHER = "other", "Autre raison"
    UNKNOWN = "unknown", NOT_SAID


class CancelReason(ClosedList):
    ORGANISER = "organiser", "Empêchement de l’organisateur"
    TOO_FEW = "too_few", "Trop peu d’inscrits"
    NO_QUORUM = "no_quorum", "Trop peu de membres présents"
    WEATHER = "weather", "Intempéries"
    OTHER = "other", "Autre raison"
    UNKNOWN = "unknown", NOT_SAID


class MemberReason(ClosedList):
    LEFT_ORGANISATION = "left_organisation", "A quitté sa structure"
    REPLACED = "replaced", "Remplacé par une autre personne"
    UNDERTAKING_WITHDRAWN = "undertaking_withdrawn", "Engagement de confidentialité retiré"
    ASKED = "asked", "À sa demande"
    ERROR = "error", "Désignation faite par erreur"
    UNKNOWN = "unknown", NOT_SAID


class Seat(ClosedList):
    SIAO = "siao", "SIAO"
    STATE = "state", "État"
    DEPARTMENT = "department", "Département"
    LOCAL_AUTHORITY = "local_authority", "Commune ou intercommunalité"
    LANDLORD = "landlord", "Bailleur social"
    SHELTER = "shelter", "Hébergement"
    IML = "iml", "Intermédiation locative"
    SUPPORTED_HOUSING = "supported_housing", "Logement accompagné"
    HEALTH = "health", "Santé"
    CHILD_PROTECTION = "child_protection", "Protection de l’enfance"
    PROBATION = "probation", "Insertion et probation"
    REFERRER = "referrer", "Travailleur social référent"
    EXPERT = "expert", "Personne qualifiée"
    UNKNOWN = "unknown", NOT_SAID


class Pack(ClosedList):
    FULL = "full", "Dossier complet"
    SOCIAL = "social", "Partie sociale"
    LANDLORD = "landlord", "Ce qu’il faut au bailleur"
    HEALTH_YES_NO = "health_yes_no", "Besoin d’accompagnement santé : oui ou non"
    UNKNOWN = "unknown", NOT_SAID


class LinkPurpose(ClosedList):
    SIGN_IN = "sign_in", "Se connecter"
    PROVE_ADDRESS = "prove_address", "Confirmer son adresse"
    PARTICIPATION = "participation", "Gérer son inscription"
    UNKNOWN = "unknown", NOT_SAID


class ByWhom(ClosedList):
    SELF = "self", "La personne elle-même"
    COLLEAGUE = "colleague", "Un ou une collègue"
    COORDINATOR = "coordinator", "La coordination"
    IMPORT = "import", "Une reprise de données"
    UNKNOWN = "unknown", NOT_SAID


class SeatCause(ClosedList):
    DIRECT = "direct", "Place disponible à l’inscription"
    OFFER_ACCEPTED = "offer_accepted", "Place proposée et acceptée"
    COORDINATOR = "coordinator", "Placée par la coordination"
    CAPACITY_RAISED = "capacity_raised", "Places ajoutées"
    WALK_IN = "walk_in", "Venue sans inscription"
    UNKNOWN = "unknown", NOT_SAID


class FreedBy(ClosedList):
    CANCELLATION = "cancellation", "Une annulation"
    EXPIRY = "expiry", "Une place proposée restée sans réponse"
    LAPSED = "lapsed", "Une adresse non confirmée"
    CAPACITY_RAISED = "capacity_raised", "Des places ajoutées"
    SECOND_LEAVE = "second_leave", "Un changement d’atelier"
    COORDINATOR = "coordinator", "La coordination"
    UNKNOWN = "unknown", NOT_SAID


class DeclinedHow(ClosedList):
    REFUSED = "refused", "Place refusée"
    EXPIRED = "expired", "Sans réponse dans le délai"
    WITHDRAWN = "withdrawn", "Proposition retirée"
    UNKNOWN = "unknown", NOT_SAID


class Attendance(ClosedList):
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    EXCUSED = "excused", "Excusé"
    REPRESENTED = "represented", "Représenté"
    UNKNOWN = "unknown", NOT_SAID


class Via(ClosedList):
    DESK = "desk", "À l’accueil"
    QR = "qr", "Avec le code de la convocation"
    SHEET = "sheet", "Sur la feuille d’émargement"
    CORRECTION = "correction", "Corrigé après la séance"
    UNKNOWN = "unknown", NOT_SAID


class Role(ClosedList):
    REFERRER = "referrer", "Référent"
    SIAO_AGENT = "siao_agent", "Agent du SIAO"
    COORDINATOR = "coordinator", "Coordination"
    CHAIR = "chair", "Présidence de commission"
    ORG_ADMIN = "org_admin", "Administration d’une structure"
    STATE = "state", "Services de l’État"
    OPERATOR = "operator", "Exploitation"
    DATA_OFFICER = "data_officer", "Protection des données"
    UNKNOWN = "unknown", NOT_SAID


class OrgKind(ClosedList):
    SIAO = "siao", "SIAO"
    LANDLORD = "landlord", "Bailleur social"
    IML_OPERATOR = "iml_operator", "Intermédiation locative"
    SHELTER = "shelter", "Hébergement"
    SUPPORTED_HOUSING = "supported_housing", "Logement accompagné"
    STATE = "state", "Services de l’État"
    LOCAL_AUTHORITY = "local_authority", "Collectivité"
    HEALTH = "health", "Santé"
    ASSOCIATION = "association", "Association"
    OTHER = "other", "Autre structure"
    UNKNOWN = "unknown", NOT_SAID


class Assurance(ClosedList):
    MAIL_LINK = "mail_link", "Lien reçu par mail"
    TWO_FACTOR = "two_factor", "Lien reçu par mail et second facteur"
    OIDC_TWO_FACTOR = "oidc_two_factor", "Fournisseur d’identité et second facteur"
    UNKNOWN = "unknown", NOT_SAID


class AccountState(ClosedList):
    ACTIVE = "active", "Actif"
    DISABLED = "disabled", "Désactivé"
    UNKNOWN = "unknown", NOT_SAID


class EmailKind(ClosedList):
    PERSONAL = "personal", "Adresse nominative"
    SHARED = "shared", "Boîte partagée"
    UNKNOWN = "unknown", NOT_SAID


class Failure(ClosedList):
    MAILBOX_FULL = "mailbox_full", "Boîte pleine"
    UNKNOWN_ADDRESS = "unknown_address", "Adresse inconnue"
    REFUSED_CONTENT = "refused_content", "Message refusé par la messagerie"
    GREYLISTED_OUT = "greylisted_out", "Messagerie restée en attente trop longtemps"
    DOMAIN_UNKNOWN = "domain_unknown", "Domaine inconnu"
    OUR_FAULT = "our_fault", "Panne de notre côté"
    COMPLAINT = "complaint", "Signalé comme indésirable"
    UNKNOWN = "unknown", NOT_SAID


class DropCause(ClosedList):
    STALE = "stale", "Trop tard pour être utile"
    PREFERENCE = "preference", "La personne ne souhaite pas ces messages"
    SUSPENDED_ADDRESS = "suspended_address", "Adresse suspendue après des échecs"
    ERASED_PERSON = "erased_person", "Personne effacée"
    REHEARSAL = "rehearsal", "Répétition : rien ne part"
    UNKNOWN = "unknown", NOT_SAID


class Category(ClosedList):
    ESSENTIAL = "essential", "Indispensable"
    CASE = "case", "Dossiers"
    COMMISSION = "commission", "Commissions"
    DIGEST = "digest", "Récapitulatif"
    PARTNER = "partner", "Partenaires"
    UNKNOWN = "unknown", NOT_SAID
