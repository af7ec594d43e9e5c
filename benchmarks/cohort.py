"""The cohort page with 10,000 enrolments: a constant number of queries, under 60 ms."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert
from uuid_utils.compat import uuid7

from benchmarks.figures import Figure, middle
from benchmarks.installation import empty
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Language, Person, Role
from lms import clock
from lms.application import create_app
from lms.db import Database
from tests.browsing import browser_of
from tests.builders import make_cohort, make_course, make_person

ROUNDS = 15


def measure() -> list[Figure]:
    """Return the time of the page and its queries, for 100 and for 10,000 people."""
    figures = []
    queries = []
    for people in (100, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            app = create_app(empty(Path(folder)))
            database: Database = app.extensions["palier"].database
            cohort_id, trainer = _fill(database, people)
            client = browser_of(app, trainer)
            queries.append(_queries(app, client, cohort_id))
            seconds = [_seconds(client, cohort_id) for _ in range(ROUNDS)]
            limit = 60 if people == 10_000 else None
            figures.append(Figure(f"cohort page, {people:,} people", middle(seconds) * 1000, "ms", limit))
            database.close()
    figures.append(Figure("queries more with 10,000 people than with 100", queries[1] - queries[0], "", 0))
    return figures


def _fill(database: Database, people: int) -> tuple[UUID, Person]:
    now = clock.now()
    outcomes = [Outcome.PASSED, Outcome.ACTIVE, Outcome.NOT_STARTED, Outcome.FAILED, Outcome.PASSED]
    with database.transaction() as session:
        trainer = make_person(session, roles=[Role.TRAINER])
        cohort = make_cohort(session, make_course(session), trainers=[trainer])
        rows = [
            {
                "id": uuid7(), "email": f"many{n}@example.org", "given_name": "Amina", "family_name": f"Number {n}",
                "language": Language.EN, "created_at": now, "is_active": True,
            }
            for n in range(people)
        ]  # fmt: skip
        session.execute(insert(Person), rows)
        session.execute(
            insert(Enrolment),
            [
                {
                    "id": uuid7(), "person_id": row["id"], "course_id": cohort.course_id, "cohort_id": cohort.id,
                    "language": Language.EN, "outcome": outcomes[n % 5], "mark": 0.7 if n % 5 in (0, 4) else None,
                    "enrolled_at": now - timedelta(days=20), "seen_at": now - timedelta(hours=n % 400),
                }
                for n, row in enumerate(rows)
            ],
        )  # fmt: skip
        return cohort.id, trainer


def _seconds(client: FlaskClient, cohort_id: UUID) -> float:
    began = time.perf_counter()
    answer = client.get(f"/cohorts/{cohort_id}")
    assert answer.status_code == 200, answer.status
    return time.perf_counter() - began


def _queries(app: Flask, client: FlaskClient, cohort_id: UUID) -> int:
    with counted(app.extensions["palier"].database) as statements:
        _seconds(client, cohort_id)
    return len(statements)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Yield the list of the statements that the database is asked meanwhile."""
    statements: list[str] = []

    def remember(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)
