"""What follows the two sittings: proposals, refusals, three homes, a household that is told."""

from contracts.lists import (
    CommitteeOutcome,
    InformedHow,
    LeaseKind,
    OfferAnswer,
    Quota,
    RefusedBy,
    ReportedBy,
    Ruling,
    Scheme,
)
from seuil_dev.client import together
from seuil_dev.demo.households import Household, of
from seuil_dev.demo.panel import AGENT, IML, LANDLORD, OTHER_LANDLORD, PENSION, organisation_of
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.stage import PAGES, Stage, proposal_id
from seuil_dev.demo.transmitting import case, referrer_of

KEYS, ADMITTED, REFUSED_TWICE, PARALLEL = "Bazérolle", "Quévinoy", "Lormeteuil", "Fauvarque-Neuville"
HOUSEHOLD_REFUSES = "Wambreuil"
PLACED = (KEYS, ADMITTED, PARALLEL)


async def after_first(stage: Stage) -> None:
    """Four households are proposed: three get a home, one is refused by two landlords."""
    await together(
        _keys(stage, of(KEYS)),
        _admitted(stage, of(ADMITTED)),
        _refused_twice(stage, of(REFUSED_TWICE)),
        _parallel(stage, of(PARALLEL)),
    )


async def after_second(stage: Stage) -> None:
    """A household refuses what it is proposed; somebody who did not propose it judges the refusal."""
    household = of(HOUSEHOLD_REFUSES)
    await propose(stage, household, Scheme.SOCIAL_HOUSING, OTHER_LANDLORD)
    refusal = {"by": RefusedBy.HOUSEHOLD, "reason": "M1", "answered_on": stage.day()}
    await stage.on_case(AGENT, household, f"/orientations/{proposal_id(household)}/refusal", refusal)
    ruling = {
        "ruling_id": str(identifier("ruling", household.name)),
        "subject_id": str(proposal_id(household)),
        "ruling": Ruling.ADMISSIBLE,
        "reason": "Trop loin de son lieu de soins : le refus est légitime.",
    }
    await stage.on_case(stage.coordinator.email, household, "/rulings", ruling)


async def tell(stage: Stage) -> None:
    """Two referrers open what the panel said; one of them says that the household was told."""
    for name in (KEYS, ADMITTED):
        household = of(name)
        referrer = referrer_of(household)
        await stage.sessions[referrer].browser.ask("GET", f"{PAGES}{case(household)}")
    household = of(KEYS)
    referrer = referrer_of(household)
    if not stage.has(f"{household.name}/household-informed"):
        about = await stage.offered(referrer, f"{case(household)}/informer", "about")
        told = {"about": about, "how": InformedHow.IN_PERSON, "informed_on": stage.day()}
        await stage.on_case(referrer, household, "/household-informed", told)


async def propose(stage: Stage, household: Household, scheme: Scheme, to: str, number: int = 1) -> None:
    """The SIAO proposes a household to the organisation of somebody."""
    asked = {
        "orientation_id": str(proposal_id(household, number)),
        "scheme": scheme,
        "organisation_id": str(organisation_of(to)),
        "text": "",
    }
    await stage.on_case(AGENT, household, "/orientations", asked)


async def accept(stage: Stage, household: Household, who: str, number: int = 1) -> None:
    """The provider accepts."""
    path = f"/orientations/{proposal_id(household, number)}/acceptance"
    await stage.on_case(who, household, path, {"answered_on": stage.day()})


async def _keys(stage: Stage, household: Household) -> None:
    await propose(stage, household, Scheme.SOCIAL_HOUSING, LANDLORD)
    await accept(stage, household, LANDLORD)
    committee = {"outcome": CommitteeOutcome.A, "decided_on": stage.day()}
    path = f"/orientations/{proposal_id(household)}/committee"
    await stage.on_case(LANDLORD, household, path, committee)
    await _place(stage, household, LANDLORD, Quota.PREFECT, ReportedBy.LANDLORD)
    here = f"/allocations/{allocation_id(household)}"
    answer = {"answer": OfferAnswer.ACCEPTED, "answered_on": stage.day()}
    await stage.on_case(LANDLORD, household, f"{here}/answer", answer)
    lease = {"lease_kind": LeaseKind.LEASE, "signed_on": stage.day()}
    await stage.on_case(LANDLORD, household, f"{here}/lease", lease)
    await stage.on_case(LANDLORD, household, f"{here}/entry", {"entered_on": stage.day()})


async def _admitted(stage: Stage, household: Household) -> None:
    await propose(stage, household, Scheme.IML_SUBLET, IML)
    await accept(stage, household, IML)
    await _place(stage, household, IML, Quota.NONE, ReportedBy.PROVIDER)


async def _refused_twice(stage: Stage, household: Household) -> None:
    await propose(stage, household, Scheme.SOCIAL_HOUSING, OTHER_LANDLORD)
    refusal = {"by": RefusedBy.PROVIDER, "reason": "P5", "answered_on": stage.day(), "note": "Dette de 2024"}
    await stage.on_case(OTHER_LANDLORD, household, f"/orientations/{proposal_id(household)}/refusal", refusal)
    await propose(stage, household, Scheme.SOCIAL_HOUSING, LANDLORD, 2)
    await accept(stage, household, LANDLORD, 2)
    committee = {"outcome": CommitteeOutcome.D, "decided_on": stage.day()}
    path = f"/orientations/{proposal_id(household, 2)}/committee"
    await stage.on_case(LANDLORD, household, path, committee)


async def _parallel(stage: Stage, household: Household) -> None:
    await propose(stage, household, Scheme.PENSION_FAMILLE, PENSION)
    await propose(stage, household, Scheme.IML_SUBLET, IML, 2)
    await accept(stage, household, PENSION)
    await _place(stage, household, PENSION, Quota.NONE, ReportedBy.PROVIDER)


async def _place(stage: Stage, household: Household, who: str, quota: Quota, by: ReportedBy) -> None:
    asked = {
        "allocation_id": str(allocation_id(household)),
        "orientation_id": str(proposal_id(household)),
        "decided_on": stage.day(),
        "quota": quota,
        "territory_cell": "59350",
        "dwelling_size": household.size,
        "reported_by": by,
    }
    await stage.on_case(who, household, "/allocations", asked)


def allocation_id(household: Household) -> object:
    """The id of a home given."""
    return identifier("allocation", household.name)
