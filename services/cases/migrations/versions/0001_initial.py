"""Households, their files and what is said of them; accounts; eventing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from operating.first_tables import create_eventing_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the first tables; there is nothing before them."""
    create_eventing_tables()
    _accounts()
    _files()
    _consent()
    _readings_are_only_added()


def _accounts() -> None:
    """Who may sign in, folded from accounts."""
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assurance", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("commune", sa.Text(), nullable=True),
        sa.Column("secret_location", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )


def _files() -> None:
    """Households, drafts, cases, their versions and the index that finds them."""
    op.create_table(
        "household",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("household_id"),
    )
    op.create_table(
        "draft",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("completes", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("form", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.household_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("draft_organisation", "draft", ["organisation_id"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("referrer_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("seniority_from", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("restated_on", sa.Date(), nullable=True),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.Column("completion_due_on", sa.Date(), nullable=True),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("commission_id", sa.Uuid(), nullable=True),
        sa.Column("last_commission_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("providers", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("protected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("team", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("partners", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.household_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("case_ref"),
    )
    op.create_index("case_file_commission", "case_file", ["commission_id"], unique=False)
    op.create_index("case_file_household", "case_file", ["household_id"], unique=False)
    op.create_index("case_file_organisation", "case_file", ["organisation_id"], unique=False)
    op.create_index("case_file_providers", "case_file", ["providers"], unique=False, postgresql_using="gin")
    op.create_index("case_file_queue", "case_file", ["territory", "state", "seniority_from"], unique=False)
    op.create_index("case_file_referrer", "case_file", ["referrer_id"], unique=False)
    op.create_table(
        "file_version",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_for", sa.Text(), nullable=False),
        sa.Column("social", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "version", "kept_for", name="file_version_pkey"),
    )
    op.create_table(
        "trace",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "digest", name="trace_pkey"),
    )
    op.create_index("trace_digest", "trace", ["kind", "digest"], unique=False)
    op.create_index("trace_household", "trace", ["household_id"], unique=False)
    op.create_table(
        "duplicate",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_case_id", sa.Uuid(), nullable=False),
        sa.Column("signs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "other_case_id", name="duplicate_pkey"),
    )
    op.create_table(
        "intake_file",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('taken', 'waiting', 'proposed', 'detached')", name="intake_file_state"),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("intake_file_case", "intake_file", ["case_id"], unique=False)
    op.create_index("intake_file_household", "intake_file", ["household_id"], unique=False)
    op.create_table(
        "referrer_known",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("email_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("referrer_known_email", "referrer_known", ["email_digest"], unique=False)
    op.create_table(
        "checked",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what"),
    )


def _consent() -> None:
    """What is added to and never changed."""
    op.create_table(
        "information",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("notice_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("information_case", "information", ["case_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("panel", sa.Boolean(), nullable=False),
        sa.Column("landlord", sa.Boolean(), nullable=False),
        sa.Column("health", sa.Boolean(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreement_case", "agreement", ["case_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("objection_id"),
    )
    op.create_table(
        "wording",
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("wording_id"),
    )
    op.create_index("wording_case", "wording", ["case_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("history_event", "history", ["event_id"], unique=False)
    op.create_index("history_subject", "history", ["subject_id", "id"], unique=False)
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("access_log_at", "access_log", ["at"], unique=False, postgresql_using="brin")
    op.create_index("access_log_case", "access_log", ["case_id", "at"], unique=False)


def _readings_are_only_added() -> None:
    """The application adds lines to the log of readings; it changes none, and forgets the old ones only."""
    op.execute(
        """
        DO $$ DECLARE granted record; BEGIN
            FOR granted IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
                WHERE table_name = 'access_log' AND grantee <> current_user
            LOOP EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON access_log FROM %I', granted.grantee);
            END LOOP;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION forget_readings(now timestamptz) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
            WITH gone AS (DELETE FROM access_log WHERE at < now - interval '12 months' RETURNING 1)
            SELECT count(*) FROM gone
        $$
        """
    )
