"""Copy on demand: the life of variants, campaigns, placements, decisions, outcomes, webhooks out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("brief", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("audiences", JSON, nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_campaigns_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("workspace_id", "slug", name=op.f("uq_campaigns_workspace_id_slug")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("placement", sa.String(length=63), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.String(length=64), nullable=True),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=63), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_decisions_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions") as table:
        table.create_index("ix_decisions_at", ["workspace_id", "at"], unique=False)
        table.create_index("ix_decisions_campaign", ["campaign_id", "at"], unique=False)
        table.create_index(table.f("ix_decisions_key_id"), ["key_id"], unique=False)

    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("revisions", JSON, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_exports_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    with op.batch_alter_table("exports") as table:
        table.create_index(table.f("ix_exports_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("dedupe", sa.String(length=160), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("robot", sa.String(length=40), nullable=True),
        sa.Column("properties", JSON, server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_outcomes_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("workspace_id", "dedupe", name=op.f("uq_outcomes_workspace_id_dedupe")),
    )
    with op.batch_alter_table("outcomes") as table:
        table.create_index(table.f("ix_outcomes_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "placements",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("campaigns", JSON, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_placements_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_placements")),
        sa.UniqueConstraint("id", name=op.f("uq_placements_id")),
    )
    op.create_table(
        "snapshots",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_snapshots_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(length=200), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_subscriptions_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_dispatches_subscription_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_dispatches_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    with op.batch_alter_table("dispatches") as table:
        table.create_index(table.f("ix_dispatches_next_at"), ["next_at"], unique=False)
        table.create_index("ix_dispatches_subscription", ["subscription_id", "created_at"], unique=False)

    op.create_table(
        "lead_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_keys_lead_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_lead_keys_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_keys")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_lead_keys_lead_id")),
    )
    op.create_table(
        "revisions",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("claims", JSON, nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("rests_on", JSON, nullable=False),
        sa.Column("provenance", JSON, nullable=False),
        sa.Column("true_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("true_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_revisions_variant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_revisions_workspace_id")),
        sa.PrimaryKeyConstraint("variant_id", "revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "variant_history",
        sa.Column("id", COUNTER, autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("details", JSON, server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_variant_history_variant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_variant_history_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant_history")),
    )
    with op.batch_alter_table("variant_history") as table:
        table.create_index(table.f("ix_variant_history_variant_id"), ["variant_id"], unique=False)

    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("kind", sa.String(length=20), server_default="secret", nullable=False))
        table.add_column(sa.Column("origins", JSON, server_default="[]", nullable=False))
        table.add_column(sa.Column("campaign", sa.String(length=63), nullable=True))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("variants") as table:
        table.add_column(sa.Column("campaign_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("audience_slug", sa.String(length=63), nullable=True))
        table.add_column(sa.Column("revision", sa.String(length=64), server_default="none", nullable=False))
        table.add_column(sa.Column("serving", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("rests_on", JSON, server_default="[]", nullable=False))
        table.add_column(sa.Column("generator", sa.String(length=20), server_default="composer", nullable=False))
        table.add_column(sa.Column("author", sa.String(length=200), server_default="unknown", nullable=False))
        table.add_column(sa.Column("reasons", JSON, server_default="[]", nullable=False))
        table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("claimed_by", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        table.create_index(table.f("ix_variants_campaign_id"), ["campaign_id"], unique=False)
        table.create_index("ix_variants_status", ["workspace_id", "status"], unique=False)
        table.create_foreign_key(
            table.f("fk_variants_campaign_id"), "campaigns", ["campaign_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("workspaces") as table:
        table.add_column(sa.Column("review", JSON, server_default="{}", nullable=False))
        table.add_column(sa.Column("delivery", JSON, server_default="{}", nullable=False))


def downgrade() -> None:

    with op.batch_alter_table("workspaces") as table:
        table.drop_column("delivery")
        table.drop_column("review")

    with op.batch_alter_table("variants") as table:
        table.drop_constraint(table.f("fk_variants_campaign_id"), type_="foreignkey")
        table.drop_index("ix_variants_status")
        table.drop_index(table.f("ix_variants_campaign_id"))
        table.drop_column("claimed_until")
        table.drop_column("claimed_by")
        table.drop_column("updated_at")
        table.drop_column("version")
        table.drop_column("reasons")
        table.drop_column("author")
        table.drop_column("generator")
        table.drop_column("rests_on")
        table.drop_column("serving")
        table.drop_column("revision")
        table.drop_column("audience_slug")
        table.drop_column("campaign_id")

    with op.batch_alter_table("api_keys") as table:
        table.drop_column("expires_at")
        table.drop_column("campaign")
        table.drop_column("origins")
        table.drop_column("kind")

    with op.batch_alter_table("variant_history") as table:
        table.drop_index(table.f("ix_variant_history_variant_id"))

    op.drop_table("variant_history")
    op.drop_table("revisions")
    op.drop_table("lead_keys")
    with op.batch_alter_table("dispatches") as table:
        table.drop_index("ix_dispatches_subscription")
        table.drop_index(table.f("ix_dispatches_next_at"))

    op.drop_table("dispatches")
    op.drop_table("subscriptions")
    op.drop_table("snapshots")
    op.drop_table("placements")
    with op.batch_alter_table("outcomes") as table:
        table.drop_index(table.f("ix_outcomes_decision_id"))

    op.drop_table("outcomes")
    with op.batch_alter_table("exports") as table:
        table.drop_index(table.f("ix_exports_campaign_id"))

    op.drop_table("exports")
    with op.batch_alter_table("decisions") as table:
        table.drop_index(table.f("ix_decisions_key_id"))
        table.drop_index("ix_decisions_campaign")
        table.drop_index("ix_decisions_at")

    op.drop_table("decisions")
    op.drop_table("campaigns")
