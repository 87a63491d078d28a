"""The only writer of the warehouse: files and databases in, immutable snapshots out."""
