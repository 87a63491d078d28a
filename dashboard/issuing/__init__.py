"""From a draft to an issued report: edits, checks, numbers, files, and the archive."""

# The kind of job that the worker of reports does.
MAKE = "make_report"
