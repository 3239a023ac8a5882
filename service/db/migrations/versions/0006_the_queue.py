"""How many findings of a variant block and how many do not, and an index with all that the queue asks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ASKED = (
    "campaign_id", "audience_slug", "channel", "locale", "generator", "blocking", "warnings", "created_at",
    "claimed_by", "claimed_until", "serving", "id",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("variants") as table:
        table.add_column(sa.Column("blocking", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("warnings", sa.Integer(), server_default="0", nullable=False))
    _count()
    with op.batch_alter_table("variants") as table:
        table.drop_index("ix_variants_status")
        table.create_index("ix_variants_status", ["workspace_id", "status", *ASKED], unique=False)


def _count() -> None:
    if op.get_bind().dialect.name == "postgresql":
        each, severity, some = "jsonb_array_elements(findings) AS one", "one->>'severity'", "findings <> '[]'::jsonb"
    else:
        each, severity, some = "json_each(findings)", "json_extract(value, '$.severity')", "findings <> '[]'"
    counted = [
        f"{name} = (SELECT count(*) FROM {each} WHERE {severity} {sign} 'block')"
        for name, sign in (("blocking", "="), ("warnings", "<>"))
    ]
    op.execute(f"UPDATE variants SET {', '.join(counted)} WHERE {some}")


def downgrade() -> None:
    with op.batch_alter_table("variants") as table:
        table.drop_index("ix_variants_status")
        table.create_index("ix_variants_status", ["workspace_id", "status"], unique=False)
        for name in ("warnings", "blocking"):
            table.drop_column(name)
