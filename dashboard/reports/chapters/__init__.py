"""The chapters of a report: what each says of a city that has what it speaks of."""
