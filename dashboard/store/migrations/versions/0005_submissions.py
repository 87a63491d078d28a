"""What units report of their pilot targets."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("submission_id", sa.Integer(), primary_key=True),
        sa.Column("target_code", sa.String(80), nullable=False),
        sa.Column("unit_code", sa.String(80), nullable=False, index=True),
        sa.Column("division_code", sa.String(40), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False, index=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("progress_pct", sa.Double()),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("confidence_code", sa.String(10), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("metric_code", sa.String(60), nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by", sa.String(40)),
        sa.Column("submitted_at", sa.DateTime()),
        sa.Column("confirmed_by", sa.String(40)),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("reviewed_by", sa.String(40)),
        sa.Column("reviewed_at", sa.DateTime()),
        sa.Column("returned_by", sa.String(40)),
        sa.Column("returned_at", sa.DateTime()),
        sa.Column("returned_reason", sa.Text()),
        sa.UniqueConstraint("target_code", "unit_code", "division_code", "period_on", name="uq_submissions_part"),
    )
    op.create_table(
        "submission_steps",
        sa.Column("step_id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True),
        sa.Column("step_code", sa.String(12), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False, index=True),
        sa.Column("done_by", sa.String(120), nullable=False),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("progress_pct", sa.Double()),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("confidence_code", sa.String(10), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("submitted_by", sa.String(40)),
        sa.Column("submitted_at", sa.DateTime()),
        sa.Column("confirmed_by", sa.String(40)),
    )


def downgrade() -> None:
    op.drop_table("submission_steps")
    op.drop_table("submissions")
