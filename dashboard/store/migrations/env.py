"""What Alembic runs: the migrations, on the connection it is given."""

from __future__ import annotations

from alembic import context

from dashboard.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table: it is copied.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
