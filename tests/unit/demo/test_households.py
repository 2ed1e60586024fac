"""The invented households make whole files, name nobody else, and are the same every time."""

from datetime import date

import pytest

from cases.domain.completeness import faults, missing, seniority_is_proven
from cases.domain.file import Agreement, CaseFile, Information
from cases.domain.siao import COMPOSITIONS, NEEDS, SITUATIONS
from contracts.lists import OrgKind
from seuil_dev.demo.households import HOUSEHOLDS, Household
from seuil_dev.demo.people import READY
from seuil_dev.demo.territory import organisations, people

TODAY = date(2026, 11, 23)


def file_of(household: Household) -> CaseFile:
    return CaseFile.model_validate(
        {
            "persons": household.people(TODAY),
            "numbers": household.numbers(),
            "social": household.social(TODAY),
        }
    )


@pytest.mark.parametrize("household", HOUSEHOLDS, ids=lambda each: each.name)
def test_a_file_may_be_sent_and_misses_nothing(household: Household) -> None:
    file = file_of(household)
    information = Information.model_validate(household.information(TODAY))
    agreement = Agreement.model_validate(household.agreement(TODAY))
    assert faults(file, information, TODAY) == []
    assert missing(file, agreement, TODAY) == ()
    assert seniority_is_proven(file)
    assert file == file_of(household)
    composition, situation, need = household.codes
    assert composition in COMPOSITIONS
    assert situation in SITUATIONS
    assert need in NEEDS


def test_there_are_twelve_of_three_organisations_one_of_them_protected() -> None:
    assert len({each.case_id for each in HOUSEHOLDS}) == 12
    assert len({each.followed_by for each in HOUSEHOLDS}) == 3
    assert [each.name for each in HOUSEHOLDS if each.protected] == ["Pellencourt"]


def test_no_household_has_the_name_of_a_professional() -> None:
    professionals = {each.family_name for each in people()} | {each.family_name for each in READY}
    assert professionals.isdisjoint(each.name for each in HOUSEHOLDS)
    assert len({each.email for each in READY}) == len(READY)


def test_those_who_are_ready_are_of_the_kinds_that_a_panel_has() -> None:
    kinds = {each.ref: each.kind for each in organisations()}
    found = {kinds[each.organisation] for each in READY}
    wanted = {OrgKind.SIAO, OrgKind.LANDLORD, OrgKind.IML_OPERATOR, OrgKind.STATE, OrgKind.ASSOCIATION}
    assert wanted <= found
    assert {each.organisation for each in READY} >= {each.followed_by for each in HOUSEHOLDS}
