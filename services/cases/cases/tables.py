"""What cases keeps: households and their files, cases, agendas, sittings, minutes, and who read what.

Names, numbers and texts that identify are sealed (`store.vault`); a keyed index finds them again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from eventing.tables import add_eventing_tables
from webui.accounts import add_accounts_tables

metadata = MetaData()
add_eventing_tables(metadata)
add_accounts_tables(metadata)


def _instant(name: str, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


HOUSEHOLD = Table(
    "household",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("last_contact_on", Date, nullable=False),
    _instant("created_at", nullable=False),
)
DRAFT = Table(
    "draft",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("territory", Text, nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("referrer_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("completes", Boolean, nullable=False, server_default=text("false")),
    Column("form", Text, nullable=False, server_default=text("''")),
    _instant("created_at", nullable=False),
    _instant("changed_at", nullable=False),
)
Index("draft_organisation", DRAFT.c.organisation_id)

CASE_FILE = Table(
    "case_file",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("household.household_id"), nullable=False),
    Column("case_ref", Text, nullable=False, unique=True),
    Column("territory", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("referrer_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("seniority_from", Date),
    Column("submitted_on", Date, nullable=False),
    Column("restated_on", Date),
    Column("not_before_on", Date),
    Column("completion_due_on", Date),
    Column("appeal_until", Date),
    Column("commission_id", Uuid),
    Column("last_commission_id", Uuid),
    Column("item", Integer),
    Column("providers", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("protected", Boolean, nullable=False, server_default=text("false")),
    Column("audience", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("team", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("partners", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("document", JSONB, nullable=False),
    _instant("changed_at", nullable=False),
)
Index("case_file_queue", CASE_FILE.c.territory, CASE_FILE.c.state, CASE_FILE.c.seniority_from)
Index("case_file_referrer", CASE_FILE.c.referrer_id)
Index("case_file_organisation", CASE_FILE.c.organisation_id)
Index("case_file_commission", CASE_FILE.c.commission_id)
Index("case_file_household", CASE_FILE.c.household_id)
Index("case_file_providers", CASE_FILE.c.providers, postgresql_using="gin")

FILE_VERSION = Table(
    "file_version",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kept_for", Text, nullable=False),
    Column("social", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
    PrimaryKeyConstraint("case_id", "version", "kept_for", name="file_version_pkey"),
)
TRACE = Table(
    "trace",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "kind", "digest", name="trace_pkey"),
)
Index("trace_digest", TRACE.c.kind, TRACE.c.digest)
Index("trace_household", TRACE.c.household_id)

INFORMATION = Table(
    "information",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("informed_on", Date, nullable=False),
    Column("how", Text, nullable=False),
    Column("notice_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
)
Index("information_case", INFORMATION.c.case_id)
AGREEMENT = Table(
    "agreement",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("household_id", Uuid, nullable=False),
    Column("panel", Boolean, nullable=False),
    Column("landlord", Boolean, nullable=False),
    Column("health", Boolean, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("withdrawn_on", Date),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
)
Index("agreement_case", AGREEMENT.c.case_id)
OBJECTION = Table(
    "objection",
    metadata,
    Column("objection_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("sealed", LargeBinary),
    Column("outcome", Text),
    Column("answered_on", Date),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
)
WORDING = Table(
    "wording",
    metadata,
    Column("wording_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
)
Index("wording_case", WORDING.c.case_id)
HISTORY = Table(
    "history",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("subject_id", Uuid, nullable=False),
    Column("event_id", Uuid),
    Column("kind", Text, nullable=False),
    Column("fact", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("sealed", LargeBinary),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    _instant("at", nullable=False),
)
Index("history_subject", HISTORY.c.subject_id, HISTORY.c.id)
Index("history_event", HISTORY.c.event_id)

SITTING = Table(
    "sitting",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("has_panel", Boolean, nullable=False),
    _instant("starts_at", nullable=False),
    _instant("ends_at", nullable=False),
    Column("case_deadline_on", Date),
    Column("minutes_for_cases", Integer),
    Column("agenda_version", Integer, nullable=False, server_default=text("0")),
    Column("quorum_needed", Integer),
    Column("voting_present", Integer),
    Column("quorum", Boolean),
    Column("current_case_id", Uuid),
    _instant("agenda_at"),
    _instant("opened_at"),
    _instant("closed_at"),
    _instant("approved_at"),
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
    _instant("removed_at"),
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
    _instant("at", nullable=False),
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
    _instant("at", nullable=False),
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
    _instant("drafted_at", nullable=False),
    _instant("approved_at"),
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
    _instant("asked_at", nullable=False),
    _instant("answered_at"),
)
Index("correction_case", CORRECTION.c.case_id)
REMARK = Table(
    "remark",
    metadata,
    Column("remark_id", Uuid, primary_key=True),
    Column("commission_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    _instant("at", nullable=False),
)
ACCESS_LOG = Table(
    "access_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Uuid),
    Column("partner_id", Uuid),
    Column("case_id", Uuid),
    Column("household_id", Uuid),
    Column("what", Text, nullable=False),
    Column("purpose", Text),
    _instant("at", nullable=False),
)
Index("access_log_case", ACCESS_LOG.c.case_id, ACCESS_LOG.c.at)
Index("access_log_at", ACCESS_LOG.c.at, postgresql_using="brin")
ERASED = Table(
    "erased",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("case_ids", ARRAY(Uuid), nullable=False),
    Column("ground", Text, nullable=False),
    Column("erased_on", Date, nullable=False),
)
ERASURE_REQUEST = Table(
    "erasure_request",
    metadata,
    Column("household_id", Uuid, primary_key=True),
    Column("ground", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("proposed_by", Uuid),
    Column("approved_by", Uuid),
    _instant("asked_at", nullable=False),
    _instant("done_at"),
)
INTAKE_FILE = Table(
    "intake_file",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column("household_id", Uuid, nullable=False),
    Column("partner_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("faults", JSONB, nullable=False),
    _instant("received_at", nullable=False),
    CheckConstraint("state IN ('taken', 'waiting', 'proposed', 'detached')", name="intake_file_state"),
)
"""A partner's record about a case: what its last version became here; `sealed` while somebody must look."""
Index("intake_file_case", INTAKE_FILE.c.case_id)
Index("intake_file_household", INTAKE_FILE.c.household_id)
REFERRER_KNOWN = Table(
    "referrer_known",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("organisation_id", Uuid),
    Column("email_digest", LargeBinary, nullable=False),
)
"""Memory of the policies: whom a partner's file names as its referrer."""
Index("referrer_known_email", REFERRER_KNOWN.c.email_digest)
CHECKED = Table(
    "checked",
    metadata,
    Column("what", Text, primary_key=True),
    _instant("at", nullable=False),
)
"""When something was last found to be up to date: the accounts, before household pages open."""
SIAO_COPY = Table(
    "siao_copy",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
)
"""Decisions that somebody copied into SI SIAO."""
DUPLICATE = Table(
    "duplicate",
    metadata,
    Column("case_id", Uuid, nullable=False),
    Column("other_case_id", Uuid, nullable=False),
    Column("signs", ARRAY(Text), nullable=False),
    Column("verdict", Text),
    Column("reason", Text),
    Column("author", Text),
    _instant("found_at", nullable=False),
    _instant("judged_at"),
    PrimaryKeyConstraint("case_id", "other_case_id", name="duplicate_pkey"),
)
RULE_SET = Table(
    "rule_set",
    metadata,
    Column("territory", Text, nullable=False),
    Column("commission_type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("author", Text, nullable=False),
    _instant("at", nullable=False),
    PrimaryKeyConstraint("territory", "commission_type", "version", name="rule_set_pkey"),
)
SAVED_FILTER = Table(
    "saved_filter",
    metadata,
    Column("filter_id", Uuid, primary_key=True),
    Column("territory", Text, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("organisation_id", Uuid),
    Column("shared", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
)
PERSON_KNOWN = Table(
    "person_known",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("organisation_id", Uuid),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("email", Text, nullable=False),
    Column("email_kind", Text, nullable=False),
)
"""Folded from the directory: names of professionals, for pages."""
COMMISSION_KNOWN = Table(
    "commission_known",
    metadata,
    Column("commission_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("place", Text),
    Column("contact_email", Text, nullable=False),
)
"""Folded from the directory: the wording of commissions, for pages."""
PERSON_ERASED = Table(
    "person_erased",
    metadata,
    Column("person_id", Uuid, primary_key=True),
)
