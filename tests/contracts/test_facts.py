"""Facts are strict when written, tolerant when read, and travel as the contract says."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts.accounts import AccountRecorded, GrantedRole
from contracts.directory import PersonRecorded
from contracts.event import MAX_BYTES, REGISTRY, Fact, UnsayableError
from contracts.fields import MEMBERS_MAX, cap_members
from contracts.integration import (
    AllocationReported,
    CallRecorded,
    EncounterRecorded,
    FigureCell,
    FiguresImported,
    RequestAnswered,
    RequestRegistered,
)
from contracts.lists import (
    AccountState,
    Assurance,
    CommissionField,
    Composition,
    Door,
    Line,
    OrgKind,
    Part,
    Role,
    SituationGroup,
)
from contracts.refusal import FieldError, Refused
from contracts.registration import (
    CommissionChanged,
    CommissionHeld,
    CommissionScheduled,
    RegistrationReceived,
    Workshop,
)

COMMISSION = UUID("0d5a7c3e-41b2-4c8f-9a6d-2f7e5b3c1a90")
HOUSEHOLD = UUID("b7d4e1c0-5a49-4382-9716-05f4e3d2c1b0")
RECORD = UUID("c4d5e6f7-0819-4a2b-bc3d-4e5f60718293")
PARTNER = UUID("d8e9fa0b-1c2d-4e3f-a041-526374859607")
FIRST, SECOND = UUID("11111111-1111-4111-8111-111111111111"), UUID("22222222-2222-4222-8222-222222222222")
DAY = date(2023, 3, 14)
INSTANT = datetime(2023, 3, 14, 8, tzinfo=UTC)


def scheduled(**changes: object) -> CommissionScheduled:
    values: dict[str, object] = {
        "occurred_on": DAY,
        "commission_id": COMMISSION,
        "territory": "siao-59-lille",
        "commission_type": "lda_plenary",
        "parts": [Part.PLENARY],
        "starts_at": INSTANT,
        "ends_at": INSTANT + timedelta(hours=8),
        "registration_opens_at": INSTANT - timedelta(days=30),
        "registration_closes_at": INSTANT - timedelta(days=4),
        "workshops": [],
    }
    return CommissionScheduled(**(values | changes))


def call(**changes: object) -> CallRecorded:
    values: dict[str, object] = {
        "record_id": RECORD,
        "revision": 1,
        "void": False,
        "partner_id": PARTNER,
        "backfill": False,
        "night_of": DAY,
        "caller": "person",
        "outcome": "request",
    }
    return CallRecorded(**(values | changes))


def test_names_come_from_the_class_and_the_topic() -> None:
    assert CommissionScheduled.TYPE == "seuil.registration.commission_scheduled.v1"
    assert CommissionScheduled.TOPIC == "seuil.registration.v1"
    assert AccountRecorded.TYPE == "seuil.accounts.account_recorded.v1"
    assert REGISTRY[CommissionScheduled.TYPE] is CommissionScheduled
    assert all(name == fact.TYPE for name, fact in REGISTRY.items())


def test_the_key_is_the_id_in_lower_case() -> None:
    assert scheduled(commission_id=str(COMMISSION).upper()).key == str(COMMISSION)


def test_the_key_is_the_first_id_present() -> None:
    assert call().key == str(RECORD)
    assert call(household_id=HOUSEHOLD).key == str(HOUSEHOLD)


def test_what_is_not_known_is_absent_and_never_null() -> None:
    fact = scheduled(workshops=[Workshop(workshop_id=FIRST, slot=1)])
    assert b"null" not in fact.dump()
    assert "capacity" not in json.loads(fact.dump())["workshops"][0]
    assert CommissionScheduled.read(fact.dump()) == fact
    assert b" " not in fact.dump()


def test_instants_travel_in_utc_to_the_millisecond() -> None:
    paris = timezone(timedelta(hours=1))
    fact = scheduled(starts_at=datetime(2023, 3, 14, 9, 0, 0, 123_999, tzinfo=paris))
    assert json.loads(fact.dump())["starts_at"] == "2023-03-14T08:00:00.123Z"
    assert CommissionScheduled.read(fact.dump()).starts_at == fact.starts_at


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": datetime(2023, 3, 14, 8)},  # noqa: DTZ001 - the point
        {"starts_at": 1678780800},
        {"occurred_on": INSTANT},
        {"capacity": -1},
        {"capacity": "80"},
        {"capacity": True},
        {"parts": ["party"]},
        {"parts": ["plenary", "plenary"]},
        {"territory": "Lille, rue de la Paix"},
        {"commission_id": UUID(int=1)},
        {"commission_id": UUID("01930f6e-7a8b-7c9d-8eaf-b0c1d2e3f405")},
        {"title": "unknown to the contract"},
    ],
)
def test_a_writer_cannot_say_what_the_contract_does_not(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        scheduled(**changes)


def test_a_reader_ignores_what_was_added_since_also_inside() -> None:
    said = json.loads(scheduled(workshops=[Workshop(workshop_id=FIRST, slot=1)]).dump())
    said["mood"] = "good"
    said["workshops"][0]["room"] = "A"
    fact = CommissionScheduled.read(said)
    assert fact.workshops == (Workshop(workshop_id=FIRST, slot=1),)
    assert CommissionScheduled.read(json.dumps(said).encode()) == fact
    with pytest.raises(ValidationError):
        CommissionScheduled.model_validate(said)


@pytest.mark.parametrize("payload", [b"", b"{", b"null", b"[]", b"{}", b"\xff", b'{"occurred_on":20}'])
def test_a_reader_refuses_what_is_not_the_fact(payload: bytes) -> None:
    with pytest.raises(ValidationError):
        CommissionHeld.read(payload)


def test_lists_are_sorted_whatever_the_order_given() -> None:
    fact = scheduled(
        parts=[Part.WORKSHOPS, Part.PLENARY],
        workshops=[Workshop(workshop_id=SECOND, slot=1), Workshop(workshop_id=FIRST, slot=2)],
    )
    assert fact.parts == (Part.PLENARY, Part.WORKSHOPS)
    assert [each.workshop_id for each in fact.workshops] == [FIRST, SECOND]
    changed = CommissionChanged(
        occurred_on=DAY,
        commission_id=COMMISSION,
        changed=[CommissionField.WORKSHOPS, CommissionField.CAPACITY],
    )
    assert changed.changed == (CommissionField.CAPACITY, CommissionField.WORKSHOPS)
    assert changed.workshops is None


def test_an_empty_list_is_not_an_absent_one() -> None:
    cleared = CommissionChanged(
        occurred_on=DAY, commission_id=COMMISSION, changed=["workshops"], workshops=[]
    )
    assert json.loads(cleared.dump())["workshops"] == []
    assert CommissionChanged.read(cleared.dump()).workshops == ()


def test_facts_do_not_change() -> None:
    with pytest.raises(ValidationError):
        scheduled().capacity = 3  # type: ignore[misc]


def test_a_void_record_carries_ids_alone() -> None:
    common = {"record_id": RECORD, "revision": 2, "void": True, "partner_id": PARTNER, "backfill": False}
    void = RequestAnswered(**common, household_id=HOUSEHOLD, request_record_id=FIRST)
    assert set(json.loads(void.dump())) == {*common, "household_id", "request_record_id"}
    assert RequestAnswered.read(void.dump()) == void
    assert RequestAnswered(**common, household_id=HOUSEHOLD).key == str(HOUSEHOLD)
    assert EncounterRecorded(**common).key == str(RECORD)
    with pytest.raises(ValidationError, match="nothing but its ids: answer"):
        RequestAnswered(**common, household_id=HOUSEHOLD, answer="unmet")
    with pytest.raises(ValidationError, match="household_id"):
        RequestAnswered(**common)


def test_a_record_in_force_needs_its_fields() -> None:
    with pytest.raises(ValidationError, match="missing: caller, outcome"):
        CallRecorded(
            record_id=RECORD, revision=1, void=False, partner_id=PARTNER, backfill=False, night_of=DAY
        )
    assert RequestRegistered.needed_fields() >= {"door", "schemes", "adults"}
    assert "night_of" not in RequestRegistered.needed_fields()
    with pytest.raises(ValidationError):
        call(revision=0)


def test_an_allocation_is_its_record() -> None:
    with pytest.raises(ValidationError, match="allocation_id is the record_id"):
        AllocationReported(
            record_id=RECORD, revision=2, void=True, partner_id=PARTNER, backfill=False, allocation_id=FIRST
        )


@pytest.mark.parametrize("cell", ["59350", "2A004", "sector:200093201-12", "withheld", "unknown"])
def test_a_cell_is_no_finer_than_a_commune(cell: str) -> None:
    assert _encounter(cell).territory_cell == cell


@pytest.mark.parametrize("cell", ["", "5935", "59350-12", "sector:lille", "12 rue de la Paix", "59350\n"])
def test_an_address_is_no_cell(cell: str) -> None:
    with pytest.raises(ValidationError):
        _encounter(cell)


def _encounter(cell: str) -> EncounterRecorded:
    return EncounterRecorded(
        record_id=RECORD,
        revision=1,
        void=False,
        partner_id=PARTNER,
        backfill=False,
        night_of=DAY,
        persons=2,
        territory_cell=cell,
        outcome="met",
    )


def test_households_are_capped_at_nine_or_more() -> None:
    assert [cap_members(count) for count in (0, 9, 14)] == [0, 9, MEMBERS_MAX]
    request = {
        "record_id": RECORD,
        "revision": 1,
        "void": False,
        "partner_id": PARTNER,
        "backfill": False,
        "household_id": HOUSEHOLD,
        "door": Door.CALL_115,
        "branch": "emergency",
        "kind": "new",
        "registered_on": DAY,
        "composition": Composition.SINGLE_PARENT,
        "minors": 2,
        "minors_under_3": 1,
        "situation_group": SituationGroup.STREET,
        "need_group": "no_housing",
        "schemes": [],
    }
    assert RequestRegistered(**request, adults=cap_members(14)).adults == MEMBERS_MAX
    with pytest.raises(ValidationError):
        RequestRegistered(**request, adults=10)


def figures(cells: list[FigureCell]) -> FiguresImported:
    return FiguresImported(
        record_id=RECORD,
        revision=1,
        void=False,
        partner_id=PARTNER,
        backfill=False,
        table="allocations_homeless",
        vintage=date(2023, 5, 1),
        perimeter="not_stated",
        unit="allocations",
        cells=cells,
        source_code="urh_2023_05",
    )


def test_a_fact_too_large_is_not_written() -> None:
    one = figures([FigureCell(dims={"year": 2022, "scheme": "social_housing"}, value=2951)])
    assert FiguresImported.read(one.dump()) == one
    with pytest.raises(UnsayableError, match=str(MAX_BYTES)):
        figures([FigureCell(dims={"year": year}, value=1) for year in range(1000)]).dump()


def test_roles_carry_their_territory_and_their_end() -> None:
    account = AccountRecorded(
        person_id=FIRST,
        version=1,
        generation=1,
        state=AccountState.ACTIVE,
        roles=[GrantedRole(role=Role.COORDINATOR, territory="siao-59-lille", until=DAY)],
        assurance=Assurance.MAIL_LINK,
    )
    assert json.loads(account.dump())["roles"] == [
        {"role": "coordinator", "territory": "siao-59-lille", "until": "2023-03-14"}
    ]


def test_values_of_lists_travel_as_codes() -> None:
    received = RegistrationReceived(
        occurred_on=DAY,
        registration_id=FIRST,
        commission_id=COMMISSION,
        person_id=SECOND,
        organisation_kind=OrgKind.LANDLORD,
        by="self",
        verified=False,
        workshops=[],
        position=41,
        link_generation=1,
    )
    assert json.loads(received.dump())["organisation_kind"] == "landlord"
    assert RegistrationReceived.read(received.dump()).organisation_kind is OrgKind.LANDLORD
    assert Line("115") is Line.CALL_115


def test_a_key_that_is_nowhere_cannot_be_said() -> None:
    keyless = call().model_copy(update={"record_id": None})
    with pytest.raises(UnsayableError, match="household_id nor record_id"):
        _ = keyless.key


def test_a_refusal_carries_what_people_and_programs_read() -> None:
    refusal = Refused("full", "C’est complet", 409, [FieldError("/workshops/0", "full", "Atelier complet")])
    assert (refusal.code, refusal.text, refusal.status) == ("full", "C’est complet", 409)
    assert refusal.errors[0].pointer == "/workshops/0"
    assert str(refusal) == "full"
    assert Refused("gone", "Ce lien a déjà servi").errors == []


def test_every_fact_has_a_home() -> None:
    assert all(issubclass(fact, Fact) and fact.KEY for fact in REGISTRY.values())


@pytest.mark.parametrize("name", ["Nadia\r\nBcc: all@seuil.example", "Nadia\x00", "", "N" * 301])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(ValidationError):
        PersonRecorded(
            person_id=FIRST, version=1, given_name=name, email="nadia@bailleur.example", email_kind="personal"
        )


@pytest.mark.parametrize(
    "email",
    ["nadia", "nadia@", "@bailleur.example", "a b@c.example", "a@b.example\n", "a@b.example,c@d.example"],
)
def test_an_address_cannot_hide_another(email: str) -> None:
    with pytest.raises(ValidationError):
        PersonRecorded(person_id=FIRST, version=1, email=email, email_kind="personal")


def test_names_keep_their_letters() -> None:
    person = PersonRecorded(
        person_id=FIRST,
        version=1,
        given_name="Zoë",
        family_name="D’Hérouville-Ñandú <b>",
        email="zoe@bailleur.example",
        email_kind="personal",
    )
    assert PersonRecorded.read(person.dump()) == person
    assert "Zoë".encode() in person.dump()
