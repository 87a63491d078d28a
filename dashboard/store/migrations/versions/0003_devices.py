"""Devices that open by a link, what walls are told and how they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTS = ("refresh_count", "missed_count", "scene_change_count", "renewal_count", "error_count")


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("device_id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("opened_at", sa.DateTime()),
        sa.Column("last_seen_at", sa.DateTime()),
        sa.Column("last_address", sa.String(60), nullable=False),
        sa.Column("revoked_at", sa.DateTime()),
        sa.Column("revoked_by", sa.String(120)),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "wall_steering",
        sa.Column("wall", sa.String(60), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(40), nullable=False),
        sa.Column("scene_revision", sa.Integer(), nullable=False),
        sa.Column("renewal_revision", sa.Integer(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("division_code", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
    )
    op.create_table(
        "wall_health",
        sa.Column("wall", sa.String(60), primary_key=True),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("scene", sa.String(40), nullable=False),
        sa.Column("last_picture_at", sa.DateTime()),
        sa.Column("opened_at", sa.DateTime()),
        sa.Column("sampled_at", sa.DateTime()),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS],
        *_page(),
    )
    op.create_index("ix_wall_health_last_seen_at", "wall_health", ["last_seen_at"])
    op.create_table(
        "wall_nights",
        sa.Column("wall", sa.String(60), primary_key=True),
        sa.Column("night_on", sa.Date(), primary_key=True),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        *_page(),
        sa.Column("least_heap_bytes", sa.BigInteger()),
        sa.Column("most_heap_bytes", sa.BigInteger()),
        sa.Column("least_node_count", sa.Integer()),
        sa.Column("most_node_count", sa.Integer()),
        sa.Column("sample_count", sa.Integer(), nullable=False),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS],
    )
    op.create_index("ix_wall_nights_night_on", "wall_nights", ["night_on"])


def _page() -> list[sa.Column[int]]:
    """What a wall's page weighs."""
    sizes = [sa.Column(name, sa.BigInteger()) for name in ("heap_bytes", "opening_heap_bytes")]
    return sizes + [sa.Column(name, sa.Integer()) for name in ("node_count", "canvas_count", "webgl_count")]


def downgrade() -> None:
    for name in ("wall_nights", "wall_health", "wall_steering", "devices"):
        op.drop_table(name)
