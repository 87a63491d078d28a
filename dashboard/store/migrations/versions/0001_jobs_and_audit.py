"""The queue of jobs and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_by", sa.String(120), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("limit_seconds", sa.Integer(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Text()),
        sa.Column("is_cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("error", sa.Text()),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table(
        "audit_lines",
        sa.Column("audit_id", sa.Integer(), primary_key=True),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("role_code", sa.String(40), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("act_code", sa.String(60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_audit_lines_done_at", "audit_lines", ["done_at"])
    op.create_index("ix_audit_lines_act_code", "audit_lines", ["act_code"])


def downgrade() -> None:
    op.drop_table("audit_lines")
    op.drop_table("jobs")
