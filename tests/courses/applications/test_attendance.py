"""Attendance, marks, closing and corrections; on both databases."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.attendance_page import Held, by_turn
from courses.applications.models import Application, ApplicationChange, Outcome, Presence, State
from courses.catalogue.models import Course
from courses.enrolment.models import Outcome as CourseOutcome
from courses.enrolment.standing import record_of
from courses.errors import NotFound, Refusal
from courses.notices.models import Notice
from courses.offerings.models import Dating, Offering, OfferingPart, OfferingSession, OfferingState, PartKind
from courses.people.models import Person, Role
from courses.progression.steps import Step
from courses.records.models import Participation
from tests.applications_builders import make_application, official, open_activity
from tests.builders import make_cohort, make_course, make_enrolment, make_person
from tests.offerings_builders import make_session

FIRST = datetime(2027, 2, 1, 9, 0, tzinfo=datetime.fromisoformat("2027-01-01T00:00:00+00:00").tzinfo)
DAY = timedelta(days=1)
AFTER = FIRST + 5 * DAY
P, A, E = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


@pytest.fixture
def bob(session: Session) -> Person:
    return make_person(session, roles=[Role.TRAINER], family_name="Trainer")


def held(session: Session, bob: Person, sessions: int = 5, **facts: object) -> tuple[Offering, list[OfferingSession]]:
    """Add an activity that Bob trains, with sessions on the days from 1 February on."""
    offering = open_activity(session, None, trainers=[bob], confers=["1"], **facts)
    return offering, [make_session(session, offering, FIRST + number * DAY) for number in range(sessions)]


def comes(session: Session, offering: Offering, **facts: object) -> Application:
    return make_application(session, official(session), offering, state=State.CONFIRMED, **facts)


def note(session: Session, bob: Person, one: OfferingSession, *marks: tuple[Application, Presence | None]) -> None:
    presences = {application.id: presence for application, presence in marks}
    services.mark_attendance(
        session, bob, one.offering_id, services.Register(session_id=one.id, presences=presences), AFTER
    )  # fmt: skip


def actions(session: Session, application: Application) -> list[str]:
    query = select(ApplicationChange.action).where(ApplicationChange.application_id == application.id)
    return list(session.scalars(query.order_by(ApplicationChange.id)))


class TestAttendance:
    def test_is_taken_by_session_and_counts_against_all_that_were_taken(self, session: Session, bob: Person) -> None:
        offering, sessions = held(session, bob)
        alice, ben = comes(session, offering), comes(session, offering)
        for one in sessions[:4]:
            note(session, bob, one, (alice, P), (ben, A))
        note(session, bob, sessions[4], (ben, E))
        assert (alice.attendance, alice.state) == (0.8, State.ATTENDED)
        assert (ben.attendance, ben.state) == (0.0, State.CONFIRMED)
        note(session, bob, sessions[4], (ben, E))
        assert actions(session, alice) == ["attend"]

    def test_can_be_corrected_and_every_correction_leaves_a_trace(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1)
        alice = comes(session, offering)
        note(session, bob, one, (alice, P))
        note(session, bob, one, (alice, None))
        assert (alice.attendance, alice.state) == (None, State.CONFIRMED)
        assert actions(session, alice) == ["attend", "correct", "unmark"]

    def test_is_for_the_trainers_of_the_activity_and_its_people(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1)
        alice, waits = comes(session, offering), make_application(session, official(session), offering)
        stranger = make_person(session, roles=[Role.TRAINER])
        with pytest.raises(NotFound):
            note(session, stranger, one, (alice, P))
        with pytest.raises(NotFound):
            note(session, bob, one, (waits, P))
        _, (elsewhere,) = held(session, bob, 1)
        register = services.Register(session_id=elsewhere.id, presences={alice.id: P})
        with pytest.raises(NotFound):
            services.mark_attendance(session, bob, offering.id, register, AFTER)

    def test_is_not_taken_before_a_session_begins(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1)
        register = services.Register(session_id=one.id, presences={comes(session, offering).id: P})
        with pytest.raises(Refusal) as refused:
            services.mark_attendance(session, bob, offering.id, register, FIRST - 2 * DAY)
        assert refused.value.code == "session_not_begun"

    def test_is_taken_as_a_whole_where_there_are_no_sessions(self, session: Session, bob: Person) -> None:
        offering, _ = held(session, bob, 0)
        alice, ben = comes(session, offering), comes(session, offering)
        register = services.Register(presences={alice.id: P, ben.id: A})
        services.mark_attendance(session, bob, offering.id, register, AFTER)
        assert (alice.state, ben.state) == (State.ATTENDED, State.NO_SHOW)
        services.mark_attendance(session, bob, offering.id, services.Register(presences={ben.id: P}), AFTER)
        assert (ben.state, ben.attendance) == (State.ATTENDED, 1.0)


class TestClosing:
    def test_gives_everybody_an_outcome_and_opens_the_next_level(self, session: Session, bob: Person) -> None:
        offering, sessions = held(session, bob)
        alice, ben, cleo = comes(session, offering), comes(session, offering), comes(session, offering)
        late = make_application(session, official(session), offering, state=State.SELECTED)
        waits = make_application(session, official(session), offering, state=State.WAITLISTED, waiting=1)
        for number, one in enumerate(sessions):
            note(session, bob, one, (alice, A if number == 0 else P), (ben, P if number < 3 else A))
        closed = services.close(session, bob, offering.id, AFTER)
        again = services.close(session, bob, offering.id, AFTER)
        assert (again.now_closed, again.settled) == (0, 0)
        assert closed.now_closed == 3
        assert [one.outcome for one in (alice, ben, cleo)] == ["attended", "not_attended", "not_attended"]
        assert actions(session, cleo) == ["miss", "close"]
        assert (late.state, waits.state, offering.state) == (State.DECLINED, State.DECLINED, OfferingState.HELD)
        assert (closed.settled, actions(session, waits)) == (2, ["end"])
        row = session.scalars(select(Participation)).one()
        assert (row.person_id, row.steps, row.held_on) == (alice.person_id, ["1"], date(2027, 2, 5))
        record = record_of(session, session.get_one(Person, alice.person_id), AFTER)
        assert record.results[0].confers == (Step(1),)
        assert sorted(session.scalars(select(Notice.kind))) == ["declined", "lapsed", "no_show", "outcome", "outcome"]

    def test_opens_the_next_level_at_once_where_the_day_began_before_ours(self, session: Session, bob: Person) -> None:
        offering, _ = held(session, bob, 0, ranges=[(FIRST.date(), FIRST.date())], time_zone="Pacific/Auckland")
        alice = comes(session, offering, attendance=1.0)
        evening = FIRST - timedelta(hours=10)  # noon of 1 February there
        services.close(session, bob, offering.id, evening)
        record = record_of(session, session.get_one(Person, alice.person_id), evening)
        assert [result.confers for result in record.results] == [(Step(1),)]

    def test_comes_after_the_last_session(self, session: Session, bob: Person) -> None:
        offering, _ = held(session, bob)
        with pytest.raises(Refusal) as refused:
            services.close(session, bob, offering.id, FIRST + DAY)
        assert refused.value.code == "activity_not_over"

    def test_needs_nobody_who_came_but_a_date_that_is_over(self, session: Session, bob: Person) -> None:
        offering, _ = held(session, bob, 0)
        waits = make_application(session, official(session), offering)
        services.close(session, bob, offering.id, AFTER)
        assert (waits.state, offering.state) == (State.DECLINED, OfferingState.HELD)
        dateless, _ = held(session, bob, 0, dating=Dating.NOT_FIXED)
        with pytest.raises(Refusal, match="activity_not_over"):
            services.close(session, bob, dateless.id, AFTER)

    @pytest.mark.parametrize("state", [OfferingState.CANCELLED, OfferingState.POSTPONED, OfferingState.DRAFT])
    def test_is_for_what_took_place(self, session: Session, bob: Person, state: OfferingState) -> None:
        offering, _ = held(session, bob, state=state)
        with pytest.raises(Refusal):
            services.close(session, bob, offering.id, AFTER)

    def test_waits_for_attendance(self, session: Session, bob: Person) -> None:
        offering, _ = held(session, bob)
        comes(session, offering)
        with pytest.raises(Refusal) as refused:
            services.close(session, bob, offering.id, AFTER)
        assert refused.value.code == "attendance_missing"

    def test_waits_for_the_marks_of_those_who_attended(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1, pass_mark=0.6)
        alice, ben = comes(session, offering), comes(session, offering)
        note(session, bob, one, (alice, P), (ben, A))
        with pytest.raises(Refusal) as refused:
            services.close(session, bob, offering.id, AFTER)
        name = session.get_one(Person, alice.person_id).name
        assert (refused.value.code, refused.value.parameters) == ("marks_missing", {"people": name})
        services.record_marks(session, bob, offering.id, services.Marks(marks={alice.id: 0.7}), AFTER)
        services.close(session, bob, offering.id, AFTER)
        assert (alice.outcome, ben.outcome) == (Outcome.PASSED, Outcome.NOT_ATTENDED)

    def test_makes_room_for_what_is_known_here_when_the_same_was_imported(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1)
        alice = comes(session, offering)
        note(session, bob, one, (alice, P))
        services.close(session, bob, offering.id, AFTER)
        own = session.scalars(select(Participation)).one()
        again = make_application(session, official(session), offering, state=State.CONFIRMED)
        session.add(
            Participation(
                person_id=again.person_id, key=own.key, title="Imported", held_on=own.held_on, source="A sheet",
                recorded_at=AFTER,
            )
        )  # fmt: skip
        note(session, bob, one, (again, P))
        services.close(session, bob, offering.id, AFTER)
        valid = select(Participation).where(
            Participation.person_id == again.person_id, Participation.taken_back_at.is_(None)
        )
        assert session.scalars(valid).one().offering_id == offering.id


class TestMarks:
    def composite(self, session: Session, bob: Person) -> tuple[Offering, list[OfferingPart]]:
        """Add an activity of three parts: a course (1), webinars (2), a test (1)."""
        offering, _ = held(session, bob, 0, pass_mark=0.6)
        course = make_course(session)
        facts = [(PartKind.COURSE, 1.0, course.id), (PartKind.WEBINARS, 2.0, None), (PartKind.TEST, 1.0, None)]
        parts = [
            OfferingPart(offering_id=offering.id, place=n, kind=kind, title=kind, weight=weight, course_id=course_id)
            for n, (kind, weight, course_id) in enumerate(facts)
        ]
        session.add_all(parts)
        session.flush()
        return offering, parts

    def give(self, session: Session, bob: Person, part: OfferingPart, mark: float | None, *people: Application) -> None:
        marks = services.Marks(part_id=part.id, marks={one.id: mark for one in people}, reason="Read again.")
        services.record_marks(session, bob, part.offering_id, marks, AFTER)

    def test_of_a_composite_are_weighted_and_those_of_a_course_come_from_it(
        self, session: Session, bob: Person
    ) -> None:
        offering, parts = self.composite(session, bob)
        alice = comes(session, offering)
        person = session.get_one(Person, alice.person_id)
        cohort = make_cohort(session, session.get_one(Course, parts[0].course_id))
        make_enrolment(session, person, cohort, outcome=CourseOutcome.PASSED, mark=0.9, closed_at=AFTER)
        self.give(session, bob, parts[1], 0.6, alice)
        assert alice.mark is None
        self.give(session, bob, parts[2], 0.5, alice)
        assert alice.mark == pytest.approx(0.65)
        services.close(session, bob, offering.id, AFTER)
        assert (alice.outcome, actions(session, alice)) == (Outcome.PASSED, ["attend", "close"])

    def test_can_be_corrected_after_the_closing_with_a_reason_and_a_trace(self, session: Session, bob: Person) -> None:
        offering, (one,) = held(session, bob, 1, pass_mark=0.6)
        alice = comes(session, offering)
        note(session, bob, one, (alice, P))
        services.record_marks(session, bob, offering.id, services.Marks(marks={alice.id: 0.7}), AFTER)
        services.close(session, bob, offering.id, AFTER)
        down = services.Marks(marks={alice.id: 0.5})
        with pytest.raises(Refusal) as refused:
            services.record_marks(session, bob, offering.id, down, AFTER)
        assert refused.value.code == "reason_not_given"
        for mark, outcome, rows in ((0.5, "failed", 0), (0.8, "passed", 1)):
            marks = services.Marks(marks={alice.id: mark}, reason="Read again.")
            services.record_marks(session, bob, offering.id, marks, AFTER)
            valid = session.scalars(select(Participation).where(Participation.taken_back_at.is_(None))).all()
            assert (alice.outcome, len(valid)) == (outcome, rows)
        last = session.scalars(select(ApplicationChange).order_by(ApplicationChange.id)).all()[-1]
        assert (last.action, last.reason, last.facts["before"]["mark"], last.facts["mark"]) == (
            "correct", "Read again.", 0.5, 0.8,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("part", "mark", "code"),
        [
            (1, 1.5, "mark_out_of_range"),
            (1, -0.1, "mark_out_of_range"),
            (0, 0.5, "mark_from_course"),
            (None, 0.5, "marks_by_part"),
        ],
    )
    def test_that_make_no_sense_are_refused(
        self, session: Session, bob: Person, part: int | None, mark: float, code: str
    ) -> None:
        offering, parts = self.composite(session, bob)
        marks = services.Marks(
            part_id=None if part is None else parts[part].id, marks={comes(session, offering).id: mark}
        )
        with pytest.raises(Refusal) as refused:
            services.record_marks(session, bob, offering.id, marks, AFTER)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("facts", "session_on", "has_begun"),
    [
        ({"dating": Dating.NOT_FIXED}, None, False),
        ({"dating": Dating.NOT_FIXED}, 0, True),
        ({"dating": Dating.NOT_FIXED}, 1, False),
        ({"dating": Dating.MONTH, "starts_on": FIRST.date()}, None, True),
        ({"dating": Dating.MONTH, "starts_on": FIRST.date()}, 1, False),
        ({"dating": Dating.DAYS, "starts_on": FIRST.date()}, None, True),
        ({"dating": Dating.DAYS, "starts_on": FIRST.date(), "state": OfferingState.POSTPONED}, None, False),
    ],
)
def test_a_trainer_turns_to_an_activity_on_the_day_of_its_first_session_else_on_its_own(
    facts: dict[str, Any], session_on: int | None, has_begun: bool
) -> None:
    offering = Offering(**({"state": OfferingState.PUBLISHED, "time_zone": "Europe/Zurich"} | facts))
    if session_on is not None:
        offering.sessions = [OfferingSession(starts_at=FIRST + session_on * DAY)]
    turns = by_turn([Held(offering, 1, 1)], FIRST - timedelta(hours=3))
    assert (bool(turns.to_note), bool(turns.coming)) == (has_begun, not has_begun)
