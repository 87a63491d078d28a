"""Meetings of the committee: agenda, decisions in a chain, and the actions that follow."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("meetings", "meeting_items", "meeting_decisions", "meeting_actions")


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("meeting_id", sa.Integer(), primary_key=True),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        *[sa.Column(name, sa.String(80), nullable=False) for name in ("place", "chair", "recorder")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("attended", "excused", "observing", "sent_to", "scope")],
        sa.Column("snapshot_name", sa.String(64), nullable=False),
        sa.Column("as_of", sa.DateTime()),
        sa.Column("pin_job_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("step_item_id", sa.Integer()),
        sa.Column("step_revision", sa.Integer(), nullable=False),
        sa.Column("step_since", sa.DateTime()),
        sa.Column("begun_at", sa.DateTime()),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_by", sa.String(120)),
        sa.Column("signed_by", sa.String(40)),
        sa.Column("closed_count", sa.Integer()),
        sa.Column("closed_hash", sa.String(64)),
    )
    op.create_index("ix_meetings_held_at", "meetings", ["held_at"])
    op.create_table(
        "meeting_items",
        sa.Column("item_id", sa.Integer(), primary_key=True),
        sa.Column("meeting_id", sa.Integer(), sa.ForeignKey("meetings.meeting_id"), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("target_code", sa.String(200), nullable=False),
        sa.Column("action_id", sa.Integer()),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("label", "label_en", "facts")],
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "meeting_decisions",
        sa.Column("decision_id", sa.Integer(), primary_key=True),
        sa.Column("meeting_id", sa.Integer(), sa.ForeignKey("meetings.meeting_id"), nullable=False),
        sa.Column("item_id", sa.Integer(), sa.ForeignKey("meeting_items.item_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Integer()),
        sa.Column("target_code", sa.String(200), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *[sa.Column(name, sa.String(200), nullable=False) for name in ("unit_code", "unit_label")],
        sa.Column("due_on", sa.Date()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("snapshot_name", sa.String(64), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=False),
        *[sa.Column(name, sa.String(64), nullable=False) for name in ("previous_hash", "content_hash")],
        sa.UniqueConstraint("meeting_id", "number", name="uq_meeting_decisions_number"),
        sa.UniqueConstraint("meeting_id", "previous_hash", name="uq_meeting_decisions_previous"),
    )
    op.create_table(
        "meeting_actions",
        sa.Column("action_id", sa.Integer(), primary_key=True),
        sa.Column("meeting_id", sa.Integer(), sa.ForeignKey("meetings.meeting_id"), nullable=False),
        sa.Column("decision_id", sa.Integer(), sa.ForeignKey("meeting_decisions.decision_id"), nullable=False),
        sa.Column("item_id", sa.Integer(), sa.ForeignKey("meeting_items.item_id"), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("done_by", sa.String(120)),
        sa.Column("done_note", sa.Text()),
    )
    indexed = {"meeting_items": ("meeting_id", "target_code"), "meeting_decisions": ("meeting_id", "item_id", "target_code"),
        "meeting_actions": ("meeting_id", "item_id", "state")}  # fmt: skip
    for table, columns in indexed.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
