"""Alerts, how far looking after them has come, and what counts of a day are compared with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Integer(), primary_key=True),
        sa.Column("rule_code", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_code", sa.String(300), nullable=False),
        sa.Column("window", sa.String(10), nullable=False),
        sa.Column("scene", sa.String(20), nullable=False),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("worth", sa.Double(), nullable=False),
        sa.Column("told_worth", sa.Double(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("new_since", sa.DateTime(), nullable=False),
        sa.Column("untrue_since", sa.DateTime()),
        sa.Column("escalated_at", sa.DateTime()),
        sa.Column("acknowledged_at", sa.DateTime()),
        sa.Column("acknowledged_by", sa.String(120)),
        sa.Column("handled_at", sa.DateTime()),
        sa.Column("handled_by", sa.String(120)),
        sa.Column("handled_note", sa.Text()),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_for", sa.String(12)),
        sa.UniqueConstraint("rule_code", "subject_kind", "subject_code", "window", name="uq_alerts_subject"),
    )
    op.create_index("ix_alerts_state", "alerts", ["state"])
    op.create_index("ix_alerts_closed_at", "alerts", ["closed_at"])
    op.create_table(
        "alert_rounds",
        sa.Column("round_id", sa.Integer(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules_text", sa.Text(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("numbers_at", sa.DateTime()),
        sa.Column("times_at", sa.DateTime()),
    )
    op.create_table(
        "alert_baselines",
        sa.Column("rule_code", sa.String(60), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("measured_at", sa.DateTime(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("alert_baselines")
    op.drop_table("alert_rounds")
    op.drop_table("alerts")
