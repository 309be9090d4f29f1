"""all tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failure_key"), ["key"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_at"), ["at"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("qualification", sa.String(length=24), nullable=False),
        sa.Column(
            "second_line",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=24), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("name", name=op.f("uq_project_name")),
    )
    op.create_table(
        "provider_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=40), nullable=False),
        sa.Column(
            "data",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
        sa.UniqueConstraint("key", name=op.f("uq_provider_event_key")),
    )
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_event_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_provider_event_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("NOT done"),
            postgresql_where=sa.text("NOT done"),
        )

    op.create_table(
        "provider_question",
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inbound", sa.Boolean(), nullable=False),
        sa.Column("caller", sa.String(length=20), nullable=False),
        sa.Column("called", sa.String(length=20), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column(
            "plan",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("leg", name=op.f("pk_provider_question")),
    )
    with op.batch_alter_table("provider_question", schema=None) as batch_op:
        batch_op.create_index(
            "ix_provider_question_open",
            ["at"],
            unique=False,
            sqlite_where=sa.text("NOT asked"),
            postgresql_where=sa.text("NOT asked"),
        )

    op.create_table(
        "network_link",
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=False),
        sa.Column("error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("engine", "network", name=op.f("pk_network_link")),
    )
    op.create_table(
        "route_health",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_route_health")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=False),
        sa.Column(
            "recovery",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("phone_secret", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "zone_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("names", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_set")),
        sa.UniqueConstraint("names", name=op.f("uq_zone_set_names")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_seq")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_object"), ["object"], unique=False)

    op.create_table(
        "closer_calendar",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column(
            "week",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "days_off",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("length_min", sa.Integer(), nullable=False),
        sa.Column("buffer_min", sa.Integer(), nullable=False),
        sa.Column("notice_min", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("feed_epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_closer_calendar_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_closer_calendar")),
    )
    op.create_table(
        "command",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "args",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_command_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    with op.batch_alter_table("command", schema=None) as batch_op:
        batch_op.create_index(
            "ix_command_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "kept_reply",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_kept_reply_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_kept_reply")),
    )
    with op.batch_alter_table("kept_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_reply_at"), ["at"], unique=False)

    op.create_table(
        "number_rest",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_number_rest_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_rest")),
    )
    op.create_table(
        "mail_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_mail_template_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_mail_template_project_id_name")),
    )
    op.create_table(
        "script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["user_account.id"], name=op.f("fk_script_edited_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_script_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_script_project_id_name")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_suppression_added_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.create_index("uq_suppression", ["number", "scope_id"], unique=True)

    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_team_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=True),
        sa.Column("trunk", sa.String(length=60), nullable=False),
        sa.Column(
            "routes",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("caller_id", sa.String(length=20), nullable=False),
        sa.Column("ring_s", sa.Integer(), nullable=False),
        sa.Column("wrap_up_s", sa.Integer(), nullable=False),
        sa.Column("preview_s", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Double(), nullable=False),
        sa.Column("max_lines", sa.Integer(), nullable=False),
        sa.Column("announcement", sa.String(length=40), nullable=False),
        sa.Column("amd", sa.Boolean(), nullable=False),
        sa.Column("machine_message", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column(
            "rules",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("retry_plan", sa.String(length=60), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_campaign_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_campaign_script_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_campaign_project_id_name")),
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=24), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("given_by", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_holding_project_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_holding_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_holding_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint("user_id", "duty", "project_id", name=op.f("uq_holding_user_id_duty_project_id")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holding_user_id"), ["user_id"], unique=False)

    op.create_table(
        "script_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=60), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_script_comment_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["script_id"], ["script.id"], name=op.f("fk_script_comment_script_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["user_account.id"], name=op.f("fk_script_comment_settled_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_comment")),
    )
    with op.batch_alter_table("script_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_script_comment_script_id"), ["script_id"], unique=False)

    op.create_table(
        "script_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("script_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_script_version_published_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_script_version_script_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_version")),
        sa.UniqueConstraint("script_id", "number", name=op.f("uq_script_version_script_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """CREATE TRIGGER script_version_unchanged BEFORE UPDATE ON script_version
WHEN NEW.id IS NOT OLD.id OR NEW.script_id IS NOT OLD.script_id OR NEW.number IS NOT OLD.number
OR NEW.hash IS NOT OLD.hash OR NEW.text IS NOT OLD.text OR NEW.note IS NOT OLD.note
OR NEW.restores IS NOT OLD.restores OR NEW.published_at IS NOT OLD.published_at
OR (NEW.published_by IS NOT OLD.published_by AND NEW.published_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a published script version is never changed'); END"""
        )
        op.execute(
            """CREATE TRIGGER script_version_kept BEFORE DELETE ON script_version
WHEN OLD.published_at > datetime('now', '-5 years')
BEGIN SELECT RAISE(ABORT, 'a published script version is kept for five years'); END"""
        )
    else:
        op.execute(
            """CREATE FUNCTION script_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - 'published_by' IS DISTINCT FROM to_jsonb(OLD) - 'published_by'
      OR (NEW.published_by IS DISTINCT FROM OLD.published_by AND NEW.published_by IS NOT NULL) THEN
      RAISE EXCEPTION 'a published script version is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'TRUNCATE' OR OLD.published_at > now() - interval '5 years' THEN
    RAISE EXCEPTION 'a published script version is kept for five years' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$"""
        )
        op.execute(
            """CREATE TRIGGER script_version_unchanged BEFORE UPDATE OR DELETE ON script_version
FOR EACH ROW EXECUTE FUNCTION script_version_guard()"""
        )
        op.execute(
            """CREATE TRIGGER script_version_kept BEFORE TRUNCATE ON script_version
FOR EACH STATEMENT EXECUTE FUNCTION script_version_guard()"""
        )

    op.create_table(
        "plan_target",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(length=24), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_target_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "month", "measure", name=op.f("pk_plan_target")),
    )
    op.create_table(
        "campaign_member",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_campaign_member_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name=op.f("pk_campaign_member")),
    )
    op.create_table(
        "contact_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(length=200), nullable=False),
        sa.Column(
            "columns",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_contact_list_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name=op.f("fk_contact_list_imported_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_list")),
    )
    with op.batch_alter_table("contact_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_list_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "operator_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("old", sa.String(length=24), nullable=False),
        sa.Column("new", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_operator_move_campaign_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_operator_move_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_move")),
    )
    with op.batch_alter_table("operator_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operator_move_user_id_at"), ["user_id", "at"], unique=False)

    op.create_table(
        "survey_quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("expression", sa.String(length=500), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_survey_quota_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_quota")),
        sa.UniqueConstraint("campaign_id", "name", name=op.f("uq_survey_quota_campaign_id_name")),
    )
    with op.batch_alter_table("survey_quota", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_quota_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=40), nullable=True),
        sa.Column("zone_set_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "fields",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_contact_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["list_id"], ["contact_list.id"], name=op.f("fk_contact_list_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["origin_id"], ["contact.id"], name=op.f("fk_contact_origin_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_contact_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["zone_set_id"], ["zone_set.id"], name=op.f("fk_contact_zone_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_campaign_state", ["campaign_id", "state"], unique=False)
        batch_op.create_index(
            "ix_contact_claimed",
            ["campaign_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
        batch_op.create_index(
            "ix_contact_due",
            ["campaign_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'held')"),
            postgresql_where=sa.text("state IN ('waiting', 'held')"),
        )
        batch_op.create_index(batch_op.f("ix_contact_origin_id"), ["origin_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("to_number", sa.String(length=20), nullable=False),
        sa.Column("caller_id", sa.String(length=20), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("trunk", sa.String(length=60), nullable=False),
        sa.Column("provider_ref", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("inbound", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("disposed_by", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=True),
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("script_version_id", sa.Integer(), nullable=True),
        sa.Column("amd", sa.String(length=24), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("sip_code", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ringing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_attempt_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closer_id"], ["user_account.id"], name=op.f("fk_attempt_closer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_attempt_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["disposed_by"], ["user_account.id"], name=op.f("fk_attempt_disposed_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["user_account.id"], name=op.f("fk_attempt_operator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["script_version_id"], ["script_version.id"], name=op.f("fk_attempt_script_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_caller", ["caller_id", "placed_at"], unique=False)
        batch_op.create_index("ix_attempt_campaign", ["campaign_id", "placed_at"], unique=False)
        batch_op.create_index("ix_attempt_contact", ["contact_id", "placed_at"], unique=False)
        batch_op.create_index("ix_attempt_number", ["to_number", "placed_at"], unique=False)
        batch_op.create_index(
            "ix_attempt_open",
            ["campaign_id", "state"],
            unique=False,
            sqlite_where=sa.text("state NOT IN ('closed')"),
            postgresql_where=sa.text("state NOT IN ('closed')"),
        )
        batch_op.create_index("ix_attempt_operator", ["operator_id", "placed_at"], unique=False)
        batch_op.create_index(
            "uq_attempt_open_contact",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('closed')"),
            postgresql_where=sa.text("state NOT IN ('closed')"),
        )

    op.create_table(
        "callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_callback_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["user_account.id"], name=op.f("fk_callback_cancelled_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_callback_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["user_account.id"], name=op.f("fk_callback_kept_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_callback_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_callback_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_callback_team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_owner_id_due_at"), ["owner_id", "due_at"], unique=False)
        batch_op.create_index(
            "uq_callback_open",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
        )

    op.create_table(
        "contact_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("extension", sa.String(length=12), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_contact_number_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_number_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_number")),
    )
    with op.batch_alter_table("contact_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_number_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_number_number"), ["number"], unique=False)
        batch_op.create_index("uq_contact_number", ["campaign_id", "number"], unique=True)

    op.create_table(
        "funnel_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", sa.String(length=24), nullable=False),
        sa.Column("new", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_funnel_move_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_funnel_move_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funnel_move")),
    )
    with op.batch_alter_table("funnel_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funnel_move_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "funnel_place",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_funnel_place_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_funnel_place_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_funnel_place_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_funnel_place")),
    )
    with op.batch_alter_table("funnel_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funnel_place_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_funnel_place_project_id_stage_since_at"), ["project_id", "stage", "since_at"], unique=False
        )

    op.create_table(
        "later_place",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_by", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_later_place_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["drawn_id"], ["contact.id"], name=op.f("fk_later_place_drawn_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_later_place_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["put_by"], ["user_account.id"], name=op.f("fk_later_place_put_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_later_place")),
    )
    with op.batch_alter_table("later_place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_later_place_project_id_ready_at"), ["project_id", "ready_at"], unique=False
        )

    op.create_table(
        "lead_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_lead_dispute_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["user_account.id"], name=op.f("fk_lead_dispute_raised_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["user_account.id"], name=op.f("fk_lead_dispute_settled_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_dispute")),
    )
    with op.batch_alter_table("lead_dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_dispute_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("unsubscribe", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_letter_contact_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_letter_open",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
        )

    op.create_table(
        "mail_stop",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_mail_stop_contact_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_stop")),
    )
    op.create_table(
        "touch_place",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_touch_place_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_touch_place_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_touch_place")),
    )
    with op.batch_alter_table("touch_place", schema=None) as batch_op:
        batch_op.create_index(
            "ix_touch_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_touch_place_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("node", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_answer_attempt_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_answer_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["script_version.id"], name=op.f("fk_answer_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("contact_id", "field", name=op.f("uq_answer_contact_id_field")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column(
            "packet",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminder_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_appointment_attempt_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_appointment_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["closer_id"], ["user_account.id"], name=op.f("fk_appointment_closer_id")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_appointment_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_appointment_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_appointment_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_closer_id_starts_at"), ["closer_id", "starts_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appointment_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_state_starts_at"), ["state", "starts_at"], unique=False)

    op.create_table(
        "attempt_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("old", sa.String(length=24), nullable=True),
        sa.Column("new", sa.String(length=24), nullable=False),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_move_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_move")),
    )
    with op.batch_alter_table("attempt_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_move_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "desk_draft",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "words",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_desk_draft_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_desk_draft_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "user_id", name=op.f("pk_desk_draft")),
    )
    op.create_table(
        "gate_ask",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("lacks", sa.String(length=40), nullable=False),
        sa.Column("hot", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("let", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_gate_ask_asked_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_gate_ask_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_gate_ask_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_gate_ask_decided_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_gate_ask")),
    )
    with op.batch_alter_table("gate_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gate_ask_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("temperature", sa.String(length=8), nullable=False),
        sa.Column("bant", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_lead_attempt_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_campaign_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_lead_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["user_account.id"], name=op.f("fk_lead_operator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_lead_contact_id")),
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_note_attempt_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_note_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_note_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "operator_session",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("pause_after", sa.String(length=60), nullable=False),
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("leg_up", sa.Boolean(), nullable=False),
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.Column("phone_lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrap_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_operator_session_attempt_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_operator_session_campaign_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_operator_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_operator_session")),
    )
    with op.batch_alter_table("operator_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operator_session_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "recording",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "peaks",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_recording_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_recording")),
    )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_expected_at"), ["expected_at"], unique=False)

    op.create_table(
        "recording_share",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("shared_by", sa.Integer(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_recording_share_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shared_by"], ["user_account.id"], name=op.f("fk_recording_share_shared_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_recording_share")),
    )
    op.create_table(
        "script_run",
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column(
            "position",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "draft",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_script_run_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["script_version.id"], name=op.f("fk_script_run_version_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_script_run")),
    )
    op.create_table(
        "script_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "entry",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_script_step_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["script_version.id"], name=op.f("fk_script_step_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_step")),
    )
    with op.batch_alter_table("script_step", schema=None) as batch_op:
        batch_op.create_index("ix_script_step_attempt", ["attempt_id", "seq"], unique=True)
        batch_op.create_index(batch_op.f("ix_script_step_version_id"), ["version_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """CREATE TRIGGER script_step_unchanged BEFORE UPDATE ON script_step
BEGIN SELECT RAISE(ABORT, 'the step log is only added to'); END"""
        )
        op.execute(
            """CREATE TRIGGER script_step_kept BEFORE DELETE ON script_step
WHEN EXISTS (SELECT 1 FROM attempt WHERE attempt.id = OLD.attempt_id AND substr(attempt.to_number, 1, 1) <> '#')
BEGIN SELECT RAISE(ABORT, 'the step log is only added to'); END"""
        )
    else:
        op.execute(
            """CREATE FUNCTION script_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT 1 FROM attempt WHERE id = OLD.attempt_id AND left(to_number, 1) <> '#') THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'the step log is only added to' USING ERRCODE = 'integrity_constraint_violation';
END $$"""
        )
        op.execute(
            """CREATE TRIGGER script_step_unchanged BEFORE UPDATE OR DELETE ON script_step
FOR EACH ROW EXECUTE FUNCTION script_step_guard()"""
        )
        op.execute(
            """CREATE TRIGGER script_step_kept BEFORE TRUNCATE ON script_step
FOR EACH STATEMENT EXECUTE FUNCTION script_step_guard()"""
        )

    op.create_table(
        "appointment_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("old", sa.String(length=24), nullable=False),
        sa.Column("new", sa.String(length=24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_move_appointment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_appointment_move_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_move")),
    )
    with op.batch_alter_table("appointment_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_move_appointment_id"), ["appointment_id"], unique=False)

    op.create_table(
        "appointment_unit",
        sa.Column("closer_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_unit_appointment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["closer_id"], ["user_account.id"], name=op.f("fk_appointment_unit_closer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("closer_id", "unit", "seat", name=op.f("pk_appointment_unit")),
    )
    with op.batch_alter_table("appointment_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_unit_appointment_id"), ["appointment_id"], unique=False)

    op.create_table(
        "listening",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("voice", sa.String(length=12), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_listening_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_listening_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_listening")),
        sa.UniqueConstraint("leg", name=op.f("uq_listening_leg")),
    )
    with op.batch_alter_table("listening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listening_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "handoff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_operator_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_handoff_attempt_id")),
        sa.ForeignKeyConstraint(
            ["closer_id"], ["user_account.id"], name=op.f("fk_handoff_closer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_handoff_lead_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["user_account.id"], name=op.f("fk_handoff_operator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_closer_id_state"), ["closer_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_handoff_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "handoff_packet",
        sa.Column("handoff_id", sa.Integer(), nullable=False),
        sa.Column("temperature", sa.String(length=8), nullable=False),
        sa.Column(
            "contents",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_on", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_handoff_packet_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoff_packet")),
    )
    with op.batch_alter_table("handoff_packet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_packet_due_at"), ["due_at"], unique=False)

    op.create_index(
        "ix_contact_claim",
        "contact",
        ["campaign_id", "zone_set_id", "band", sa.literal_column("priority DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )

    op.create_table(
        "number_range",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("zones", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_range")),
    )
    with op.batch_alter_table("number_range", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_range_first"), ["first"], unique=False)

    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("name", name=op.f("uq_client_name")),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten")),
    )
    with op.batch_alter_table("forgotten", schema=None) as batch_op:
        batch_op.create_index("uq_forgotten", ["hash", "scope_id"], unique=True)

    op.create_table(
        "key_mark",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_mark")),
    )
    op.create_table(
        "list_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_import")),
    )
    with op.batch_alter_table("list_import", schema=None) as batch_op:
        batch_op.create_index("ix_list_import_name", ["name", "scope_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=65), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("proof", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_consent_project_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_consent_recorded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_number"), ["number"], unique=False)

    op.create_table(
        "pacing_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_pacing_word_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pacing_word")),
    )
    with op.batch_alter_table("pacing_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pacing_word_at"), ["at"], unique=False)
        batch_op.create_index("ix_pacing_word_campaign", ["campaign_id", "at"], unique=False)

    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=64), nullable=True),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("profile", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_refusal_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
    )
    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refusal_at"), ["at"], unique=False)
        batch_op.create_index("ix_refusal_campaign", ["campaign_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_refusal_contact_id"), ["contact_id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refusal_contact_id"))
        batch_op.drop_index("ix_refusal_campaign")
        batch_op.drop_index(batch_op.f("ix_refusal_at"))

    op.drop_table("refusal")
    with op.batch_alter_table("pacing_word", schema=None) as batch_op:
        batch_op.drop_index("ix_pacing_word_campaign")
        batch_op.drop_index(batch_op.f("ix_pacing_word_at"))

    op.drop_table("pacing_word")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_number"))

    op.drop_table("consent")
    with op.batch_alter_table("list_import", schema=None) as batch_op:
        batch_op.drop_index("ix_list_import_name")

    op.drop_table("list_import")
    op.drop_table("key_mark")
    with op.batch_alter_table("forgotten", schema=None) as batch_op:
        batch_op.drop_index("uq_forgotten")

    op.drop_table("forgotten")
    op.drop_table("client")
    with op.batch_alter_table("number_range", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_number_range_first"))

    op.drop_table("number_range")

    op.drop_index(
        "ix_contact_claim",
        table_name="contact",
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    with op.batch_alter_table("handoff_packet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_packet_due_at"))

    op.drop_table("handoff_packet")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_lead_id"))
        batch_op.drop_index(batch_op.f("ix_handoff_closer_id_state"))

    op.drop_table("handoff")
    with op.batch_alter_table("appointment_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_unit_appointment_id"))

    op.drop_table("appointment_unit")
    with op.batch_alter_table("appointment_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_move_appointment_id"))

    op.drop_table("appointment_move")
    with op.batch_alter_table("listening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listening_attempt_id"))

    op.drop_table("listening")
    with op.batch_alter_table("script_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_script_step_version_id"))
        batch_op.drop_index("ix_script_step_attempt")

    op.drop_table("script_step")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION script_step_guard()")
    op.drop_table("script_run")
    op.drop_table("recording_share")
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recording_expected_at"))

    op.drop_table("recording")
    with op.batch_alter_table("operator_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operator_session_campaign_id"))

    op.drop_table("operator_session")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_contact_id"))

    op.drop_table("note")
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_campaign_id"))

    op.drop_table("lead")
    with op.batch_alter_table("gate_ask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gate_ask_campaign_id"))

    op.drop_table("gate_ask")
    op.drop_table("desk_draft")
    with op.batch_alter_table("attempt_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_move_attempt_id"))

    op.drop_table("attempt_move")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_state_starts_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_project_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_contact_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_closer_id_starts_at"))

    op.drop_table("appointment")
    op.drop_table("answer")
    with op.batch_alter_table("touch_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_touch_place_campaign_id"))
        batch_op.drop_index(
            "ix_touch_due",
            sqlite_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NULL AND due_at IS NOT NULL"),
        )

    op.drop_table("touch_place")
    op.drop_table("mail_stop")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_letter_open",
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_letter_contact_id"))

    op.drop_table("letter")
    with op.batch_alter_table("lead_dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_dispute_contact_id"))

    op.drop_table("lead_dispute")
    with op.batch_alter_table("later_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_later_place_project_id_ready_at"))

    op.drop_table("later_place")
    with op.batch_alter_table("funnel_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funnel_place_project_id_stage_since_at"))
        batch_op.drop_index(batch_op.f("ix_funnel_place_campaign_id"))

    op.drop_table("funnel_place")
    with op.batch_alter_table("funnel_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funnel_move_contact_id"))

    op.drop_table("funnel_move")
    with op.batch_alter_table("contact_number", schema=None) as batch_op:
        batch_op.drop_index("uq_contact_number")
        batch_op.drop_index(batch_op.f("ix_contact_number_number"))
        batch_op.drop_index(batch_op.f("ix_contact_number_contact_id"))

    op.drop_table("contact_number")
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_callback_open",
            sqlite_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_callback_owner_id_due_at"))

    op.drop_table("callback")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_open_contact",
            sqlite_where=sa.text("state NOT IN ('closed')"),
            postgresql_where=sa.text("state NOT IN ('closed')"),
        )
        batch_op.drop_index("ix_attempt_operator")
        batch_op.drop_index(
            "ix_attempt_open",
            sqlite_where=sa.text("state NOT IN ('closed')"),
            postgresql_where=sa.text("state NOT IN ('closed')"),
        )
        batch_op.drop_index("ix_attempt_number")
        batch_op.drop_index("ix_attempt_contact")
        batch_op.drop_index("ix_attempt_campaign")
        batch_op.drop_index("ix_attempt_caller")

    op.drop_table("attempt")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_origin_id"))
        batch_op.drop_index(
            "ix_contact_due",
            sqlite_where=sa.text("state IN ('waiting', 'held')"),
            postgresql_where=sa.text("state IN ('waiting', 'held')"),
        )
        batch_op.drop_index(
            "ix_contact_claimed",
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
        batch_op.drop_index("ix_contact_campaign_state")

    op.drop_table("contact")
    with op.batch_alter_table("survey_quota", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_quota_campaign_id"))

    op.drop_table("survey_quota")
    with op.batch_alter_table("operator_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_operator_move_user_id_at"))

    op.drop_table("operator_move")
    with op.batch_alter_table("contact_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_list_campaign_id"))

    op.drop_table("contact_list")
    op.drop_table("campaign_member")
    op.drop_table("plan_target")
    op.drop_table("script_version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION script_version_guard()")
    with op.batch_alter_table("script_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_script_comment_script_id"))

    op.drop_table("script_comment")
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holding_user_id"))

    op.drop_table("holding")
    op.drop_table("campaign")
    op.drop_table("team")
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.drop_index("uq_suppression")

    op.drop_table("suppression")
    op.drop_table("number_rest")
    op.drop_table("script")
    op.drop_table("mail_template")
    with op.batch_alter_table("kept_reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_reply_at"))

    op.drop_table("kept_reply")
    with op.batch_alter_table("command", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_command_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.drop_table("command")
    op.drop_table("closer_calendar")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_object"))
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
    op.drop_table("api_token")
    op.drop_table("zone_set")
    op.drop_table("route_health")
    op.drop_table("network_link")
    op.drop_table("user_account")
    with op.batch_alter_table("provider_question", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_provider_question_open", sqlite_where=sa.text("NOT asked"), postgresql_where=sa.text("NOT asked")
        )

    op.drop_table("provider_question")
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_provider_event_open", sqlite_where=sa.text("NOT done"), postgresql_where=sa.text("NOT done")
        )
        batch_op.drop_index(batch_op.f("ix_provider_event_at"))

    op.drop_table("provider_event")
    op.drop_table("project")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_at"))

    op.drop_table("outbox")
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_failure_key"))

    op.drop_table("login_failure")
    op.drop_table("audit_head")
