"""A dry run: who would gain and who would lose by a draft of the policy, at courses and activities."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from courses.applications.entering import nominations_of, places_of
from courses.applications.models import State
from courses.enrolment.dry_run import Ports, dry_run
from courses.enrolment.models import Outcome
from courses.enrolment.standing import records_of
from courses.people.models import Person
from courses.progression.policy import HOUSE
from courses.progression.record import Category
from courses.progression.requirements import Nominated
from courses.progression.steps import Track
from tests.applications_builders import make_application
from tests.builders import make_cohort, make_course, make_enrolment, make_person
from tests.offerings_builders import make_offering

DAY = timedelta(days=1)
PORTS = Ports(places_of, nominations_of)


def changes(report: dict[str, object]) -> dict[str, tuple[int, int, tuple[int, int, int]]]:
    """Return by code how many would gain and lose, and how many inside are admitted now and then."""
    return {
        each["code"]: (each["gain"]["people"], each["lose"]["people"], tuple(each["inside"].values()))
        for each in report["changes"]  # type: ignore[attr-defined]
    }


def test_only_what_is_asked_differently_is_told(session: Session, now: datetime) -> None:
    door, above = make_course(session, code="DOOR", level=1, confers=["1"]), make_course(session, code="ABOVE", level=2)
    make_course(session, code="OUTSIDE")
    cohort = make_cohort(session, door)
    beginner, ready = make_person(session), make_person(session)
    make_enrolment(session, beginner, cohort)
    make_enrolment(session, ready, cohort, outcome=Outcome.PASSED, closed_at=now - DAY)
    make_enrolment(session, ready, make_cohort(session, above))
    assert dry_run(session, HOUSE, PORTS, now)["changes"] == []
    report = dry_run(session, replace(HOUSE, rules=()), PORTS, now)
    assert report["people"] == 2
    assert changes(report) == {"ABOVE": (1, 0, (1, 1, 1))}
    assert report["changes"][0]["gain"]["names"] == [
        {"id": str(beginner.id), "name": beginner.name, "email": beginner.email}
    ]


def test_who_loses_is_named_and_those_inside_are_counted(session: Session, now: datetime) -> None:
    course = make_course(session, code="DOOR", level=1)
    cohort = make_cohort(session, course)
    for _ in range(3):
        make_enrolment(session, make_person(session), cohort)
    academics = replace(HOUSE, course_categories=frozenset({Category.ACADEMIC}))
    assert changes(dry_run(session, academics, PORTS, now)) == {"DOOR": (0, 3, (3, 3, 0))}


def test_who_passed_a_course_gains_it_again_where_it_can_be_retaken(session: Session, now: datetime) -> None:
    door, other = make_course(session, code="DOOR", level=1), make_course(session, code="OTHER", level=1)
    person = make_person(session)
    make_enrolment(session, person, make_cohort(session, door), outcome=Outcome.PASSED, closed_at=now - 900 * DAY)
    make_enrolment(session, person, make_cohort(session, other))
    found = changes(dry_run(session, replace(HOUSE, retake_months=12), PORTS, now))
    assert found == {"DOOR": (1, 0, (0, 0, 0)), "OTHER": (0, 0, (1, 1, 1))}


def test_applications_count_and_so_do_nominations(session: Session, now: datetime) -> None:
    asked = Nominated()
    rule = replace(HOUSE.rules[-1], code="level_3_specialist", track=Track.SPECIALIST, requirement=asked)
    draft = replace(HOUSE, rules=(rule,))
    offering = make_offering(session, code="SEMINAR", level=3, track=Track.SPECIALIST, topic="patents")
    named, other, gone = make_person(session), make_person(session), make_person(session)
    make_application(session, named, offering, nominated_at=now)
    make_application(session, other, offering)
    make_application(session, gone, offering, state=State.WITHDRAWN)
    report = dry_run(session, draft, PORTS, now)
    assert (report["people"], changes(report)) == (2, {"SEMINAR": (1, 0, (2, 0, 1))})
    assert report["changes"][0]["gain"]["names"][0]["email"] == named.email


def test_a_long_list_of_names_is_cut_and_its_count_is_not(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.enrolment.dry_run.MOST_NAMES", 2)
    cohort = make_cohort(session, make_course(session, code="DOOR", level=1))
    for _ in range(3):
        make_enrolment(session, make_person(session), cohort)
    (change,) = dry_run(session, replace(HOUSE, course_categories=frozenset()), PORTS, now)["changes"]
    assert (change["lose"]["people"], len(change["lose"]["names"])) == (3, 2)


def test_a_record_of_many_takes_the_queries_of_one(session: Session, now: datetime) -> None:
    statements: list[object] = []
    people: list[Person] = [make_person(session, country="SN") for _ in range(5)]
    event.listen(session.get_bind(), "before_cursor_execute", lambda *facts: statements.append(facts[2]))
    counts = []
    for some in (people[:1], people):
        statements.clear()
        assert len(records_of(session, [person.id for person in some], now)) == len(some)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
