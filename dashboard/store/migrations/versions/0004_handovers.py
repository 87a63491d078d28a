"""What shifts hand over."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("handover_id", sa.Integer(), primary_key=True),
        sa.Column("shift_since", sa.DateTime(), nullable=False, unique=True),
        sa.Column("shift_until", sa.DateTime(), nullable=False),
        sa.Column("shift_code", sa.String(40), nullable=False),
        sa.Column("shift_label", sa.String(80), nullable=False),
        sa.Column("shift_label_en", sa.String(80), nullable=False),
        sa.Column("leader", sa.String(40), nullable=False),
        sa.Column("officers", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(120)),
        sa.Column("written_at", sa.DateTime()),
        sa.Column("taken_by", sa.String(40)),
        sa.Column("taken_at", sa.DateTime()),
        sa.Column("snapshot_name", sa.String(64)),
        sa.Column("seen", sa.Text()),
    )


def downgrade() -> None:
    op.drop_table("handovers")
