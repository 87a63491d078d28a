"""Supervision slips (督办单、催办清单): which tickets of which unit are over their limit or soon due, and what is to be urged now."""
