"""Supervision slips and the tickets they list; reports drafted by themselves and where they were delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supervision_slips",
        sa.Column("slip_id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("unit_code", sa.String(200), nullable=False),
        sa.Column("unit_label", sa.String(200), nullable=False),
        sa.Column("snapshot_name", sa.String(64), nullable=False),
        sa.Column("as_of", sa.DateTime()),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("found_count", "secret_count", "urged_count")],
        sa.Column("reply_due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("reply", sa.Text()),
        sa.Column("replied_at", sa.DateTime()),
        sa.Column("replied_by", sa.String(120)),
        sa.Column("close_note", sa.Text()),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_by", sa.String(120)),
        sa.UniqueConstraint("kind", "year", "serial", name="uq_supervision_slips_serial"),
    )
    op.create_table(
        "supervision_tickets",
        sa.Column("listed_id", sa.Integer(), primary_key=True),
        sa.Column("slip_id", sa.Integer(), sa.ForeignKey("supervision_slips.slip_id"), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("ticket_key", sa.String(300), nullable=False),
        sa.Column("ticket_number", sa.String(200), nullable=False),
        sa.Column("category", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("reported_at", sa.DateTime()),
        sa.Column("due_at", sa.DateTime()),
        sa.Column("over_days", sa.Integer()),
        sa.Column("urging", sa.Integer(), nullable=False),
    )
    op.create_table(
        "scheduled_runs",
        sa.Column("run_id", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        *[sa.Column(name, sa.Date(), nullable=False) for name in ("since", "until")],
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer()),
        sa.Column("job_id", sa.Integer()),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("note", "note_en")],
        *[sa.Column(name, sa.DateTime(), nullable=False) for name in ("made_at", "changed_at")],
        sa.UniqueConstraint("entry", "since", "until", name="uq_scheduled_runs_period"),
    )
    op.create_table(
        "report_deliveries",
        sa.Column("delivery_id", sa.Integer(), primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("scheduled_runs.run_id"), nullable=False),
        sa.Column("road", sa.String(8), nullable=False),
        sa.Column("addressee", sa.String(400), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("files", "note", "note_en")],
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("run_id", "road", "addressee", name="uq_report_deliveries_addressee"),
    )
    for table, column in (
        ("supervision_slips", "unit_code"), ("supervision_slips", "state"), ("supervision_slips", "made_at"),
        ("supervision_tickets", "slip_id"), ("supervision_tickets", "ticket_key"),
        ("scheduled_runs", "due_at"), ("scheduled_runs", "state"), ("report_deliveries", "run_id"), ("report_deliveries", "state"),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.drop_table("report_deliveries")
    op.drop_table("scheduled_runs")
    op.drop_table("supervision_tickets")
    op.drop_table("supervision_slips")
