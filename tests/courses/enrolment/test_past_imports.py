"""Taking in past participations: whom rows match, doubles, once and no more, and back again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.models import Outcome
from courses.enrolment.past_imports import (
    TableFacts,
    add_import,
    choose_only_candidates,
    choose_person,
    import_for,
    imports_for,
    lines_of,
    match_again,
    order_dates,
    take_back,
    take_in,
    taken_in_before,
)
from courses.enrolment.past_matching import matched
from courses.enrolment.standing import records_of
from courses.errors import NotFound, Refusal
from courses.people.models import Person, Role
from courses.progression.record import Source
from courses.records.claim_services import open_claim
from courses.records.claims import ClaimFacts
from courses.records.dates import DateForm, DateOrder
from courses.records.faults import FaultyEntry
from courses.records.lines import Line, LineState, Match, Problem, Remark, as_plain, line_of
from courses.records.models import Participation, ParticipationImport
from lms.db import Database
from tests.builders import make_cohort, make_course, make_enrolment, make_person
from tests.records_builders import make_participation

MAY = date(2019, 5, 6)
FACTS = TableFacts(file_name="past.csv", sha256="a" * 64, source="Registry", date_order=DateOrder.NOT_SAID)


@pytest.fixture
def admin(session: Session) -> Person:
    return make_person(session, roles=[Role.ADMINISTRATOR])


@pytest.fixture
def alice(session: Session) -> Person:
    return make_person(session, email="a@x.org", given_name="Alice", family_name="Diop", country="SN")


def a_line(row: int = 2, **facts: Any) -> Line:
    values: dict[str, Any] = {
        "email": "a@x.org", "name": "Alice Diop", "country": "SN", "title": "Seminar", "held_on": MAY,
        "date_form": DateForm.ISO, "steps": ("1",),
    }  # fmt: skip
    return Line(row=row, **(values | facts))


def add(session: Session, admin: Person, now: datetime, *lines: Line) -> ParticipationImport:
    return add_import(session, admin, FACTS, matched(session, lines), now)


class TestARow:
    def test_matches_by_address_and_says_what_differs(self, session: Session, alice: Person) -> None:
        (line,) = matched(session, [a_line(name="Bob Fall", country="ML")])
        assert (line.match, line.person_id) == (Match.ADDRESS, alice.id)
        assert line.remarks == (Remark.NAME_DIFFERS, Remark.COUNTRY_DIFFERS)

    def test_without_a_known_address_shows_candidates_and_takes_none(self, session: Session, alice: Person) -> None:
        nowhere = make_person(session, given_name="alice", family_name="DIOP", country=None)
        longer = make_person(session, given_name="Alice Marie", family_name="Diop", country="SN")
        make_person(session, given_name="Alice", family_name="Diop", country="ML")
        make_person(session, given_name="Alice", family_name="Fall", country="SN")
        (line,) = matched(session, [a_line(email="other@x.org", name="Diop, Alice")])
        assert (line.match, line.person_id, line.state) == (Match.CANDIDATES, None, LineState.OPEN)
        assert line.candidates == (alice.id, longer.id, nowhere.id)
        assert Remark.ADDRESS_UNKNOWN in line.remarks

    def test_matches_a_name_with_a_part_more_but_no_single_word(self, session: Session, alice: Person) -> None:
        more, one, none = matched(
            session,
            [
                a_line(2, email="", name="Alice Awa Diop"), a_line(3, email="", name="Diop"),
                a_line(4, email="b@x.org", name=""),
            ],
        )  # fmt: skip
        assert more.candidates == (alice.id,)
        assert one.candidates == none.candidates == ()
        assert none.state is LineState.WRONG

    def test_that_says_the_same_as_another_is_a_double(self, session: Session, alice: Person) -> None:
        make_participation(session, alice, title="SÉMINAIRE", held_on=MAY, code="S1")
        make_participation(session, alice, title="Back", held_on=MAY, taken_back_at=alice.created_at)
        lines = [
            a_line(2), a_line(3, title="seminar"), a_line(4, title="Séminaire"), a_line(5, title="Back"),
            a_line(6, held_on=date(2019, 5, 7)), a_line(7, problems=(Problem("x"),), title="New"),
            a_line(8, title="New"),
        ]  # fmt: skip
        assert [line.double_of for line in matched(session, lines)] == [None, 2, 0, None, None, None, None]


class TestATable:
    def test_is_taken_in_once_only_what_is_good_with_source_and_day(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        wrong = a_line(3, problems=(Problem("date_missing", "E3"),), held_on=None)
        row = add(session, admin, now, a_line(mark=0.8), wrong, a_line(4), a_line(5, email="", candidates=()))
        assert (row.counts["good"], row.counts["wrong"], row.counts["double"], row.counts["open"]) == (1, 1, 1, 1)
        assert session.scalar(select(func.count(Participation.id))) == 0
        assert (take_in(session, admin, row.id, now), take_in(session, admin, row.id, now)) == (1, 0)
        (result,) = records_of(session, [alice.id], now)[alice.id].results
        assert (result.source, result.title, result.passed_on, result.mark) == (Source.PAST, "Seminar", MAY, 0.8)
        assert [str(step) for step in result.confers] == ["1"]
        kept = session.scalars(select(Participation)).one()
        assert (kept.source, kept.import_id, kept.recorded_by_id) == ("Registry", row.id, admin.id)
        assert lines_of(row)[0].state is LineState.TAKEN
        assert (row.taken_in_at, row.taken_in_by_id) == (now, admin.id)

    def test_is_taken_back_whole_and_may_come_again(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        row = add(session, admin, now, a_line())
        with pytest.raises(Refusal, match="import_not_taken_in"):
            take_back(session, admin, row.id, now)
        take_in(session, admin, row.id, now)
        again = add(session, admin, now, a_line())
        assert lines_of(again)[0].state is LineState.DOUBLE
        assert taken_in_before(session, again) is row
        with pytest.raises(Refusal, match="import_nothing_good"):
            take_in(session, admin, again.id, now)
        assert (take_back(session, admin, row.id, now), take_back(session, admin, row.id, now)) == (1, 0)
        assert records_of(session, [alice.id], now)[alice.id].results == ()
        assert (row.taken_back_at, row.taken_back_by_id) == (now, admin.id)
        with pytest.raises(Refusal, match="import_over"):
            take_in(session, admin, row.id, now)
        match_again(session, admin, again.id)
        assert take_in(session, admin, again.id, now) == 1

    def test_leaves_alone_what_somebody_has_entered_since_it_was_looked_at(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        row = add(session, admin, now, a_line(2), a_line(3, title="Another"))
        make_participation(session, alice, title="Seminar", held_on=MAY)
        assert take_in(session, admin, row.id, now) == 1
        assert [line.state for line in lines_of(row)] == [LineState.DOUBLE, LineState.TAKEN]

    def test_waits_for_what_somebody_has_to_choose(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        either = (date(2019, 4, 3), date(2019, 3, 4))
        row = add(
            session, admin, now, a_line(2, email=""),
            a_line(3, held_on=None, date_form=DateForm.AMBIGUOUS, either=either), a_line(4, email="", title="B"),
        )  # fmt: skip
        assert row.counts["open"] == 3
        with pytest.raises(Refusal, match="line_not_open"):
            choose_person(session, admin, row.id, 2, admin.id)
        choose_person(session, admin, row.id, 2, alice.id)
        order_dates(session, admin, row.id, DateOrder.MONTH_FIRST)
        assert choose_only_candidates(session, admin, row.id) == 1
        assert [line.state for line in lines_of(row)] == [LineState.GOOD] * 3
        assert lines_of(row)[1].held_on == either[1]
        choose_person(session, admin, row.id, 2, None)
        assert lines_of(row)[0].state is LineState.OPEN
        assert take_in(session, admin, row.id, now) == 2
        with pytest.raises(Refusal, match="import_over"):
            choose_person(session, admin, row.id, 2, alice.id)

    def test_is_for_administrators(self, session: Session, alice: Person, admin: Person, now: datetime) -> None:
        row = add(session, admin, now, a_line())
        for action in (import_for, match_again):
            with pytest.raises(NotFound):
                action(session, alice, row.id)
        assert imports_for(session, alice).found == 0
        for page in (1, 9, -1):
            found = imports_for(session, admin, page)
            assert (list(found.entries), found.page, found.pages) == ([row], 1, 1)

    def test_names_its_source(self, session: Session, admin: Person, now: datetime) -> None:
        facts = TableFacts(file_name="x.csv", sha256="", source=" ", date_order=DateOrder.NOT_SAID)
        with pytest.raises(FaultyEntry):
            add_import(session, admin, facts, [], now)


def test_of_many_who_take_the_same_rows_in_at_once_each_row_is_taken_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        admin = make_person(session, roles=[Role.ADMINISTRATOR])
        make_person(session, email="a@x.org")
        lines = [a_line(row, title=f"Seminar {row}") for row in range(2, 12)]
        ids = [add(session, admin, now, *lines).id, add(session, admin, now, *reversed(lines)).id]

    def take(import_id: UUID) -> int:
        with database.transaction() as session:
            try:
                return take_in(session, admin, import_id, now)
            except Refusal:  # the other table has taken them all
                return 0

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, ids * 2))
    assert sum(taken) == 10
    with database.reading() as session:
        assert session.scalar(select(func.count(Participation.id))) == 10


def test_of_two_devices_that_begin_a_claim_at_once_one_does(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        person = make_person(session)

    def begin(_number: int) -> bool:
        with database.transaction() as session:
            try:
                open_claim(session, person, ClaimFacts((), "Mine"), now)
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(begin, range(4))) == 1


class TestACourseOfOurs:
    @pytest.fixture
    def passed(self, session: Session, alice: Person) -> Course:
        """Return a course that Alice took from 1 March 2026 and passed on 1 June 2026."""
        course = make_course(session, code="INTRO", title_en="Introduction", title_fr="Présentation", confers=["1"])
        begun_at, passed_at = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
        make_enrolment(
            session, alice, make_cohort(session, course), outcome=Outcome.PASSED, enrolled_at=begun_at,
            started_at=begun_at, closed_at=passed_at, confers=["1", "3·generalist"],
        )  # fmt: skip
        return course

    @pytest.mark.parametrize(
        ("facts", "is_double"),
        [
            ({"code": "intro", "title": "Course"}, True),
            ({"title": "PRESENTATION", "steps": ()}, True),
            ({"title": "Course of level 1"}, True),
            ({"title": "Introduction", "held_on": date(2026, 2, 1)}, True),
            ({"title": "Introduction", "held_on": date(2026, 7, 2)}, True),
            ({"title": "Introduction", "held_on": date(2026, 7, 3)}, False),
            ({"title": "Introduction", "held_on": date(2026, 1, 28)}, False),
            ({"title": "Seminar", "held_on": date(2026, 4, 15)}, False),
            ({"title": "Seminar", "code": "S1"}, False),
            ({"title": "Seminar", "steps": ("2·generalist",)}, False),
            ({"title": "Seminar", "steps": ("1", "2·generalist")}, False),
            ({"title": "Seminar", "steps": ("3·generalist",)}, True),
            ({"title": "Seminar", "steps": ()}, False),
        ],
        ids=str,
    )
    def test_that_was_passed_is_what_a_row_says_by_name_or_steps_at_a_near_date(
        self, session: Session, alice: Person, passed: Course, facts: dict[str, Any], is_double: bool
    ) -> None:
        (line,) = matched(session, [a_line(**({"held_on": date(2026, 6, 20)} | facts))])
        assert (line.state is LineState.DOUBLE) == is_double
        assert line_of(as_plain(line)) == line
        if is_double:
            assert (line.double_of, line.own_course, line.own_day) == (0, passed.code, date(2026, 6, 1))

    def test_is_not_taken_in_beside_its_result_even_where_it_was_passed_since_the_preview(
        self, session: Session, alice: Person, admin: Person, now: datetime
    ) -> None:
        course = make_course(session, code="INTRO", confers=["1"])
        row = add(session, admin, now, a_line(2, code="INTRO", held_on=now.date()), a_line(3))
        enrolment = make_enrolment(session, alice, make_cohort(session, course), outcome=Outcome.ACTIVE)
        assert [line.state for line in lines_of(row)] == [LineState.GOOD, LineState.GOOD]
        enrolment.outcome, enrolment.closed_at = Outcome.PASSED, now
        session.flush()
        assert take_in(session, admin, row.id, now) == 1
        double, _ = lines_of(row)
        assert (double.state, double.own_course) == (LineState.DOUBLE, "INTRO")
        assert len(records_of(session, [alice.id], now)[alice.id].results) == 2

    def test_of_somebody_else_or_that_was_failed_doubles_nothing(
        self, session: Session, alice: Person, passed: Course
    ) -> None:
        bob = make_person(session, email="b@x.org")
        make_enrolment(session, bob, make_cohort(session, passed), outcome=Outcome.FAILED, closed_at=passed.created_at)
        (line,) = matched(session, [a_line(email="b@x.org", code="INTRO", held_on=date(2026, 6, 1))])
        assert line.state is LineState.GOOD
