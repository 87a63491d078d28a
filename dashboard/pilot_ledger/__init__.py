"""The committee's ledger as data: parts of pilot tasks, rows they are rolled up into, totals, series and gates; nothing knows the web."""
