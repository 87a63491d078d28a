"""What units report of their pilot targets: what is due, what is odd about a report, what is computed, and the Excel form."""
