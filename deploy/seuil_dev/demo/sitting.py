"""Two sittings of one day: an agenda each, a recusal, decisions, a household postponed to the second one."""

from contracts.lists import DecisionOutcome, DecisionPriority, Heard, Measure, MissingItem, Scheme, StepKind
from seuil_dev.demo.households import Household, of
from seuil_dev.demo.panel import (
    AFTERNOON,
    AGENT,
    CHAIR,
    COMING,
    MORNING,
    SEATS,
    STATE,
    Panel,
    organisation_of,
)
from seuil_dev.demo.stage import Stage
from seuil_dev.demo.transmitting import referrer_of

POSTPONED, ADJOURNED, EXAMINED_AGAIN = "Trézelan", "Dhuizeau", "Argoulême"
FIRST = ("Bazérolle", "Quévinoy", "Lormeteuil", "Fauvarque-Neuville", ADJOURNED, POSTPONED)
SECOND = (POSTPONED, "Maudouville", "Sainte-Hermance", EXAMINED_AGAIN, "Wambreuil")
LATE = "Situation urgente, ajoutée après la date limite."
AGAIN_DAYS = 21
DECISIONS: dict[str, dict[str, object]] = {
    "Bazérolle": {"outcome": DecisionOutcome.ORIENT, "scheme": [Scheme.SOCIAL_HOUSING],
                  "priority": DecisionPriority.HIGH},
    "Quévinoy": {"outcome": DecisionOutcome.ORIENT_WITH_SUPPORT, "scheme": [Scheme.IML_SUBLET],
                 "measure": [Measure.AVDL]},
    "Lormeteuil": {"outcome": DecisionOutcome.ORIENT, "scheme": [Scheme.SOCIAL_HOUSING]},
    "Fauvarque-Neuville": {"outcome": DecisionOutcome.ORIENT,
                           "scheme": [Scheme.PENSION_FAMILLE, Scheme.IML_SUBLET]},
    "Trézelan": {"outcome": DecisionOutcome.REQUEST_LABEL, "step": StepKind.REQUEST_SYPLO_LABEL},
    "Maudouville": {"outcome": DecisionOutcome.CALL_PARTNER, "step": StepKind.CONTACT_PARTNER},
    "Sainte-Hermance": {"outcome": DecisionOutcome.SUPPORT_ONLY, "measure": [Measure.ASLL],
                        "step": StepKind.SUPPORT_REQUEST},
    "Wambreuil": {"outcome": DecisionOutcome.ORIENT, "scheme": [Scheme.SOCIAL_HOUSING]},
}  # fmt: skip
"""What the panel says of each, as its form names it."""


def place(panel: Panel) -> str:
    """Where the pages of a sitting are."""
    return f"/commissions/{panel.commission_id}"


async def first_sitting(stage: Stage) -> None:
    """Six households; the state's member steps back from one; the last one waits for the afternoon."""
    await _agenda(stage, MORNING, FIRST)
    recused = str(of(ADJOURNED).case_id)
    await stage.send(STATE, f"{place(MORNING)}/deport", situation=recused, motif="")
    await _open(stage, MORNING)
    for name in FIRST[:4]:
        await _decide(stage, MORNING, of(name))
    adjourned = {
        "missing": [MissingItem.RESOURCES.value],
        "reexamine_on": stage.day(AGAIN_DAYS),
        "minutes": "Les ressources sont à établir avant de choisir.",
    }
    await _conclude(stage, MORNING, of(ADJOURNED), outcome="adjourn", **adjourned)
    await _close(stage, MORNING)


async def second_sitting(stage: Stage) -> None:
    """Five households, one of them postponed from the morning."""
    await _agenda(stage, AFTERNOON, SECOND)
    await _open(stage, AFTERNOON)
    for name in SECOND:
        if name != EXAMINED_AGAIN:
            await _decide(stage, AFTERNOON, of(name))
        else:
            again = {"reexamine_on": stage.day(AGAIN_DAYS), "minutes": "La réponse du bailleur est attendue."}
            outcome = DecisionOutcome.REEXAMINE_ON.value
            await _conclude(stage, AFTERNOON, of(name), outcome=outcome, **again)
    await _close(stage, AFTERNOON)


async def next_agenda(stage: Stage) -> None:
    """The commission to come has its agenda: two households that are seen again."""
    await _agenda(stage, COMING, (ADJOURNED, EXAMINED_AGAIN), late="")


async def _agenda(stage: Stage, panel: Panel, names: tuple[str, ...], late: str = LATE) -> None:
    for name in names:
        added = {"situation": str(of(name).case_id), "minutes": "20", "motif": late}
        await stage.send(AGENT, f"{place(panel)}/ordre-du-jour/ajouter", **added)
    page = f"{place(panel)}/ordre-du-jour"
    await stage.press(AGENT, page, f"{page}/publier")


async def _open(stage: Stage, panel: Panel) -> None:
    present = [stage.people[email] for email, *_ in SEATS]
    await stage.press(CHAIR, f"{place(panel)}/seance", f"{place(panel)}/seance/ouvrir", present=present)


async def _decide(stage: Stage, panel: Panel, household: Household) -> None:
    said = {
        name: [str(each) for each in value] if isinstance(value, list) else str(value)
        for name, value in DECISIONS[household.name].items()
    }
    follower = referrer_of(household)
    owner = f"{stage.people[follower]}:{organisation_of(follower)}"
    words = "La commission suit l’avis du référent."
    await _conclude(stage, panel, household, owner=owner, due_on=stage.day(14), minutes=words, **said)


async def _conclude(stage: Stage, panel: Panel, household: Household, **said: object) -> None:
    seance = f"{place(panel)}/seance"
    told = {"situation": str(household.case_id), "heard": Heard.REPRESENTED.value, **said}
    await stage.press(AGENT, seance, f"{seance}/decider", **told)


async def _close(stage: Stage, panel: Panel) -> None:
    """Closed and approved by the chair: what was not examined goes back to the queue."""
    await stage.press(CHAIR, f"{place(panel)}/seance", f"{place(panel)}/seance/cloturer")
    await stage.press(CHAIR, f"{place(panel)}/releve", f"{place(panel)}/releve/approuver")
