"""Closed lists of what partners report beyond the main flow: stays, answers, priorities, links."""

from contracts.lists.closed import ClosedList
from contracts.lists.demand import NOT_MAPPED, NOT_SAID


class RequestChange(ClosedList):
    REFRESHED = "refreshed", "Actualisée"
    COMPLETED = "completed", "Complétée"
    SUSPENDED = "suspended", "Suspendue"
    WITHDRAWN = "withdrawn", "Retirée"
    EXPIRED = "expired", "Expirée"
    REACTIVATED = "reactivated", "Réactivée"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class OrientationAnswer(ClosedList):
    PENDING = "pending", "En attente de réponse"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    NO_ANSWER = "no_answer", "Sans réponse"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class ExitGroup(ClosedList):
    HOUSING = "housing", "Logement"
    SUPPORTED_HOUSING = "supported_housing", "Logement accompagné"
    OTHER_SHELTER = "other_shelter", "Autre hébergement"
    HOTEL = "hotel", "Hôtel"
    THIRD_PARTY = "third_party", "Chez un tiers"
    STREET = "street", "À la rue"
    OTHER = "other", "Autre sortie"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class PriorityStatus(ClosedList):
    ASKED = "asked", "Demandé"
    GRANTED = "granted", "Reconnu"
    REFUSED = "refused", "Refusé"
    LAPSED = "lapsed", "Caduc"
    HOUSED = "housed", "Relogé"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class LinkHow(ClosedList):
    MERGED = "merged", "Réunis en un ménage"
    SPLIT = "split", "Séparés en plusieurs ménages"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED


class MatchHow(ClosedList):
    CONFIRMED_BY_PERSON = "confirmed_by_person", "Confirmé par une personne"
    SAME_PARTNER_ID = "same_partner_id", "Même identifiant du partenaire"
    UNKNOWN = "unknown", NOT_SAID
    UNMAPPED = "unmapped", NOT_MAPPED
