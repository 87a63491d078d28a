"""The command line of the loader: files and databases in, immutable snapshots out."""

from __future__ import annotations

import typer

from dashboard.phrases.help_page import spoken
from dashboard.settings import Settings
from etl.commands import batches, city, loading, playing
from etl.commands.console import KNOWN, tell
from etl.inspect.command import inspect

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Files and databases in, immutable snapshots out.")
# In the order of the help.
COMMANDS = (
    loading.load, playing.demo, playing.drip, batches.history, batches.undo, batches.redo, batches.rebuild, batches.rejects,
    loading.work, loading.watch, city.derive, city.check, inspect, city.forget, city.schematic,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.command(hidden=True)(loading.job)


def main() -> None:
    try:
        spoken(app, Settings().message_language)()
    except KNOWN as error:
        for line in (str(error), *getattr(error, "__notes__", ())):
            tell("error", line, "red")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
