"""The command line of the web's side: run everything, or the web's own worker."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from dashboard.phrases import said
from dashboard.phrases.help_page import spoken
from dashboard.settings import CityError, Settings, environment_with, read_city
from dashboard.standing import Standing, commands_of
from dashboard.store import store
from dashboard.work import work as do_work
from dashboard.worker import AlreadyAtWork

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The dashboard's processes.")
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]


def settings_for(city: str) -> Settings:
    return Settings(city=city) if city else Settings()


@app.command()
def run(city: CityOption = "") -> None:
    """Serve a city with its workers; a demo city's platforms send every minute unless LIVE=0."""
    settings = settings_for(city)
    drips = settings.live and read_city(settings.city_folder).is_demo
    store(settings.people_url)
    raise typer.Exit(Standing(commands_of(settings.city, drips=drips), environment_with(CITY=settings.city)).run())


@app.command()
def work(city: CityOption = "") -> None:
    """Keep house in the people's store and look after alerts, until stopped."""
    do_work(settings_for(city))


def main() -> None:
    try:
        spoken(app, Settings().message_language)()
    except (CityError, AlreadyAtWork) as error:
        language = Settings().message_language
        sys.stderr.write(f"{said('error', language)}: {said(str(error), language)}\n")
        raise SystemExit(1) from None
    except SQLAlchemyError as error:
        # Its text may hold the address of the store, and that a password.
        sys.stderr.write(f"error: the people's store cannot be used: {type(error).__name__}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
