"""Sending packages as an administrator does, and working off the jobs that this makes."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from courses.catalogue.models import Course
from courses.people.models import Role
from lms import clock, jobs
from lms.config import Settings
from lms.site import Site
from lms.tasks import TASKS, Work
from tests.browsing import browser_of, installation, token_of
from tests.builders import make_course, make_person


def administrators_browser(app: Flask) -> FlaskClient:
    """Return the browser of an administrator who has just signed in."""
    with installation(app).database.transaction() as session:
        person = make_person(session, given_name="Dana", roles=[Role.LEARNER, Role.ADMINISTRATOR])
    return browser_of(app, person)


def added_course(app: Flask, **facts: object) -> Course:
    """Add a course that is in no language yet."""
    with installation(app).database.transaction() as session:
        return make_course(session, languages=[], **facts)


def send(
    client: FlaskClient,
    course: Course | str,
    *packages: bytes,
    headers: Mapping[str, str] | None = None,
    **fields: str,
) -> TestResponse:
    """Submit the import form with packages."""
    data: dict[str, object] = {
        "csrf_token": token_of(client, "/my"),
        "course": course if isinstance(course, str) else str(course.id),
        "language": "fr",
        "package": [(io.BytesIO(data), f"package{number}.zip") for number, data in enumerate(packages)],
        **fields,
    }
    return client.post("/admin/imports/new", data=data, headers=headers, content_type="multipart/form-data")


def work_off(site: Site) -> int:
    """Run every waiting job in this process, each step once; return how many there were."""
    with site.database.reading() as session:
        waiting = jobs.waiting(session, 100)
    for job_id in waiting:
        with site.database.transaction() as session:
            begun = jobs.begin(session, job_id, clock.now())
        assert begun is not None
        kind, arguments = begun
        TASKS[kind].run(Work(site, arguments, lambda _name, function: function()))
        with site.database.transaction() as session:
            jobs.end(session, job_id, clock.now())
    return len(waiting)


def files_of(site: Site) -> tuple[list[str], list[str]]:
    """Return the names of the stored and of the staged files."""
    folder = site.settings.folder
    stored = sorted(path.name for path in (folder / "store").glob("??/*"))
    return stored, sorted(path.name for path in (folder / "staging").glob("*"))


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process that runs the installation under test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return kept | {
        "LMS_FOLDER": str(settings.folder),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }


def start_palier(settings: Settings, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
    """Start the command line in a process of its own."""
    command = [sys.executable, "-c", "from lms.cli import main; main()", *arguments]
    return subprocess.Popen(
        command, env=environment(settings) | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
