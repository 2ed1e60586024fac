"""Panels, agendas, opinions, minutes."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from cases.tables.schema import instant, metadata

SITTING = Table(
    "sitting",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("has_panel", Boolean, nullable=False),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    Column("case_deadline_on", Date),
    Column("minutes_for_cases", Integer),
    Column("agenda_version", Integer, nullable=False, server_default=text("0")),
    Column("quorum_needed", Integer),
    Column("voting_present", Integer),
    Column("quorum", Boolean),
    Column("current_case_id", Uuid),
    instant("agenda_at"),
    instant("opened_at"),
    instant("closed_at"),
    instant("approved_at"),
)
Index("sitting_territory", SITTING.c.territory, SITTING.c.starts_at)
PANEL_MEMBER = Table(
    "panel_member",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("seat", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("voting", Boolean, nullable=False),
    Column("undertaking_on", Date, nullable=False),
    Column("substitute_of", Uuid),
    Column("present", Boolean, nullable=False, server_default=text("false")),
    instant("removed_at"),
    PrimaryKeyConstraint("commission_id", "person_id", name="panel_member_pkey"),
)
Index("panel_member_person", PANEL_MEMBER.c.person_id)
RECUSAL = Table(
    "recusal",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("commission_id", Uuid, nullable=False),
    Column("sealed", LargeBinary),
    instant("at", nullable=False),
    PrimaryKeyConstraint("case_id", "person_id", "commission_id", name="recusal_pkey"),
)
Index("recusal_person", RECUSAL.c.person_id)
AGENDA_ITEM = Table(
    "agenda_item",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("item", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("presenter_id", Uuid),
    Column("outcome", Text, nullable=False, server_default=text("'scheduled'")),
    Column("heard", Text),
    PrimaryKeyConstraint("commission_id", "case_id", name="agenda_item_pkey"),
    CheckConstraint(
        "outcome IN ('scheduled', 'examined', 'decided', 'adjourned', 'postponed')",
        name="agenda_item_outcome",
    ),
)
Index("agenda_item_case", AGENDA_ITEM.c.case_id)
OPINION = Table(
    "opinion",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("confidential", Boolean, nullable=False),
    instant("at", nullable=False),
    PrimaryKeyConstraint("commission_id", "case_id", "person_id", name="opinion_pkey"),
)
MINUTES = Table(
    "minutes",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("main", JSONB, nullable=False),
    Column("root_sha256", Text),
    Column("approved_by", Uuid),
    instant("drafted_at", nullable=False),
    instant("approved_at"),
    PrimaryKeyConstraint("commission_id", "version", name="minutes_pkey"),
)
ANNEX = Table(
    "annex",
    metadata,
    Column("commission_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("item", Integer, nullable=False),
    Column("leaf_sha256", Text, nullable=False),
    Column("sealed", LargeBinary),
    PrimaryKeyConstraint("commission_id", "case_id", "version", name="annex_pkey"),
)
CORRECTION = Table(
    "correction",
    metadata,
    Column("correction_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("decision_event", Uuid, nullable=False),
    Column("sealed", LargeBinary),
    Column("asked_by", Uuid, nullable=False),
    Column("answered_by", Uuid),
    Column("approved", Boolean),
    instant("asked_at", nullable=False),
    instant("answered_at"),
)
Index("correction_case", CORRECTION.c.case_id)
REMARK = Table(
    "remark",
    metadata,
    Column("remark_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    instant("at", nullable=False),
)
