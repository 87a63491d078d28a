"""From a draft to an issued report: edits, checks, numbers, files, and the archive."""
