"""Fifty at once for the last seat: one has it, the others wait without a hole, nobody is there twice.

`make soak` plays two hundred rounds.
"""

import threading
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from courses.applications import services
from courses.applications.models import Application, State
from courses.errors import Refusal
from courses.offerings.models import Offering
from courses.people.models import Person
from lms.db import Database
from tests.applications_builders import WISH, administrator, make_application, official, open_activity
from tests.builders import NOW

PEOPLE = 50
ROUNDS = 1


def at_once(jobs: list[Callable[[], None]]) -> None:
    """Run jobs in threads that begin together; whatever one of them breaks on is raised."""
    gate, broken = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits
            broken.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def ready(database: Database, seats: int, count: int = PEOPLE) -> tuple[Offering, Person, list[UUID]]:
    """Add an activity with people who can be selected."""
    with database.transaction() as session:
        offering, admin = open_activity(session, seats), administrator(session)
        people = [make_application(session, official(session), offering).id for _ in range(count)]
    return offering, admin, people


def standing(database: Database, offering: Offering) -> list[Application]:
    with database.reading() as session:
        found = list(session.scalars(select(Application).where(Application.offering_id == offering.id)))
        session.expunge_all()
        return found


def check(applications: list[Application], seats: int) -> None:
    """Check that every seat has one person, and that the rest wait at the places from 1 on."""
    seated = [one for one in applications if one.state == State.SELECTED]
    waiting = [one for one in applications if one.state == State.WAITLISTED]
    assert sorted(one.seat or 0 for one in seated) == list(range(1, seats + 1))
    assert sorted(one.waiting or 0 for one in waiting) == list(range(1, len(applications) - seats + 1))
    assert len(seated) + len(waiting) == len(applications)


def test_of_fifty_who_are_selected_for_the_last_seat_one_gets_it_and_the_others_wait(database: Database) -> None:
    for _ in range(ROUNDS):
        offering, admin, people = ready(database, 1)

        def choose(application_id: UUID, admin: Person = admin) -> None:
            try:
                with database.transaction() as session:
                    services.select(session, admin, application_id, NOW)
            except Refusal:  # no seat is left
                with database.transaction() as session:
                    services.waitlist(session, admin, application_id, NOW)

        at_once([lambda one=one: choose(one) for one in people])  # type: ignore[misc]
        check(standing(database, offering), 1)


def test_seats_that_are_given_back_at_once_go_to_who_waits_in_order(database: Database) -> None:
    for _ in range(ROUNDS):
        offering, admin, people = ready(database, 3, 8)
        with database.transaction() as session:
            for number, one in enumerate(people):
                (services.select if number < 3 else services.waitlist)(session, admin, one, NOW)
        holders = [one for one in standing(database, offering) if one.seat]

        def leave(application: Application) -> None:
            with database.transaction() as session:
                person = session.get_one(Person, application.person_id)
                services.withdraw(session, person, application.id, NOW)

        at_once([lambda one=one: leave(one) for one in holders for _ in range(2)])  # type: ignore[misc]
        left = [one for one in standing(database, offering) if one.state != State.WITHDRAWN]
        check(left, 3)
        assert {one.id for one in left if one.seat} == set(people[3:6])


def test_who_applies_five_times_at_once_has_one_application(database: Database) -> None:
    with database.transaction() as session:
        offering, alice = open_activity(session), official(session)

    def send() -> None:
        with database.transaction() as session:
            application = services.apply(session, alice, offering.id, WISH, NOW)
            services.submit(session, alice, application.id, NOW)

    at_once([send] * 5)
    assert [one.state for one in standing(database, offering)] == [State.ELIGIBLE]
