"""The process that makes reports, job after job as it is told their numbers; `dashboard work` starts it and looks after it."""

from __future__ import annotations

import os
import sys

from dashboard import jobs
from dashboard.issuing.making import Workshop, run_job
from dashboard.issuing.pictures_kept import PicturesKept
from dashboard.reports.pictures import Drawer
from dashboard.reports.plates import Draws
from dashboard.settings import CityError, Settings, read_city
from dashboard.store import store
from dashboard.texts import Text
from dashboard.view import view_of
from dashboard.warehouse import NoSnapshot
from dashboard.worker import die_with_parent, say

NO_DATA = Text("还没有可用的数据", "There are no data yet")


def make(settings: Settings, number: int, draws: Draws, kept: PicturesKept) -> None:
    """Do one job. A fault of the program ends this process: whoever looks after it says so and starts another."""
    engine = store(settings.people_url)
    job = jobs.job(engine, number)
    if job is None or job.state != jobs.RUNNING:
        return
    language = str(job.arguments.get("language", "zh"))
    city = read_city(settings.city_folder)
    try:
        view = view_of(city, settings.city_warehouse, language)
        shop = Workshop(settings, view, engine, lambda step: jobs.report(engine, number, step), draws, kept, draws_pages=True)
        run_job(shop, job)
    except NoSnapshot:
        jobs.finish(engine, number, city.now(), state=jobs.FAILED, error=NO_DATA.in_(language))


def main(city: str) -> None:
    die_with_parent()
    settings = Settings(city=city) if city else Settings()
    # What anything below prints goes to the log; the way back to who asks is ours alone.
    back = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # One browser for all of them, started by the first chart.
    kept = PicturesKept()
    with Drawer() as draws:
        for line in sys.stdin:
            try:
                make(settings, int(line), draws, kept)
            except CityError as error:
                say(str(error))
            back.write(line)
            back.flush()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
