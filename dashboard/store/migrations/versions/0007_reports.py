"""Reports from draft to archive: their content, edits, waivers, files, stated numbers, steps, and who took them away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "report_issues", "report_contents", "report_edits", "report_waivers", "report_files", "report_numbers", "report_steps",
    "report_exports",
)  # fmt: skip
STEPS = ("submitted", "reviewed", "issued")


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def line(length: int, *names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length), nullable=False) for name in names]


def of_issue() -> sa.Column[int]:
    return sa.Column("issue_id", sa.Integer(), sa.ForeignKey("report_issues.issue_id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "report_issues",
        sa.Column("issue_id", sa.Integer(), primary_key=True),
        *line(20, "product", "kind"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *text("wish", "seen_scope"),
        *line(5, "language"),
        *text("scope"),
        *line(200, "title"),
        *line(80, "office"),
        *line(40, "issuer"),
        *line(120, "series"),
        sa.Column("open_key", sa.String(64)),
        *line(12, "state"),
        sa.Column("version", sa.Integer(), nullable=False),
        *line(64, "snapshot_name"),
        sa.Column("as_of", sa.DateTime()),
        sa.Column("reckoned_at", sa.DateTime(), nullable=False),
        sa.Column("pin_job_id", sa.Integer()),
        sa.Column("job_id", sa.Integer()),
        sa.Column("supersedes", sa.Integer(), sa.ForeignKey("report_issues.issue_id")),
        *[sa.Column(name, sa.Integer()) for name in ("year", "number", "number_in_all")],
        sa.Column("correction", sa.Integer(), nullable=False),
        *line(64, "content_hash"),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("finding_count", "blocking_count")],
        sa.Column("drafted_at", sa.DateTime(), nullable=False),
        *line(120, "drafted_by"),
        *line(40, "drafted_person"),
        *[
            column
            for name in STEPS
            for column in (
                sa.Column(f"{name}_at", sa.DateTime()),
                sa.Column(f"{name}_by", sa.String(120)),
                sa.Column(f"{name}_person", sa.String(40)),
            )
        ],
        *text("reason"),
        sa.UniqueConstraint("series", "year", "number", "correction", name="uq_report_issues_number"),
        sa.UniqueConstraint("series", "number_in_all", "correction", name="uq_report_issues_in_all"),
        sa.UniqueConstraint("open_key", name="uq_report_issues_open"),
    )
    op.create_table(
        "report_contents",
        sa.Column("issue_id", sa.Integer(), sa.ForeignKey("report_issues.issue_id"), primary_key=True),
        *text("generated", "measured"),
        sa.Column("issued", sa.Text()),
    )
    op.create_table(
        "report_edits",
        sa.Column("edit_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(120, "key", "after_key"),
        *text("text", "generated"),
        sa.Column("edited_at", sa.DateTime(), nullable=False),
        *line(120, "edited_by"),
        *line(40, "person"),
        sa.UniqueConstraint("issue_id", "key", name="uq_report_edits_key"),
    )
    op.create_table(
        "report_waivers",
        sa.Column("waiver_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(64, "finding"),
        *line(20, "rule"),
        *text("place", "reason"),
        sa.Column("waived_at", sa.DateTime(), nullable=False),
        *line(120, "waived_by"),
        *line(40, "person"),
        sa.UniqueConstraint("issue_id", "finding", name="uq_report_waivers_finding"),
    )
    op.create_table(
        "report_files",
        sa.Column("file_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(8, "format"),
        *line(200, "name"),
        *line(64, "sha256"),
        sa.Column("size", sa.Integer(), nullable=False),
        *line(64, "content_hash"),
        sa.Column("is_issued", sa.Boolean(), nullable=False),
        sa.Column("is_uploaded", sa.Boolean(), nullable=False),
        *text("note"),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        *line(120, "made_by"),
        sa.UniqueConstraint("issue_id", "format", "is_issued", "is_uploaded", name="uq_report_files_format"),
    )
    op.create_table(
        "report_numbers",
        sa.Column("number_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(120, "key"),
        *line(80, "metric"),
        *line(60, "by"),
        *line(200, "code"),
        *line(12, "what"),
        *line(20, "against"),
        sa.Column("value", sa.Double(), nullable=False),
        *text("text"),
    )
    op.create_table(
        "report_steps",
        sa.Column("step_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(12, "step_code"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        *line(120, "done_by"),
        *line(40, "person"),
        *text("note"),
    )
    op.create_table(
        "report_exports",
        sa.Column("export_id", sa.Integer(), primary_key=True),
        of_issue(),
        *line(8, "format"),
        *line(200, "name"),
        *line(64, "sha256"),
        sa.Column("is_issued", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        *line(120, "done_by"),
        *line(40, "role_code"),
        *line(60, "address"),
    )
    for name in ("since", "series", "state", "drafted_at", "issued_at"):
        op.create_index(f"ix_report_issues_{name}", "report_issues", [name])
    for table in TABLES[2:]:
        op.create_index(f"ix_{table}_issue_id", table, ["issue_id"])
    op.create_index("ix_report_exports_done_at", "report_exports", ["done_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
