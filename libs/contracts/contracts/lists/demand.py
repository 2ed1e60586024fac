"""Closed lists of what partners report: calls, requests, answers, supply, allocations, figures."""

from contracts.lists.closed import ClosedList

NOT_SAID = "Non précisé"
NOT_MAPPED = "Code du partenaire à rattacher"
WITHHELD = "Non communiqué"


class Door(ClosedList):
    CALL_115 = "call_115", "115"
    OUTREACH = "outreach", "Maraude"
    DAY_CENTRE = "day_centre", "Accueil de jour"
    SIAO = "siao", "SIAO"
    REFERRER = "referrer", "Référent"
    OTHER = "other", "Autre porte d’entrée"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Composition(ClosedList):
    MAN_ALONE = "man_alone", "Homme seul"
    WOMAN_ALONE = "woman_alone", "Femme seule"
    COUPLE = "couple", "Couple"
    SINGLE_PARENT = "single_parent", "Parent seul avec enfants"
    COUPLE_WITH_CHILDREN = "couple_with_children", "Couple avec enfants"
    OTHER_FAMILY = "other_family", "Autre famille"
    ADULTS_GROUP = "adults_group", "Groupe d’adultes"
    CHILDREN_ONLY = "children_only", "Mineurs sans adulte"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class SituationGroup(ClosedList):
    STREET = "street", "À la rue ou abri de fortune"
    NIGHT_SHELTER_OR_WINTER = "night_shelter_or_winter", "Abri de nuit ou place hivernale"
    EMERGENCY_SHELTER = "emergency_shelter", "Hébergement d’urgence"
    SHELTER = "shelter", "Hébergement d’insertion"
    HOTEL = "hotel", "Hôtel"
    THIRD_PARTY = "third_party", "Hébergé par un tiers"
    INSTITUTION = "institution", "Sortie d’institution"
    STATE_RECEPTION = "state_reception", "Dispositif national d’accueil"
    SUPPORTED_HOUSING = "supported_housing", "Logement accompagné"
    TENANT_OR_OWNER = "tenant_or_owner", "Locataire ou propriétaire"
    EVICTION = "eviction", "Expulsion en cours"
    OTHER = "other", "Autre situation"
    WITHHELD = "withheld", WITHHELD
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class NeedGroup(ClosedList):
    NO_HOUSING = "no_housing", "Sans logement"
    END_OF_STAY = "end_of_stay", "Fin de prise en charge"
    EVICTION = "eviction", "Expulsion"
    INADEQUATE_HOUSING = "inadequate_housing", "Logement inadapté ou insalubre"
    LANDLORD_TAKES_BACK = "landlord_takes_back", "Logement repris par le propriétaire"
    FAMILY_CHANGE = "family_change", "Changement familial"
    ARRIVAL_OR_MOVE = "arrival_or_move", "Arrivée ou déménagement"
    RESOURCES = "resources", "Ressources insuffisantes"
    CAMP_CLEARED = "camp_cleared", "Évacuation d’un lieu de vie"
    OTHER = "other", "Autre motif"
    WITHHELD = "withheld", WITHHELD
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Scheme(ClosedList):
    SOCIAL_HOUSING = "social_housing", "Logement social"
    IML_SUBLET = "iml_sublet", "Intermédiation locative, sous-location"
    IML_MANDATE = "iml_mandate", "Intermédiation locative, mandat de gestion"
    SLIDING_LEASE = "sliding_lease", "Bail glissant"
    PENSION_FAMILLE = "pension_famille", "Pension de famille"
    RESIDENCE_ACCUEIL = "residence_accueil", "Résidence accueil"
    RESIDENCE_SOCIALE = "residence_sociale", "Résidence sociale"
    FJT_RHJ = "fjt_rhj", "Foyer de jeunes travailleurs, résidence habitat jeunes"
    FTM = "ftm", "Foyer de travailleurs migrants"
    CHRS = "chrs", "CHRS"
    EMERGENCY_SHELTER = "emergency_shelter", "Hébergement d’urgence"
    STABILISATION = "stabilisation", "Stabilisation"
    HOTEL = "hotel", "Hôtel"
    ALT = "alt", "Logement temporaire (ALT)"
    PRIVATE_RENTAL = "private_rental", "Location privée"
    OTHER = "other", "Autre dispositif"
    WITHHELD = "withheld", WITHHELD
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class ReasonGroup(ClosedList):
    NO_PLACE = "no_place", "Pas de place"
    PROFILE = "profile", "Profil non accueilli"
    RESOURCES = "resources", "Ressources"
    DEBT_OR_HISTORY = "debt_or_history", "Dette ou antécédent locatif"
    SUPPORT_MISSING = "support_missing", "Accompagnement manquant"
    FILE = "file", "Dossier à compléter"
    OTHER_CANDIDATE = "other_candidate", "Autre ménage retenu"
    OTHER_PROVIDER = "other_provider", "Autre structure trouvée"
    COMMITTEE = "committee", "Commission d’attribution"
    DEADLINE = "deadline", "Délai dépassé"
    CHOICE_LOCATION = "choice_location", "Lieu refusé par le ménage"
    CHOICE_DWELLING = "choice_dwelling", "Logement refusé par le ménage"
    CHOICE_SUPPORT = "choice_support", "Accompagnement refusé par le ménage"
    HOUSEHOLD_OTHER = "household_other", "Autre choix du ménage"
    ABSENT_OR_UNREACHABLE = "absent_or_unreachable", "Ménage absent ou injoignable"
    OUT_OF_SCOPE = "out_of_scope", "Hors du champ ou du territoire"
    DUPLICATE = "duplicate", "Demande en double"
    NO_AGREEMENT = "no_agreement", "Accord du ménage manquant"
    ALREADY_EXAMINED = "already_examined", "Situation déjà examinée"
    WITHHELD = "withheld", WITHHELD
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class UnmetOrigin(ClosedList):
    NO_PLACE = "no_place", "Pas de place"
    NOT_SUITABLE = "not_suitable", "Aucune place adaptée"
    HOUSEHOLD = "household", "Choix du ménage"
    OUTSIDE_SCOPE = "outside_scope", "Hors du champ du dispositif"
    UNREACHABLE = "unreachable", "Ménage injoignable"
    CAPACITY_CLOSED = "capacity_closed", "Places fermées"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class RequestKind(ClosedList):
    NEW = "new", "Nouvelle demande"
    RENEWAL = "renewal", "Renouvellement"
    EXTENSION = "extension", "Prolongation"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Branch(ClosedList):
    EMERGENCY = "emergency", "Urgence"
    INSERTION = "insertion", "Insertion"
    HOUSING = "housing", "Logement"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class RequestAnswer(ClosedList):
    ATTRIBUTED = "attributed", "Place attribuée"
    UNMET = "unmet", "Demande non pourvue"
    WITHDRAWN = "withdrawn", "Demande retirée"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Line(ClosedList):
    CALL_115 = "115", "115"
    SIAO = "siao", "SIAO"
    OTHER = "other", "Autre ligne"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Caller(ClosedList):
    PERSON = "person", "La personne elle-même"
    THIRD_PARTY = "third_party", "Un tiers"
    PROFESSIONAL = "professional", "Un professionnel"
    OUTREACH = "outreach", "Une maraude"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class CallOutcome(ClosedList):
    REQUEST = "request", "Demande d’hébergement"
    INFORMATION = "information", "Information donnée"
    NOT_CONCERNED = "not_concerned", "Appel hors mission"
    HUNG_UP = "hung_up", "Appel interrompu"
    WRONG_TERRITORY = "wrong_territory", "Autre territoire"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class EncounterOutcome(ClosedList):
    MET = "met", "Rencontre"
    REFUSED = "refused", "Contact refusé"
    NOT_FOUND = "not_found", "Personne non trouvée"
    REPORTED_ONLY = "reported_only", "Signalement sans rencontre"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Register(ClosedList):
    SNE = "sne", "Système national d’enregistrement (SNE)"
    SYPLO = "syplo", "SYPLO"
    LANDLORD = "landlord", "Bailleur"
    SIAO = "siao", "SIAO"
    SEUIL = "seuil", "Seuil"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Quota(ClosedList):
    PREFECT = "prefect", "Contingent du préfet"
    ACTION_LOGEMENT = "action_logement", "Action Logement"
    LOCAL_AUTHORITY = "local_authority", "Collectivité"
    LANDLORD = "landlord", "Bailleur"
    OTHER = "other", "Autre réservataire"
    NONE = "none", "Sans réservation"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Unit(ClosedList):
    HOUSEHOLDS = "households", "Ménages"
    PERSONS = "persons", "Personnes"
    REQUESTS = "requests", "Demandes"
    CALLS = "calls", "Appels"
    NIGHTS = "nights", "Nuitées"
    PLACES = "places", "Places"
    ALLOCATIONS = "allocations", "Attributions"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class FigureTable(ClosedList):
    ALLOCATIONS_HOMELESS = "allocations_homeless", "Attributions aux ménages hébergés ou sans abri"
    ALLOCATIONS_ALL = "allocations_all", "Attributions de logements sociaux, tous ménages"
    LDA_REHOUSED = "lda_rehoused", "Relogements au titre du Logement d’abord"
    LDA_TARGET = "lda_target", "Objectif de relogements au titre du Logement d’abord"
    HOMELESS_CENSUS = "homeless_census", "Personnes et ménages sans domicile recensés"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class Perimeter(ClosedList):
    NOT_STATED = "not_stated", "Périmètre non indiqué par la source"
    ARRONDISSEMENT = "arrondissement", "Arrondissement de Lille"
    MEL = "mel", "Métropole européenne de Lille"
    REGION = "region", "Hauts-de-France"
    FRANCE = "france", "France"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED
