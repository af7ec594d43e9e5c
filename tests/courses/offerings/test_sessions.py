"""Sessions and parts: what is odd about them, weekly copies over a change of the clock, and the hours that suit."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from courses.catalogue.facts import InvalidFacts
from courses.errors import NotFound, Refusal
from courses.offerings.hours import suitable_hours
from courses.offerings.models import Offering, OfferingState, PartKind
from courses.offerings.parts import PartFacts, save_parts
from courses.offerings.queries import offering_of
from courses.offerings.services import Ask
from courses.offerings.sessions import (
    Oddity,
    SessionFacts,
    add_session,
    announce_sessions,
    change_session,
    copy_weekly,
    is_untold,
    oddities,
    remove_session,
)
from courses.offerings.zones import NoSuchTime, is_zone, local, moment_of
from tests.builders import NOW, make_course
from tests.offerings_builders import FIRST, make_offering, make_session

ASK = Ask(None)
NINE = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)  # 9:00 in Geneva


def facts(starts_at: datetime, hours: float = 2) -> SessionFacts:
    return SessionFacts(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), title="Rules")


def odd(session: Session, offering: Offering) -> list[tuple[Oddity, ...]]:
    session.expire_all()
    whole = offering_of(session, offering.id)
    found = oddities(whole, whole.sessions)
    return [found[one.id] for one in whole.sessions]


class TestOddities:
    def test_two_hours_are_right_and_a_minute_more_is_long(self, session: Session) -> None:
        offering = make_offering(session)
        make_session(session, offering, NINE, 2)
        make_session(session, offering, NINE + timedelta(hours=3), 2 + 1 / 60)
        assert odd(session, offering) == [(), (Oddity.TOO_LONG,)]

    def test_days_are_those_of_the_venue(self, session: Session) -> None:
        offering = make_offering(session, time_zone="Asia/Tokyo")
        for hour in (13, 14, 16):  # 22:00 and 23:00 of one day there, 1:00 of the next
            make_session(session, offering, datetime(2027, 2, 2, hour, 0, tzinfo=UTC), 0.5)
        assert odd(session, offering) == [(), (), ()]
        make_session(session, offering, datetime(2027, 2, 2, 10, 0, tzinfo=UTC), 0.5)
        assert odd(session, offering) == [*((Oddity.TOO_MANY,),) * 3, ()]

    def test_two_at_once_overlap_and_one_after_the_other_do_not(self, session: Session) -> None:
        offering = make_offering(session)
        make_session(session, offering, NINE)
        make_session(session, offering, NINE + timedelta(hours=2), 1)
        assert odd(session, offering) == [(), ()]
        make_session(session, offering, NINE + timedelta(minutes=30), 1)
        assert odd(session, offering)[0] == (Oddity.TOO_MANY, Oddity.OVERLAP)

    def test_one_on_another_day_than_the_activity_is_outside(self, session: Session) -> None:
        offering = make_offering(session)
        make_session(session, offering, NINE - timedelta(days=1))
        assert odd(session, offering) == [(Oddity.OUTSIDE_DATES,)]


class TestWriting:
    def test_one_is_added_changed_and_removed_and_calendars_are_to_know(self, session: Session) -> None:
        offering = make_offering(session)
        row = add_session(session, offering.id, facts(NINE), ASK, NOW)
        change_session(session, (offering.id, row.id), facts(NINE + timedelta(hours=1)), ASK, NOW)
        assert (row.starts_at, offering.sequence) == (NINE + timedelta(hours=1), 2)
        remove_session(session, (offering.id, row.id), ASK, NOW)
        assert (offering_of(session, offering.id).sessions, offering.sequence) == ([], 3)
        assert is_untold(session, offering)
        told = announce_sessions(session, offering.id, ASK, NOW)
        assert [one[3] for one in told.before["sessions"]] == [str(row.id)]
        assert not is_untold(session, offering)

    def test_copies_are_at_the_same_hour_when_the_clock_was_changed_between(self, session: Session) -> None:
        offering = make_offering(session)
        before = add_session(session, offering.id, facts(datetime(2027, 3, 26, 8, 0, tzinfo=UTC)), ASK, NOW)
        after = copy_weekly(session, (offering.id, before.id), 2, ASK, NOW)
        assert [one.starts_at.hour for one in after] == [7, 7]
        assert [local(one.starts_at, "Europe/Zurich").time() for one in after] == [time(9), time(9)]
        assert [one.ends_at - one.starts_at for one in after] == [timedelta(hours=2)] * 2

    def test_one_that_has_begun_stays(self, session: Session) -> None:
        offering = make_offering(session)
        row = make_session(session, offering, NOW - timedelta(hours=1))
        with pytest.raises(Refusal, match="session_begun"):
            remove_session(session, (offering.id, row.id), ASK, NOW)

    def test_that_of_another_activity_is_not_found(self, session: Session) -> None:
        row = make_session(session, make_offering(session), NINE)
        with pytest.raises(NotFound):
            change_session(session, (make_offering(session).id, row.id), facts(NINE), ASK, NOW)

    def test_people_are_told_of_them_when_somebody_says_so(self, session: Session) -> None:
        offering = make_offering(session)
        row = add_session(session, offering.id, facts(NINE), ASK, NOW)
        first = announce_sessions(session, offering.id, ASK, NOW)
        assert first.before == {"sessions": []}
        change_session(session, (offering.id, row.id), facts(NINE, 1), ASK, NOW)
        assert announce_sessions(session, offering.id, ASK, NOW).before == first.after

    def test_an_end_before_the_beginning_is_refused(self) -> None:
        with pytest.raises(Refusal, match="session_ends_first"):
            facts(NINE, 0)


class TestSuitableHours:
    def test_one_that_suits_all_comes_first(self) -> None:
        slots = suitable_hours(["Europe/Zurich", "Africa/Lagos", "Africa/Nairobi"], FIRST, 2)
        assert slots[0].outside == ()
        assert slots[0].starts_at == datetime(2027, 2, 1, 7, 0, tzinfo=UTC)  # 8:00, 8:00 and 10:00
        assert len(slots) == 48

    def test_it_says_for_whom_it_is_outside_and_puts_the_fewest_people_first(self) -> None:
        best = suitable_hours(["Pacific/Auckland", "Europe/Zurich", "Europe/Zurich"], FIRST, 2, "Europe/Zurich")[0]
        assert [(one.zone, one.people, one.minutes_outside) for one in best.outside] == [("Pacific/Auckland", 1, 120)]
        assert best.people_outside == 1
        assert local(best.starts_at, "Europe/Zurich").time() == time(8, 0)

    def test_a_day_on_which_the_clock_is_put_forward_has_two_slots_less(self) -> None:
        slots = suitable_hours(["Europe/Zurich"], date(2027, 3, 28), 1)
        assert len(slots) == 46
        assert slots[0].starts_at == datetime(2027, 3, 28, 6, 0, tzinfo=UTC)

    def test_half_hours_of_a_zone_count(self) -> None:
        slot = suitable_hours(["Asia/Kathmandu"], FIRST, 10)[0]
        assert (slot.starts_at, slot.outside) == (datetime(2027, 2, 1, 2, 15, tzinfo=UTC), ())


class TestZones:
    def test_a_time_over_which_the_clock_leaps_does_not_exist(self) -> None:
        with pytest.raises(NoSuchTime):
            moment_of(date(2027, 3, 28), time(2, 30), "Europe/Zurich")

    def test_a_time_that_comes_twice_is_the_first(self) -> None:
        assert moment_of(date(2027, 10, 31), time(2, 30), "Europe/Zurich") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    @pytest.mark.parametrize("name", ["Geneva", "", "../../etc/passwd", "posix/Europe/Zurich"])
    def test_only_names_of_the_list_are_zones(self, name: str) -> None:
        assert not is_zone(name)


class TestParts:
    def test_keep_their_identifiers_when_they_are_changed(self, session: Session) -> None:
        offering = make_offering(session, state=OfferingState.DRAFT)
        course = make_course(session)
        course_part = PartFacts(kind=PartKind.COURSE, title="Online course", weight=60, course_id=course.id)
        save_parts(session, offering.id, [course_part, PartFacts(kind=PartKind.TEST, title="Test")], ASK, NOW)
        first, second = offering_of(session, offering.id).parts
        changed = [
            PartFacts(kind=PartKind.TEST, title="Final test", weight=40, id=second.id),
            PartFacts(kind=PartKind.COURSE, title="Course", weight=60, course_id=course.id, id=first.id),
        ]
        save_parts(session, offering.id, changed, ASK, NOW)
        session.expire_all()
        after = offering_of(session, offering.id).parts
        assert [(part.id, part.title) for part in after] == [(second.id, "Final test"), (first.id, "Course")]

    def test_of_a_published_activity_do_not_go(self, session: Session) -> None:
        offering = make_offering(session)
        save_parts(session, offering.id, [PartFacts(kind=PartKind.TEST, title="Test")], ASK, NOW)
        with pytest.raises(Refusal, match="part_in_use"):
            save_parts(session, offering.id, [], ASK, NOW)

    def test_that_are_courses_name_one(self, session: Session) -> None:
        offering = make_offering(session)
        wrong = [PartFacts(kind=PartKind.COURSE, title=" ", weight=-1)]
        with pytest.raises(InvalidFacts) as refused:
            save_parts(session, offering.id, wrong, ASK, NOW)
        assert [reason.code for reason in refused.value.reasons] == [
            "value_missing", "weight_out_of_range", "part_course_missing",
        ]  # fmt: skip
