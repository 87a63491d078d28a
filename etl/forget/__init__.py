"""Forgetting a person: `request` (what was asked), `everywhere` (landing, then snapshots), `raw_rows` (one batch), `promises`."""
