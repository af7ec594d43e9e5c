"""The gate: the catalogue of 500 courses and activities for one person, and a draft of the policy tried on many."""

import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload
from uuid_utils.compat import uuid7

from benchmarks.cohort import counted
from benchmarks.figures import Figure, middle
from benchmarks.installation import empty
from courses.applications.entering import nominations_of, places_of
from courses.catalogue.models import Course
from courses.enrolment.dry_run import Ports, dry_run
from courses.enrolment.gate import gates_of
from courses.enrolment.models import Enrolment, Outcome
from courses.offerings.models import Offering
from courses.people.models import Language, Person
from courses.progression.policy import HOUSE
from courses.progression.steps import Track
from lms import clock
from lms.application import create_app
from lms.db import Database
from tests.builders import make_cohort, make_course, make_enrolment, make_person
from tests.offerings_builders import make_offering

PEOPLE = 100_000
COURSES = 60
ROUNDS = 7
PORTS = Ports(places_of, nominations_of)


def measure() -> list[Figure]:
    """Return the time and the queries of a catalogue, and the time of a dry run."""
    with tempfile.TemporaryDirectory() as folder:
        database: Database = create_app(empty(Path(folder))).extensions["palier"].database
        now = clock.now()
        figures = [*_catalogue(database, now), *_dry_runs(database, now)]
        database.close()
    return figures


def _catalogue(database: Database, now: datetime) -> list[Figure]:
    queries = []
    with database.transaction() as session:
        person = make_person(session)
        passed = make_course(session, level=1, confers=["1"])
        make_enrolment(session, person, make_cohort(session, passed), outcome=Outcome.PASSED, closed_at=now)
    seconds = [0.0]
    for more in (25, 225):
        with database.transaction() as session:
            for number in range(more):
                _course(session, number)
                make_offering(session, level=1 + number % 3, track=Track.GENERALIST if number % 3 else None)
        with counted(database) as statements:
            _gates(database, person, now)
        queries.append(len(statements))
        seconds = [_gates(database, person, now) for _ in range(ROUNDS)]
    return [
        Figure("gates of 500 courses and activities for one person", middle(seconds) * 1000, "ms", 400),
        Figure("queries more for 500 than for 50", queries[1] - queries[0], "", 0),
    ]


def _gates(database: Database, person: Person, now: datetime) -> float:
    with database.reading() as session:
        courses = session.scalars(select(Course)).all()
        offerings = session.scalars(select(Offering).options(selectinload(Offering.days))).all()
        began = time.perf_counter()
        gates_of(session, person, courses, offerings, now)
        return time.perf_counter() - began


def _dry_runs(database: Database, now: datetime) -> list[Figure]:
    with database.transaction() as session:
        _many(session, now)
    drafts = {
        "without rules": replace(HOUSE, rules=()),
        "with courses that can be taken again": replace(HOUSE, retake_months=12),
    }
    figures = []
    for name, draft in drafts.items():
        with database.reading() as session:
            began = time.perf_counter()
            report = dry_run(session, draft, PORTS, now)
            took = time.perf_counter() - began
        assert report["people"] >= PEOPLE
        figures.append(Figure(f"dry run of a policy {name}, {PEOPLE:,} people", took, "s", 60))
    return figures


def _many(session: Session, now: datetime) -> None:
    door = make_cohort(session, make_course(session, level=1, confers=["1"]))
    cohorts = [make_cohort(session, _course(session, number)) for number in range(COURSES)]
    rows = [
        {
            "id": uuid7(), "email": f"many{number}@example.org", "given_name": "Amina",
            "family_name": f"Number {number}",
            "language": Language.EN, "created_at": now, "verified_at": now, "is_active": True,
            "country": ("SN", "KE", "NP")[number % 3],
        }
        for number in range(PEOPLE)
    ]  # fmt: skip
    session.execute(insert(Person), rows)
    for cohort_of, outcome in ((lambda _: door, Outcome.PASSED), (lambda n: cohorts[n % COURSES], Outcome.ACTIVE)):
        session.execute(
            insert(Enrolment),
            [
                {
                    "id": uuid7(), "person_id": row["id"], "course_id": cohort_of(number).course_id,
                    "cohort_id": cohort_of(number).id, "language": Language.EN, "enrolled_at": now,
                    "outcome": Outcome.FAILED if outcome == Outcome.PASSED and number % 4 == 0 else outcome,
                    "closed_at": now if outcome == Outcome.PASSED else None,
                }
                for number, row in enumerate(rows)
            ],
        )  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Person))


def _course(session: Session, number: int) -> Course:
    topic = f"topic {number % 20}"
    track = Track.SPECIALIST if number % 2 else Track.GENERALIST
    confers = [f"2·specialist·{topic}"] if number % 2 else ["2·generalist"]
    return make_course(session, level=2 + number % 2, track=track, topic=topic, confers=confers)
