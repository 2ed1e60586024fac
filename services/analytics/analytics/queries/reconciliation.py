"""What services counted themselves, beside what is counted here; and what was heard and is not counted."""

from typing import Any

from sqlalchemy import text

from analytics.domain.figures import Column, Figure, Row
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.queries.commissions import LISTED, commission_name, dates
from analytics.queries.coverage import Known
from analytics.queries.demand import CALLS
from analytics.queries.paths import between
from analytics.queries.sittings import PASSAGES
from analytics.queries.words import month_word
from eventing.db import Tx, run
from webui.french import date_fr

CLOSED = text(
    f"""
    SELECT c.commission_type,
           COALESCE(CAST(c.starts_at AT TIME ZONE 'Europe/Paris' AS date), s.opened_on) AS day,
           s.told_examined, s.told_decided, s.told_adjourned, s.told_postponed,
           p.examined, p.decided, p.adjourned, p.postponed
    FROM case_sitting AS s LEFT JOIN ({PASSAGES}) AS p USING (commission_id)
         LEFT JOIN commission AS c ON c.commission_id = s.commission_id
    WHERE s.told_examined IS NOT NULL
      AND COALESCE(CAST(c.starts_at AT TIME ZONE 'Europe/Paris' AS date), s.opened_on)
          BETWEEN CAST(:first AS date) AND CAST(:last AS date)
      AND COALESCE(c.territory, CAST(:territory AS text)) = CAST(:territory AS text)
    ORDER BY 2 DESC, s.commission_id
    """  # noqa: S608 - names of ours only, values are bound
)
HELD = text(
    """
    SELECT commission_id, told_registered, told_present, told_represented, told_walk_ins
    FROM commission WHERE told_registered IS NOT NULL
    """
)
ASIDE = text(
    """
    SELECT (SELECT count(*) FROM dropped_fact) AS dropped, (SELECT count(*) FROM parked_key) AS parked,
           (SELECT count(*) FROM case_file WHERE territory <> CAST(:territory AS text)) AS elsewhere,
           (SELECT count(*) FROM case_allocation WHERE cancelled_on IS NOT NULL) AS cancelled,
           (SELECT count(*) FROM fact_request WHERE void) + (SELECT count(*) FROM fact_allocation WHERE void)
           AS void
    """
)
IN_CASES = {
    "examined": "Dossiers examinés",
    "decided": "Avis rendus",
    "adjourned": "Ajournés",
    "postponed": "Reportés",
}
AT_DOOR = {
    "registered": "Personnes inscrites",
    "present": "Présentes",
    "represented": "Représentées",
    "walk_ins": "Venues sans inscription",
}
WHY_CASES = (
    "Un avis corrigé, un dossier effacé ou un fait en attente de reprise change notre compte après la séance."
)
WHY_DOOR = "La commission est dite tenue à une heure ; l’émargement peut être corrigé ensuite."
WHY_CALLS = "Tous les appels décrochés n’ont pas de fiche : l’écart dit la saisie, pas une perte."
SAME = "Les deux comptes sont égaux."


async def reconciliation(tx: Tx, asked: Filters, known: Known) -> Figure:
    """Differences first, then what agrees."""
    rows = [
        *await _sittings(tx, asked, known),
        *await _attendance(tx, asked, known),
        *await _calls(tx, asked, known),
    ]
    rows.sort(key=lambda row: row[4] == 0)
    columns = (
        Column("what", "Compte", "text"),
        Column("of", "Où", "text"),
        Column("told", "Dit par le service"),
        Column("counted", "Compté ici"),
        Column("gap", "Écart"),
        Column("why", "D’où il vient", "text"),
    )
    agree = sum(1 for row in rows if row[4] == 0)
    note = f"{agree} comptes égaux sur {len(rows)}." if rows else ""
    return Figure(MEASURES["reconciliation"], columns, tuple(rows)).noted(note)


def _line(what: str, where: str, told: int, counted: int, why: str) -> Row:
    return (what, where, told, counted, counted - told, why if counted != told else SAME)


async def _sittings(tx: Tx, asked: Filters, known: Known) -> list[Row]:
    rows = await run(tx, CLOSED, **between(asked, known))
    return [
        _line(f"{words} en séance", _where(row), row[f"told_{name}"] or 0, row[name] or 0, WHY_CASES)
        for row in rows
        for name, words in IN_CASES.items()
    ]


def _where(row: Any) -> str:
    if row["commission_type"] is None:
        return f"Séance du {date_fr(row['day'], jour=False)}"
    return commission_name(row)


async def _attendance(tx: Tx, asked: Filters, known: Known) -> list[Row]:
    held = {row["commission_id"]: row for row in await run(tx, HELD)}
    listed = await run(tx, LISTED, **dates(asked, known))
    return [
        _line(words, commission_name(row), held[row["commission_id"]][f"told_{name}"], row[name], WHY_DOOR)
        for row in listed
        if row["commission_id"] in held
        for name, words in AT_DOOR.items()
    ]


async def _calls(tx: Tx, asked: Filters, known: Known) -> list[Row]:
    values = {"first": asked.period.first, "last": asked.period.last, "by_day": False}
    rows = sorted(await run(tx, CALLS, **values), key=lambda row: row["step"])
    return [
        _line("Appels décrochés au 115", month_word(row["step"], False), int(row["answered"]),
              int(row["recorded"]), WHY_CALLS)
        for row in rows
        if "call_count" in known.spans
    ]  # fmt: skip


async def set_aside(tx: Tx, asked: Filters, known: Known) -> Figure:
    """What was heard and stands in no figure."""
    [row] = await run(tx, ASIDE, territory=known.territory)
    said = (
        ("Faits arrivés après l’effacement du ménage", row["dropped"], "Laissés de côté pour toujours."),
        ("Suites de relevés en attente d’une correction", row["parked"], "Comptées dès qu’elle arrive."),
        (
            "Relevés retirés par leur partenaire",
            row["void"],
            "Demandes et attributions qui n’ont pas eu lieu.",
        ),
        ("Attributions annulées dans leur dossier", row["cancelled"], "Elles quittent chaque période."),
        ("Dossiers d’un autre territoire", row["elsewhere"], "Comptés là-bas."),
    )
    columns = (
        Column("what", "Ce qui est à part", "text"),
        Column("n", "Nombre"),
        Column("why", "Pourquoi", "text"),
    )
    return Figure(MEASURES["set_aside"], columns, said)
