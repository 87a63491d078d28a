"""From a draft to an issued report: edits, checks, numbers, files, and the archive."""

# The kinds of jobs that the worker of reports does; pictures of pages wait for what people wait for.
MAKE, DRAW = "make_report", "draw_report"
KINDS = (MAKE, DRAW)
