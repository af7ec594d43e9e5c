"""Calendar files: right in every zone and over every change of the clocks, the same event under the same name."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from courses.offerings.models import Dating, Offering, OfferingDay, OfferingSession, OfferingState
from lms import languages
from lms.calendar_zones import zone_table
from lms.calendars import Ends, Held, Method, calendar_of, cancelled_rest, gone_from, has_events

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ENDS = Ends("https://learn.example.org/learning", Address("The institute", "no-reply", "example.org"))
MINE = Ends(ENDS.address, ENDS.organiser, Address('Alicia "Ali"; Muñoz', "alice", "example.org"))
ZONES = (
    "Europe/Zurich",
    "America/Santiago",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


@pytest.fixture(autouse=True)
def _in_an_application() -> Iterator[None]:
    with APP.app_context():
        yield


APP = Flask(__name__)
languages.init_app(APP)


def make(**facts: object) -> Offering:
    values: dict[str, object] = {
        "id": UUID(int=1), "code": "REG-1", "title_en": "Seminar on services", "title_fr": "Séminaire sur les services",
        "title_es": "Seminario sobre servicios", "state": OfferingState.PUBLISHED, "dating": Dating.DAYS,
        "time_zone": "Europe/Zurich", "venue": "", "city": "", "country": None, "link": "", "sequence": 0,
        "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Offering(**(values | facts))


def days(*ranges: tuple[date, date]) -> list[OfferingDay]:
    return [OfferingDay(first_day=first, last_day=last) for first, last in ranges]


def session_at(start: datetime, hours: float = 2, **facts: object) -> OfferingSession:
    values: dict[str, object] = {"id": uuid4(), "title": "", "link": ""}
    return OfferingSession(starts_at=start, ends_at=start + timedelta(hours=hours), **(values | facts))


def read(held: Held, method: Method = Method.PUBLISH, language: str = "en", ends: Ends = ENDS) -> Calendar:
    calendar = Calendar.from_ical(calendar_of([held], language, method, NOW, ends))
    assert isinstance(calendar, Calendar)
    return calendar


def events(held: Held, method: Method = Method.PUBLISH, language: str = "en", ends: Ends = ENDS) -> list[Event]:
    return read(held, method, language, ends).events


DECEMBER = (date(2026, 12, 7), date(2026, 12, 11))
THREE = (
    (date(2026, 9, 9), date(2026, 9, 9)),
    (date(2026, 9, 14), date(2026, 9, 14)),
    (date(2026, 9, 16), date(2026, 9, 16)),
)


class TestWhatIsInIt:
    def test_a_range_of_days_is_one_event_whose_end_is_the_day_after(self) -> None:
        (event,) = events(Held(offering=make(), days=days(DECEMBER)))
        assert (event.start, event.end) == (date(2026, 12, 7), date(2026, 12, 12))
        assert event["UID"] == f"{UUID(int=1)}.days.1@learn.example.org"
        assert (event["SUMMARY"], event["STATUS"], event.sequence) == ("Seminar on services", "CONFIRMED", 0)
        assert event["URL"] == "https://learn.example.org/learning/activities/REG-1"
        assert event.decoded("dtstamp") == event.decoded("last-modified") == NOW

    def test_several_days_are_several_events(self) -> None:
        assert [event.start for event in events(Held(offering=make(), days=days(*THREE)))] == [
            first for first, _ in THREE
        ]

    def test_sessions_take_the_place_of_the_days_on_which_they_are(self) -> None:
        session = session_at(datetime(2026, 9, 14, 22, 30, tzinfo=UTC), title="Opening")
        held = Held(
            offering=make(time_zone="Asia/Tokyo"),
            days=days(*THREE, (date(2026, 9, 15), date(2026, 9, 15))),
            sessions=[session],
        )
        found = events(held)
        assert [event["SUMMARY"] for event in found] == ["Seminar on services – Opening"] + ["Seminar on services"] * 3
        assert [event.start for event in found[1:]] == [first for first, _ in THREE]

    @pytest.mark.parametrize(
        "facts",
        [{"dating": Dating.MONTH, "month_from": "2026-11"}, {"dating": Dating.NOT_FIXED}],
        ids=["month", "none"],
    )
    def test_dates_that_are_not_days_give_no_event_and_the_file_says_so(self, facts: dict[str, object]) -> None:
        held = Held(offering=make(**facts), days=days(DECEMBER))
        calendar = read(held)
        assert calendar.events == []
        assert "not fixed" in calendar["X-WR-CALDESC"]
        assert not has_events(held.offering, held.days, [])

    def test_the_title_is_in_the_language_asked_for(self) -> None:
        (event,) = events(Held(offering=make(country="CH", city="Geneva"), days=days(DECEMBER)), language="fr")
        assert event["SUMMARY"] == "Séminaire sur les services"
        assert event["LOCATION"] == "Geneva, Suisse"

    def test_nobody_but_who_takes_part_reads_the_links_to_join(self) -> None:
        offering = make(link="https://meet.example.org/secret")
        session = session_at(NOW, link="https://meet.example.org/secret-too")
        held = {"offering": offering, "days": days(DECEMBER), "sessions": [session]}
        public = calendar_of([Held(**held)], "en", Method.PUBLISH, NOW, ENDS)
        mine = calendar_of([Held(**held, is_mine=True)], "en", Method.REQUEST, NOW, MINE)
        assert b"secret" not in public
        assert b"secret" in mine
        assert b"secret-too" in mine.replace(b"\r\n ", b"")

    def test_who_is_asked_is_the_attendee_and_need_not_answer_by_mail(self) -> None:
        (event,) = events(Held(offering=make(), days=days(DECEMBER), is_tentative=True), Method.REQUEST, ends=MINE)
        attendee = event["ATTENDEE"]
        assert attendee == "mailto:alice@example.org"
        assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "FALSE")
        assert "Muñoz" in attendee.params["CN"]
        assert event["ORGANIZER"] == "mailto:no-reply@example.org"
        assert event["STATUS"] == "TENTATIVE"

    @settings(max_examples=25, deadline=None)
    @given(
        title=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
        venue=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    )
    def test_whatever_stands_in_it_lines_are_folded_and_nobody_breaks_out(self, title: str, venue: str) -> None:
        with APP.app_context():
            data = calendar_of(
                [Held(offering=make(title_en=title, venue=venue), days=days(DECEMBER))], "en", Method.PUBLISH, NOW, ENDS
            )
        assert data.endswith(b"\r\n")
        lines = data[:-2].split(b"\r\n")
        assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
        (event,) = Calendar.from_ical(data).events
        assert sorted(line for line in lines if line.startswith(b"BEGIN")) == [b"BEGIN:VCALENDAR", b"BEGIN:VEVENT"]
        assert event.start == DECEMBER[0]


class TestChanges:
    def test_a_date_that_is_moved_moves_its_event(self) -> None:
        (before,) = events(Held(offering=make(), days=days(DECEMBER)))
        later = (date(2027, 1, 11), date(2027, 1, 15))
        held = Held(offering=make(sequence=1), days=days(later), earlier={1: DECEMBER})
        (after,) = events(held)
        assert after["UID"] == before["UID"]
        assert after.sequence > before.sequence
        assert not gone_from(held)

    def test_a_cancellation_takes_out_the_event_that_was_moved(self) -> None:
        offering = make(sequence=2, state=OfferingState.CANCELLED)
        (event,) = events(Held(offering=offering, days=days(DECEMBER)), Method.CANCEL, ends=MINE)
        assert (event["UID"], event.sequence, event["STATUS"]) == (
            f"{UUID(int=1)}.days.1@learn.example.org",
            2,
            "CANCELLED",
        )

    def test_a_range_that_is_no_more_is_taken_out_while_the_others_go_on(self) -> None:
        held = Held(offering=make(sequence=1), days=days(*THREE[:2]), earlier=dict(enumerate(THREE, 1)))
        assert len(events(held)) == 2
        (gone,) = Calendar.from_ical(cancelled_rest(held, "en", NOW, MINE)).events
        assert gone["UID"].startswith(f"{UUID(int=1)}.days.3@")
        assert (gone["STATUS"], gone.start) == ("CANCELLED", THREE[2][0])

    @pytest.mark.parametrize("dating", [Dating.MONTH, Dating.NOT_FIXED])
    def test_dates_that_became_open_take_out_what_was_fixed(self, dating: Dating) -> None:
        held = Held(offering=make(sequence=1, dating=dating), earlier={1: DECEMBER})
        (gone,) = events(held, Method.CANCEL, ends=MINE)
        assert (gone.start, gone["STATUS"]) == (DECEMBER[0], "CANCELLED")

    def test_sessions_keep_their_names_when_they_are_moved(self) -> None:
        session = session_at(NOW)
        (before,) = events(Held(offering=make(), sessions=[session]))
        session.starts_at, session.ends_at = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)
        (after,) = events(Held(offering=make(sequence=1), sessions=[session]))
        assert after["UID"] == before["UID"]
        assert after.start - before.start == timedelta(days=1)

    @pytest.mark.parametrize("state", [OfferingState.CANCELLED, OfferingState.POSTPONED])
    def test_what_is_put_off_is_cancelled_in_the_file_for_everybody_too(self, state: OfferingState) -> None:
        (event,) = events(Held(offering=make(state=state), days=days(DECEMBER)))
        assert event["STATUS"] == "CANCELLED"


def observed(calendar: Calendar, moment: datetime) -> timedelta:
    """Return the offset that the table of a file itself gives for what clocks show at a moment."""
    (table,) = calendar.timezones
    begun = []
    for observance in table.subcomponents:
        start = observance.decoded("dtstart")
        begun.append((start - observance.decoded("tzoffsetfrom"), observance.decoded("tzoffsetto")))
    return max((start, offset) for start, offset in begun if start <= moment.replace(tzinfo=None))[1]


class TestZones:
    @pytest.mark.parametrize("zone", ZONES)
    def test_sessions_are_at_their_moment_over_every_change_of_the_clocks(self, zone: str) -> None:
        moments = [datetime(2026, month, day, 9, 30, tzinfo=UTC) for month in range(1, 13) for day in (1, 15, 28)]
        held = Held(offering=make(time_zone=zone), sessions=[session_at(moment) for moment in moments])
        calendar = read(held)
        assert [event.start.astimezone(UTC) for event in calendar.events] == moments
        for moment, event in zip(moments, calendar.events, strict=True):
            assert event["DTSTART"].params["TZID"] == zone
            assert observed(calendar, moment) == moment.astimezone(ZoneInfo(zone)).utcoffset()

    @pytest.mark.parametrize("zone", ZONES)
    def test_the_table_changes_in_the_very_minute_of_the_zone(self, zone: str) -> None:
        calendar = Calendar()
        calendar.add_component(
            zone_table(ZoneInfo(zone), datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
        )
        quarter = datetime(2026, 1, 1, tzinfo=UTC)
        wrong = []
        while quarter.year == 2026:
            if observed(calendar, quarter) != quarter.astimezone(ZoneInfo(zone)).utcoffset():
                wrong.append(quarter)
            quarter += timedelta(minutes=30) if near_a_change(ZoneInfo(zone), quarter) else timedelta(hours=24)
        assert wrong == []

    def test_summer_time_begins_by_the_clock_that_was_shown_before(self) -> None:
        calendar = read(Held(offering=make(), sessions=[session_at(datetime(2026, 7, 1, 9, tzinfo=UTC))]))
        (table,) = calendar.timezones
        summer = [one for one in table.subcomponents if one.name == "DAYLIGHT"]
        assert datetime(2026, 3, 29, 2, 0) in {one.decoded("dtstart") for one in summer}  # noqa: DTZ001
        assert {one.decoded("tzoffsetfrom") for one in summer} == {timedelta(hours=1)}
        assert {one.decoded("tzoffsetto") for one in summer} == {timedelta(hours=2)}

    @pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
    def test_utc_needs_no_table(self, zone: str) -> None:
        calendar = read(Held(offering=make(time_zone=zone), sessions=[session_at(NOW)]))
        assert calendar.timezones == []
        assert calendar.events[0]["DTSTART"].to_ical() == b"20261120T090000Z"

    def test_a_file_of_several_activities_has_each_zone_once(self) -> None:
        held: Sequence[Held] = [
            Held(offering=make(id=uuid4(), time_zone=zone), sessions=[session_at(NOW)])
            for zone in ("Europe/Zurich", "Asia/Tokyo", "Europe/Zurich")
        ]
        calendar = Calendar.from_ical(calendar_of(held, "en", Method.PUBLISH, NOW, ENDS))
        assert sorted(table["TZID"] for table in calendar.timezones) == ["Asia/Tokyo", "Europe/Zurich"]
        assert len({event["UID"] for event in calendar.events}) == 3


def near_a_change(zone: ZoneInfo, moment: datetime) -> bool:
    """Tell whether the clocks of a zone change within a day."""
    offsets = {(moment + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-24, 0, 24)}
    return len(offsets) > 1
