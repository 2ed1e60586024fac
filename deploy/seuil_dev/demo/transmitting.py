"""Twelve files are transmitted, checked, sent back, refused and appealed against, before any sitting."""

from collections.abc import Iterator
from typing import Any

from contracts.lists import MissingItem
from seuil_dev.client import together
from seuil_dev.demo.households import HOUSEHOLDS, Household, of
from seuil_dev.demo.panel import AGENT
from seuil_dev.demo.people import READY
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.stage import Stage

INCOMPLETE, APPEALED = "Orchivelle", "Wambreuil"


def referrer_of(household: Household) -> str:
    """The address of who follows it."""
    return next(each.email for each in READY if each.organisation == household.followed_by)


async def transmit(stage: Stage) -> None:
    """Every file is sent by its referrer, then dealt with by the SIAO."""
    await together(*(_send(stage, household) for household in HOUSEHOLDS))
    whole = [each for each in HOUSEHOLDS if each.name not in (INCOMPLETE, APPEALED) and not each.protected]
    await together(
        *(stage.send(AGENT, f"{case(household)}/recevable") for household in whole),
        _complete(stage, of(INCOMPLETE)),
        _appeal(stage, of(APPEALED)),
    )


def case(household: Household) -> str:
    """Where the pages of its case are."""
    return f"/dossiers/{household.case_id}"


async def _send(stage: Stage, household: Household) -> None:
    typed = dict(_flat(household, stage))
    place = f"/brouillons/{household.case_id}"
    await stage.send(referrer_of(household), place, version="0", action="transmettre", **typed)


def _flat(household: Household, stage: Stage) -> Iterator[tuple[str, list[str]]]:
    """The answers as the form of a draft names them."""
    parts: dict[str, Any] = {"social": household.social(stage.today)}
    parts |= {f"persons.{n}": each for n, each in enumerate(household.people(stage.today))}
    parts |= {f"numbers.{n}": each for n, each in enumerate(household.numbers())}
    parts["information"] = household.information(stage.today)
    parts["agreement"] = household.agreement(stage.today)
    for name, answers in parts.items():
        for field, value in answers.items():
            yield f"{name}.{field}", _typed(value)


def _typed(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["oui"] if value else ["non"]
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


async def _complete(stage: Stage, household: Household) -> None:
    await stage.send(
        AGENT,
        f"{case(household)}/complement",
        missing=[MissingItem.RESOURCES.value, MissingItem.SUPPORT_PLAN.value],
        due_on=stage.day(15),
        text="Les trois derniers justificatifs de ressources, et ce qui est mis en place.",
    )


async def _appeal(stage: Stage, household: Household) -> None:
    """Judged out of scope, contested by the referrer, upheld by the coordination: back, and admitted."""
    await stage.send(AGENT, f"{case(household)}/non-recevable", reason="I2", note="")
    appeal = identifier("appeal", household.name)
    referrer = referrer_of(household)
    if not stage.has(f"{household.name}/appeals"):
        contested = {
            "appeal_id": str(appeal),
            "against": await stage.offered(referrer, f"{case(household)}/recours", "against"),
            "lodged_on": stage.day(),
            "text": "Les démarches ordinaires ont échoué : le refus du bailleur est joint.",
        }
        await stage.on_case(referrer, household, "/appeals", contested)
    answer = {
        "upheld": True,
        "decided_on": stage.day(),
        "reason": "Une démarche ordinaire a bien été tentée.",
    }
    await stage.on_case(stage.coordinator.email, household, f"/appeals/{appeal}/decision", answer)
    await stage.send(AGENT, f"{case(household)}/recevable")
