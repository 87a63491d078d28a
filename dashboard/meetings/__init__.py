"""The committee's meetings: frozen numbers of targets, what is put on the agenda, what was restated since, and the minutes."""
