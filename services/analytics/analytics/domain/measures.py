"""Every measure by its name, with what one must know to read it: definition, unit, perimeter, source."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["demande", "reponses", "offre", "attributions", "commissions"]
DECLARED = "Ce que les partenaires ont transmis à Seuil, sans redressement."
OVERLAP = (
    "Les portes se recoupent : un même ménage peut en passer plusieurs. Ces nombres ne s’additionnent pas."
)


@dataclass(frozen=True)
class Measure:
    """`record`: the partner's record it is counted from, as coverage declares it; empty for our own facts."""

    key: str
    theme: Theme
    title: str
    unit: str
    definition: str
    source: str
    perimeter: str = DECLARED
    record: str = ""
    caution: str = ""


_ALL = (
    Measure(
        "calls",
        "demande",
        "Appels",
        "appels",
        "Appels présentés, décrochés et abandonnés, comptés par jour d’appel. Un appel n’est pas une "
        "demande : il peut en porter plusieurs, ou aucune.",
        "Relevés du standard téléphonique ; les fiches d’appel saisies sont à côté.",
        record="call_count",
        caution="Les appels abandonnés n’ont pas de fiche. L’écart entre décrochés et fiches dit la "
        "qualité de la saisie.",
    ),
    Measure(
        "demand_by_door",
        "demande",
        "Demande par porte d’entrée",
        "demandes, ménages, personnes",
        "Demandes : chaque nuit ou période demandée. Ménages : ménages différents ayant fait au moins une "
        "demande. Personnes (déclaratif) : somme de la dernière composition connue de ces ménages.",
        "Demandes transmises par les partenaires.",
        record="request",
        caution=OVERLAP,
    ),
    Measure(
        "requests",
        "demande",
        "Demandes par période et par porte",
        "demandes",
        "Demandes d’urgence à la date de la nuit demandée, les autres à leur date d’enregistrement. "
        "Renouvellements compris.",
        "Demandes transmises par les partenaires.",
        record="request",
        caution=OVERLAP,
    ),
    Measure(
        "compositions",
        "demande",
        "Composition des ménages",
        "ménages",
        "Ménages différents ayant fait une demande par la porte choisie, selon leur dernière "
        "composition connue.",
        "Demandes transmises par les partenaires.",
        record="request",
    ),
    Measure(
        "encounters",
        "demande",
        "Rencontres de maraude",
        "rencontres, personnes rencontrées",
        "Rencontres à la date de la nuit. Une personne rencontrée deux nuits compte deux fois.",
        "Rencontres transmises par les équipes mobiles.",
        record="encounter",
        caution="Ce ne sont ni des demandes ni des personnes différentes.",
    ),
    Measure(
        "unmet",
        "reponses",
        "Réponses aux nouvelles demandes",
        "demandes",
        "Flux : demandes d’urgence nouvelles pour la nuit. Non pourvue : à 6 h le lendemain, aucune "
        "place n’est attribuée au ménage pour cette nuit ; un oui plus tard dans la nuit vaut "
        "réponse. Stock : toutes les demandes de la nuit, renouvellements et prolongations compris.",
        "Demandes et réponses transmises par les partenaires. La nuit en cours n’est pas comptée.",
        record="request",
        caution="Le taux de flux et le taux de stock ne se comparent pas. Une porte à la fois : les portes "
        "se recoupent.",
    ),
    Measure(
        "unmet_by_door",
        "reponses",
        "Réponses par porte d’entrée",
        "demandes",
        "Les mêmes définitions, porte par porte.",
        "Demandes et réponses transmises par les partenaires.",
        record="request",
        caution=OVERLAP,
    ),
    Measure(
        "unmet_origins",
        "reponses",
        "Pourquoi des demandes restent non pourvues",
        "demandes, personnes (déclaratif)",
        "Nouvelles demandes non pourvues, selon l’origine donnée par la dernière réponse avant "
        "l’heure limite.",
        "Réponses transmises par les partenaires.",
        record="answer",
        caution="Le choix du ménage n’est pas un manque de place.",
    ),
    Measure(
        "supply",
        "offre",
        "Places par dispositif",
        "places",
        "Dernier relevé de chaque structure à la date choisie. Les places hors service sont à part, "
        "comprises dans les places.",
        "Relevés transmis par les structures.",
        record="supply",
        caution="Une place n’est pas un logement. Les relevés de plusieurs jours ne s’additionnent pas.",
    ),
    Measure(
        "supply_by_organisation",
        "offre",
        "Places par structure",
        "places",
        "Dernier relevé de chaque structure à la date choisie.",
        "Relevés transmis par les structures.",
        record="supply",
    ),
    Measure(
        "allocations_by_year",
        "attributions",
        "Attributions par an",
        "attributions",
        "Une attribution compte une fois, à la date choisie. Bail signé : la date officielle, celle de la "
        "radiation au SNE. Décidée et entrée sont à part et ne s’ajoutent pas.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
        caution="Décembre décide d’une année : trois à six semaines séparent décision, bail et entrée.",
    ),
    Measure(
        "allocations_by_period",
        "attributions",
        "Attributions au fil de l’année",
        "attributions",
        "Attributions à la date choisie (bail signé par défaut), par mois, ou par jour pour un mois.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "allocations_by_scheme",
        "attributions",
        "Attributions par dispositif",
        "attributions",
        "Attributions à la date choisie, par dispositif. Seul le logement social a un bail au sens du SNE.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "allocations_by_cell",
        "attributions",
        "Attributions par commune ou secteur",
        "attributions",
        "Commune de 5 000 habitants ou plus, sinon son secteur.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "allocations_by_organisation",
        "attributions",
        "Attributions par organisme",
        "attributions",
        "Organisme nommé par le partenaire, une fois relié à un organisme de Seuil.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "allocations_by_situation",
        "attributions",
        "Attributions selon la situation à la demande",
        "attributions",
        "Où vivait le ménage au moment de sa demande.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "allocations_homeless",
        "attributions",
        "Attributions aux ménages hébergés ou sans abri",
        "attributions",
        "Logement social, bail signé dans l’année, ménage à la rue, en abri de nuit, en hébergement "
        "ou à l’hôtel au moment de sa demande. L’hébergement chez un tiers n’en fait pas partie ; le "
        "dispositif national d’accueil est à part.",
        "Attributions transmises par les bailleurs, le SIAO, SYPLO ou le SNE.",
        record="allocation",
    ),
    Measure(
        "published",
        "attributions",
        "Chiffres publiés ailleurs",
        "selon la source",
        "Totaux publiés, repris tels quels avec leur source, leur édition et leur périmètre. Ils se "
        "lisent à côté des nôtres et ne s’y ajoutent jamais.",
        "Tableaux importés.",
        perimeter="Celui de chaque source, quand elle le dit.",
        caution="Deux éditions d’une même année peuvent différer : chacune est gardée.",
    ),
    Measure(
        "commissions",
        "commissions",
        "Commissions",
        "personnes",
        "Inscrites : ni annulées, ni refusées, ni abandonnées, avec une place ou en attente. Présentes et "
        "représentées viennent de l’émargement ; venues sans inscription comprises dans les présentes.",
        "Inscriptions et émargements de Seuil.",
        perimeter="Les commissions annoncées dans Seuil.",
    ),
    Measure(
        "workshops",
        "commissions",
        "Ateliers",
        "personnes",
        "Personnes ayant une place dans l’atelier, en attente, présentes.",
        "Inscriptions et émargements de Seuil.",
        perimeter="Les commissions annoncées dans Seuil.",
        caution="Une personne peut suivre un atelier par créneau : les ateliers ne s’additionnent pas.",
    ),
)
MEASURES: dict[str, Measure] = {measure.key: measure for measure in _ALL}
"""The registry."""
