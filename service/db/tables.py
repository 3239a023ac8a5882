"""Every table, as SQLAlchemy Core. Each row belongs to exactly one workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up by itself only an INTEGER key


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment, stored in UTC and always given back with its time zone; SQLite alone would forget it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To UTC; a time without a zone is refused, since nobody could say what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        try:
            return value.astimezone(UTC)
        except OverflowError:  # the first and the last day there are, in a zone where UTC is another day
            return datetime.min.replace(tzinfo=UTC) if value.year == 1 else datetime.max.replace(tzinfo=UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Back in UTC."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def _workspace() -> sa.Column[Any]:
    return sa.Column("workspace_id", sa.Uuid(), sa.ForeignKey("workspaces.id"), nullable=False)


workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("slug", sa.String(63), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("default_locale", sa.String(10), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("voice", sa.Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("terms", Json, nullable=False, server_default="{}"),
    sa.Column("daily_budget", sa.Numeric(12, 4)),
    sa.Column("smallest_audience", sa.Integer(), nullable=False, server_default="5"),
    sa.Column("policy", Json, nullable=False, server_default="{}"),
    sa.Column("review", Json, nullable=False, server_default="{}"),
    sa.Column("delivery", Json, nullable=False, server_default="{}"),
    sa.Column("style", Json, nullable=False, server_default="{}"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("prefix", sa.String(20), nullable=False, unique=True),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("revoked_at", UtcDateTime()),
    sa.Column("kind", sa.String(20), nullable=False, server_default="secret"),
    sa.Column("origins", Json, nullable=False, server_default="[]"),
    sa.Column("campaign", sa.String(63)),
    sa.Column("expires_at", UtcDateTime()),
)

leads = sa.Table(
    "leads",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("traits", Json, nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "external_id"),
    sa.Index(None, "workspace_id", "id"),  # pages go by the random id, since an external id may be an e-mail address
)

identities = sa.Table(
    "identities",
    metadata,
    _workspace(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("value", sa.String(320), nullable=False),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.PrimaryKeyConstraint("workspace_id", "kind", "value"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", Sequence, primary_key=True, autoincrement=True),
    _workspace(),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("purpose", sa.String(100), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("basis", sa.String(40), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("collected_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime()),
    sa.Column("notice_version", sa.String(100)),
    sa.Column("proof", sa.Text()),
)

contracts = sa.Table(
    "contracts",
    metadata,
    _workspace(),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("attributes", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "version"),
)

content_items = sa.Table(
    "content_items",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("deleted_at", UtcDateTime()),
    sa.UniqueConstraint("workspace_id", "external_id"),
)

content_versions = sa.Table(
    "content_versions",
    metadata,
    _workspace(),
    sa.Column("item_id", sa.Uuid(), sa.ForeignKey("content_items.id"), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("body", sa.Text(), nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("tags", Json, nullable=False),
    sa.Column("url", sa.Text()),
    sa.Column("image_url", sa.Text()),
    sa.Column("image_alt", sa.Text()),
    sa.Column("facts", Json, nullable=False),
    sa.Column("valid_from", UtcDateTime()),
    sa.Column("valid_until", UtcDateTime()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("item_id", "version"),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("item_id", sa.Uuid(), sa.ForeignKey("content_items.id"), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("heading", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("start", sa.Integer(), nullable=False),
    sa.Column("end", sa.Integer(), nullable=False),
    sa.Index(None, "item_id", "version"),
)

_OF_THE_QUEUE = (  # all that it asks of a variant, so that it reads 150 bytes of each and not its evidence too
    "campaign_id", "audience_slug", "channel", "locale", "generator", "blocking", "warnings", "created_at",
    "claimed_by", "claimed_until", "serving", "id",
)  # fmt: skip

variants = sa.Table(
    "variants",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="SET NULL"), index=True),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("angle", sa.String(40), nullable=False),
    sa.Column("brief", Json, nullable=False),
    sa.Column("audience", Json, nullable=False),
    sa.Column("fields", Json, nullable=False),
    sa.Column("claims", Json, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("provenance", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("findings", Json, nullable=False, server_default="[]"),
    sa.Column("true_from", UtcDateTime()),
    sa.Column("true_until", UtcDateTime()),
    sa.Column("campaign_id", sa.Uuid(), sa.ForeignKey("campaigns.id", ondelete="SET NULL"), index=True),
    sa.Column("audience_slug", sa.String(63)),  # with a campaign and without this it is the control
    sa.Column("revision", sa.String(64), nullable=False, server_default="none"),  # that of what stands here
    sa.Column("serving", sa.String(64)),  # the approved revision that answers are made from
    sa.Column("rests_on", Json, nullable=False, server_default="[]"),
    sa.Column("generator", sa.String(20), nullable=False, server_default="composer"),
    sa.Column("author", sa.String(200), nullable=False, server_default="unknown"),
    sa.Column("reasons", Json, nullable=False, server_default="[]"),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("updated_at", UtcDateTime()),
    sa.Column("claimed_by", sa.String(200)),
    sa.Column("claimed_until", UtcDateTime()),
    sa.Column("blocking", sa.Integer(), nullable=False, server_default="0"),  # how many of its findings do
    sa.Column("warnings", sa.Integer(), nullable=False, server_default="0"),  # the others
    sa.Index(None, "workspace_id", "created_at"),
    sa.Index("ix_variants_status", "workspace_id", "status", *_OF_THE_QUEUE),
)

revisions = sa.Table(  # states of variants that somebody has judged, which never change
    "revisions",
    metadata,
    _workspace(),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("fields", Json, nullable=False),
    sa.Column("claims", Json, nullable=False),
    sa.Column("findings", Json, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("rests_on", Json, nullable=False),
    sa.Column("provenance", Json, nullable=False),
    sa.Column("true_from", UtcDateTime()),
    sa.Column("true_until", UtcDateTime()),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("approved_by", sa.String(200)),
    sa.Column("approved_at", UtcDateTime()),
    sa.PrimaryKeyConstraint("variant_id", "revision"),
)

variant_history = sa.Table(
    "variant_history",
    metadata,
    sa.Column("id", Sequence, primary_key=True, autoincrement=True),
    _workspace(),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("from_status", sa.String(20)),
    sa.Column("to_status", sa.String(20), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
    sa.Column("details", Json, nullable=False, server_default="{}"),
    sa.Column("at", UtcDateTime(), nullable=False),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("slug", sa.String(63), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("brief", Json, nullable=False),
    sa.Column("channels", Json, nullable=False),
    sa.Column("audiences", Json, nullable=False),  # slugs, the most wanted first
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("starts_at", UtcDateTime()),
    sa.Column("ends_at", UtcDateTime()),
    sa.Column("settings", Json, nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "slug"),
)

placements = sa.Table(
    "placements",
    metadata,
    _workspace(),
    sa.Column("key", sa.String(63), nullable=False),
    sa.Column("id", sa.Uuid(), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("campaigns", Json, nullable=False),  # slugs; the first that has something to say does
    sa.Column("settings", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "key"),
)

lead_keys = sa.Table(  # what receipts hold of a lead is sealed with its key; without the key nobody reads it again
    "lead_keys",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("key", sa.LargeBinary(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

snapshots = sa.Table(  # what stood on a campaign's shelf, named by its hash
    "snapshots",
    metadata,
    _workspace(),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "hash"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("campaign_id", sa.Uuid(), nullable=False),
    sa.Column("placement", sa.String(63)),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("variant_id", sa.Uuid()),
    sa.Column("revision", sa.String(64)),
    sa.Column("rung", sa.String(20), nullable=False),
    sa.Column("audience", sa.String(63)),
    sa.Column("reason", sa.String(40)),
    sa.Column("propensity", sa.Float(), nullable=False),
    sa.Column("snapshot", sa.String(64), nullable=False),
    sa.Column("key_id", sa.Uuid(), index=True),
    sa.Column("receipt", sa.LargeBinary(), nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Index("ix_decisions_at", "workspace_id", "at"),
    sa.Index("ix_decisions_campaign", "campaign_id", "at"),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("id", Sequence, primary_key=True, autoincrement=True),
    _workspace(),
    sa.Column("decision_id", sa.Uuid(), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("dedupe", sa.String(160), nullable=False),
    sa.Column("value", sa.Numeric(14, 2)),
    sa.Column("currency", sa.String(3)),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("robot", sa.String(40)),
    sa.Column("properties", Json, nullable=False, server_default="{}"),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("received_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "dedupe"),
)

exports = sa.Table(  # copy that left the house, which no quarantine reaches
    "exports",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("campaign_id", sa.Uuid(), nullable=False, index=True),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("leads", sa.Integer(), nullable=False),
    sa.Column("revisions", Json, nullable=False),  # {variant id: {revision: how many leads}}
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("url", sa.Text(), nullable=False),
    sa.Column("secret", sa.Text(), nullable=False),
    sa.Column("events", Json, nullable=False),
    sa.Column("enabled", sa.Boolean(), nullable=False),
    sa.Column("disabled_reason", sa.String(200)),
    sa.Column("failing_since", UtcDateTime()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

dispatches = sa.Table(  # messages to subscriptions, and how often each was tried
    "dispatches",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("subscription_id", sa.Uuid(), sa.ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("next_at", UtcDateTime(), index=True),
    sa.Column("delivered_at", UtcDateTime()),
    sa.Column("last_status", sa.Integer()),
    sa.Column("last_error", sa.Text()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_dispatches_subscription", "subscription_id", "created_at"),
)

citations = sa.Table(
    "citations",
    metadata,
    _workspace(),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="CASCADE"), nullable=False),
    sa.Column("evidence_id", sa.String(20), nullable=False),
    sa.Column("item_id", sa.Uuid(), sa.ForeignKey("content_items.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("passage_id", sa.Uuid(), sa.ForeignKey("passages.id")),
    sa.PrimaryKeyConstraint("variant_id", "evidence_id"),
)

spending = sa.Table(
    "spending",
    metadata,
    _workspace(),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("calls", sa.Integer(), nullable=False),
    sa.Column("input_tokens", sa.BigInteger(), nullable=False),
    sa.Column("output_tokens", sa.BigInteger(), nullable=False),
    sa.Column("cost", sa.Numeric(18, 8), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "day", "model"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", Sequence, primary_key=True, autoincrement=True),
    _workspace(),
    sa.Column("message_id", sa.String(100), nullable=False),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE")),
    sa.Column("anonymous_id", sa.String(200)),
    sa.Column("type", sa.String(10), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("robot", sa.String(40)),
    sa.Column("occurred_at", UtcDateTime(), nullable=False),
    sa.Column("received_at", UtcDateTime(), nullable=False),
    sa.Column("properties", Json, nullable=False),
    sa.Column("context", Json, nullable=False),
    sa.UniqueConstraint("workspace_id", "message_id"),
    sa.Index(None, "lead_id", "occurred_at"),
    sa.Index("ix_events_anonymous_id", "workspace_id", "anonymous_id"),
    sa.Index("ix_events_received_at", "workspace_id", "received_at"),
)

histories = sa.Table(
    "histories",
    metadata,
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    _workspace(),
    sa.Column("data", Json, nullable=False),
)

audiences = sa.Table(
    "audiences",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("slug", sa.String(63), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("condition", Json, nullable=False),
    sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("audiences.id")),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "slug"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    _workspace(),
    sa.Column("audience_id", sa.Uuid(), sa.ForeignKey("audiences.id", ondelete="CASCADE"), nullable=False),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("since", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("audience_id", "lead_id"),
)

appointments = sa.Table(  # when time alone may change a lead's memberships
    "appointments",
    metadata,
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    _workspace(),
    sa.Column("due_at", UtcDateTime(), nullable=False, index=True),
)

clusterings = sa.Table(
    "clusterings",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("clusters", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

cluster_members = sa.Table(
    "cluster_members",
    metadata,
    _workspace(),
    sa.Column("clustering_id", sa.Uuid(), sa.ForeignKey("clusterings.id", ondelete="CASCADE"), nullable=False),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("cluster", sa.Integer(), nullable=False),
    sa.Column("distance", sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint("clustering_id", "lead_id"),
)

score_models = sa.Table(
    "score_models",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("artefact", sa.LargeBinary(), nullable=False),
    sa.Column("report", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "kind", "version"),
)

scores = sa.Table(
    "scores",
    metadata,
    _workspace(),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("value", sa.Float(), nullable=False),
    sa.Column("model_version", sa.Integer()),
    sa.Column("reasons", Json, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("lead_id", "kind"),
)

triggers = sa.Table(
    "triggers",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("slug", sa.String(63), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("settings", Json, nullable=False),
    sa.Column("enabled", sa.Boolean(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("workspace_id", "slug"),
)

actions = sa.Table(
    "actions",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("trigger_id", sa.Uuid(), sa.ForeignKey("triggers.id", ondelete="CASCADE"), nullable=False),
    sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("occasion", sa.String(100), nullable=False),
    sa.Column("action", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.UniqueConstraint("trigger_id", "lead_id", "occasion"),
    sa.Index("ix_actions_created_at", "workspace_id", "created_at"),
)

hooks = sa.Table(
    "hooks",
    metadata,
    _workspace(),
    sa.Column("provider", sa.String(20), nullable=False),
    sa.Column("secret", sa.Text(), nullable=False),
    sa.Column("settings", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "provider"),
)

erasures = sa.Table(  # what proves that a lead was erased, without the lead
    "erasures",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("receipt", Json, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("progress", sa.Float(), nullable=False),
    sa.Column("parameters", Json, nullable=False),
    sa.Column("result", Json),
    sa.Column("problem", Json),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("finished_at", UtcDateTime()),
    sa.Index("ix_jobs_created_at", "workspace_id", "created_at"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.Text()),
    sa.Column("subject", sa.String(255)),
    sa.Column("locale", sa.String(10)),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("disabled_at", UtcDateTime()),
    sa.UniqueConstraint("workspace_id", "email"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("agent", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("seen_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
)

throttles = sa.Table(  # of no workspace: who signs in is nobody yet
    "throttles",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("field", sa.String(40)),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("resolved_at", UtcDateTime()),
    sa.Column("resolved_by", sa.String(200)),
)

review_links = sa.Table(
    "review_links",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("variants", Json, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("revoked_at", UtcDateTime()),
    sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("opened_at", UtcDateTime()),
)

rules = sa.Table(  # proposed from what writers changed; those accepted are in the workspace's terms too
    "rules",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    _workspace(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("value", sa.String(200), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="SET NULL"), index=True),
    sa.Column("because", Json, nullable=False),
    sa.Column("proposed_by", sa.String(200), nullable=False),
    sa.Column("proposed_at", UtcDateTime(), nullable=False),
    sa.Column("decided_by", sa.String(200)),
    sa.Column("decided_at", UtcDateTime()),
    sa.UniqueConstraint("workspace_id", "kind", "value"),
)

catches = sa.Table(
    "catches",
    metadata,
    _workspace(),
    sa.Column("rule_id", sa.Uuid(), sa.ForeignKey("rules.id", ondelete="CASCADE"), nullable=False),
    sa.Column("variant_id", sa.Uuid(), sa.ForeignKey("variants.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("revision", sa.String(64), nullable=False),
    sa.Column("field", sa.String(40), nullable=False),
    sa.Column("quote", sa.Text(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint("rule_id", "variant_id", "revision", "field"),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    _workspace(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("entity_id", sa.Uuid(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sqlite_autoincrement=True,
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("follower", sa.String(100), primary_key=True),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.Column("owner", sa.String(40)),
    sa.Column("leased_until", UtcDateTime()),
)
