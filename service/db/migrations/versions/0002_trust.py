"""Terms, budgets and the smallest audience of a workspace; a variant's findings and window; what models cost."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("workspaces") as table:
        table.add_column(sa.Column("terms", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("daily_budget", sa.Numeric(12, 4), nullable=True))
        table.add_column(sa.Column("smallest_audience", sa.Integer(), nullable=False, server_default="5"))
    with op.batch_alter_table("variants") as table:
        table.add_column(sa.Column("findings", JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("true_from", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("true_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "spending",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Numeric(18, 8), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_spending_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "day", "model", name=op.f("pk_spending")),
    )

    _claims_as_a_ledger()


def _claims_as_a_ledger() -> None:
    """A claim was a text with evidence ids; it becomes a statement of the ledger with its supports."""
    variants = sa.table("variants", sa.column("id", sa.Uuid()), sa.column("claims", JSON), sa.column("evidence", JSON))
    connection = op.get_bind()
    for id_, claims, evidence in connection.execute(sa.select(variants)).all():
        sources = {item["id"]: item for item in evidence}
        ledger = [_statement(claim, sources) for claim in claims if "kind" not in claim]
        connection.execute(sa.update(variants).where(variants.c.id == id_).values(claims=ledger))


def _statement(claim: dict[str, Any], sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    support = [
        {"evidence": id_, "content_id": sources[id_]["content_id"], "version": sources[id_]["version"]}
        for id_ in claim["evidence"]
        if id_ in sources
    ]
    text = claim["text"]
    return {"kind": "statement", "field": "", "start": 0, "end": 0, "text": text, "value": text, "support": support}


def downgrade() -> None:
    op.drop_table("spending")
    with op.batch_alter_table("variants") as table:
        for name in ("true_until", "true_from", "findings"):
            table.drop_column(name)
    with op.batch_alter_table("workspaces") as table:
        for name in ("smallest_audience", "daily_budget", "terms"):
            table.drop_column(name)
