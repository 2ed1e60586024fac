"""Measures of cases, sittings and commissions, and of what differs between a service's count and ours."""

from analytics.domain.measure import Measure

CASE_SOURCE = "Faits transmis par le suivi des situations, sans nom ni référence de dossier."
OWN_CASES = "Les dossiers transmis dans Seuil."
ERASED = "Un dossier effacé reste compté dans chaque année, sans lien d’une année à l’autre."
ANNOUNCED = "Les commissions annoncées dans Seuil."
CASES = (
    Measure(
        "path",
        "parcours",
        "Délais entre les étapes",
        "jours, dossiers",
        "Pour chaque étape finie dans la période : jours écoulés depuis l’étape d’avant. Médiane : la moitié "
        "des dossiers met moins. À côté, les dossiers encore à cette étape et leur âge.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Les étapes finies seules flattent : lisez l’âge de celles qui attendent. Sans date propre, "
        f"une étape porte le jour où elle a été enregistrée. {ERASED}",
        own=True,
    ),
    Measure(
        "flows",
        "parcours",
        "De la transmission aux clés",
        "dossiers",
        "Dossiers transmis dans la période et ce qu’ils sont devenus à ce jour. Une largeur double veut dire "
        "deux fois plus de dossiers.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Les dossiers récents n’ont pas eu le temps d’aller au bout.",
        own=True,
    ),
    Measure(
        "funnel",
        "parcours",
        "Jusqu’où vont les dossiers",
        "dossiers",
        "Dossiers transmis dans la période ayant atteint chaque étape à ce jour.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Une attribution annulée ramène le dossier à l’étape d’avant.",
        own=True,
    ),
    Measure(
        "case_states",
        "parcours",
        "Dossiers ouverts, étape par étape",
        "dossiers, jours",
        "Dossiers ni clos, ni annulés, ni refusés aujourd’hui. Chacun est à une étape et une seule. L’âge se "
        "compte depuis l’entrée dans l’étape.",
        CASE_SOURCE,
        OWN_CASES,
        own=True,
    ),
    Measure(
        "orientations",
        "parcours",
        "Propositions d’orientation",
        "propositions",
        "Propositions faites dans la période, selon leur réponse à ce jour : celles des dossiers examinés en "
        "commission, et celles que le SIAO a transmises à part.",
        "Suivi des situations et orientations transmises par le SIAO.",
        "Les dossiers de Seuil et les orientations transmises.",
        record="orientation",
        caution="Une proposition acceptée n’est pas une attribution. Une même orientation peut être dite des "
        "deux côtés : les deux colonnes ne s’additionnent pas.",
        own=True,
    ),
    Measure(
        "committee_outcomes",
        "attributions",
        "Décisions des commissions d’attribution",
        "décisions",
        "Décisions a à e (CCH R441-3) prises dans la période sur les propositions des dossiers de Seuil. "
        "Seules a, b au premier rang et c une fois la condition remplie sont des attributions.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Une non-attribution n’est pas un refus du ménage.",
        own=True,
    ),
    Measure(
        "offers",
        "attributions",
        "Réponses des ménages aux logements attribués",
        "attributions",
        "Attributions des dossiers de Seuil décidées dans la période, et leur état à ce jour.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Le silence du ménage est à part de son refus.",
        own=True,
    ),
    Measure(
        "sittings",
        "commissions",
        "Séances",
        "dossiers, passages",
        "Dossiers à l’ordre du jour publié, puis ce que la séance en a fait. Un dossier examiné deux fois "
        "compte deux passages.",
        CASE_SOURCE,
        ANNOUNCED,
    ),
    Measure(
        "panel_activity",
        "commissions",
        "Examens au fil de l’année",
        "passages, dossiers",
        "Passages en séance et dossiers différents, au jour de l’examen ; avis rendus au jour de l’avis.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Le total des dossiers n’est pas la somme des mois : un dossier examiné en mars et en juin "
        "compte une fois.",
    ),
    Measure(
        "decision_outcomes",
        "commissions",
        "Avis rendus",
        "avis",
        "Avis de la période selon leur sens. Un avis corrigé compte une fois, tel que corrigé.",
        CASE_SOURCE,
        OWN_CASES,
        own=True,
    ),
    Measure(
        "decisions_told",
        "commissions",
        "Annonce des avis",
        "avis, jours",
        "Avis de la période. Référent : a ouvert l’avis dans Seuil. Ménage : une personne dit l’avoir "
        "informé ; « pas encore joint » ne compte pas. Jours depuis l’avis.",
        CASE_SOURCE,
        OWN_CASES,
        caution="Un courriel envoyé n’est pas une annonce.",
        own=True,
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
        caution="Les ateliers portent ici leur numéro ; leur titre est sur la page de la commission. "
        "Une personne peut suivre un atelier par créneau : ils ne s’additionnent pas.",
    ),
    Measure(
        "reconciliation",
        "rapprochement",
        "Comptes des services et comptes des chiffres",
        "selon la ligne",
        "Ce qu’un service a compté lui-même et dit dans un fait, à côté de ce que les chiffres comptent à "
        "partir des autres faits.",
        "Faits de clôture des services et faits détaillés.",
        "Tout ce que Seuil a reçu.",
        caution="Un écart n’est pas une erreur : la dernière colonne dit d’où il vient le plus souvent.",
    ),
    Measure(
        "set_aside",
        "rapprochement",
        "Ce qui n’est pas compté",
        "faits, relevés",
        "Faits reçus et laissés de côté, et pourquoi.",
        "Faits reçus par les chiffres.",
        "Tout ce que Seuil a reçu.",
    ),
)
