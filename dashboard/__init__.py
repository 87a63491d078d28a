"""The reader: asks snapshots questions and draws the answers."""
