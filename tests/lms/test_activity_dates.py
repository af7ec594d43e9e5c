"""Dates of activities as people say them, and the activities of the demonstration around any day."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from courses.offerings.dates import Dates, faults_of
from courses.offerings.models import Dating
from courses.offerings.zones import is_zone
from lms.activity_dates import dates_in, offset_text
from lms.countries import is_country
from lms.demo.activities import FILE, Around, moved_dates

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def days(*ranges: str) -> Dates:
    """Return dates from texts: `09-14` or `11-05/11-10` of 2026, a year where it is another one."""
    pairs = [one.split("/") for one in ranges]
    written = [(_day(pair[0]), _day(pair[-1])) for pair in pairs]
    return Dates(dating=Dating.DAYS, days=tuple(written))


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def months(first: str, last: str | None = None) -> Dates:
    return Dates(dating=Dating.MONTH, month_from=first, month_until=last)


@pytest.mark.parametrize(
    ("dates", "english", "french", "spanish"),
    [
        (
            days("09-09", "09-14", "09-16"), "9, 14 and 16 September 2026", "9, 14 et 16 septembre 2026",
            "9, 14 y 16 de septiembre de 2026",
        ),
        (
            days("11-05/11-10", "11-12"), "5–10 and 12 November 2026", "5–10 et 12 novembre 2026",
            "5–10 y 12 de noviembre de 2026",
        ),
        (
            days("08-27/09-03"), "27 August to 3 September 2026", "du 27 août au 3 septembre 2026",
            "del 27 de agosto al 3 de septiembre de 2026",
        ),
        (
            days("12-28/2027-01-01"), "28 December 2026 to 1 January 2027", "du 28 décembre 2026 au 1er janvier 2027",
            "del 28 de diciembre de 2026 al 1 de enero de 2027",
        ),
        (
            days("09-24", "10-01"), "24 September and 1 October 2026", "24 septembre et 1er octobre 2026",
            "24 de septiembre y 1 de octubre de 2026",
        ),
        (months("2026-11"), "November 2026", "novembre 2026", "noviembre de 2026"),
        (
            months("2026-11", "2026-12"), "November or December 2026", "novembre ou décembre 2026",
            "noviembre o diciembre de 2026",
        ),
        (
            months("2026-09", "2026-10"), "September or October 2026", "septembre ou octobre 2026",
            "septiembre u octubre de 2026",
        ),
        (
            months("2026-11", "2027-02"), "between November 2026 and February 2027",
            "entre novembre 2026 et février 2027", "entre noviembre de 2026 y febrero de 2027",
        ),
    ],
)  # fmt: skip
def test_dates_are_said_as_each_language_says_them(dates: Dates, english: str, french: str, spanish: str) -> None:
    assert [dates_in(dates, language) for language in ("en", "fr", "es")] == [english, french, spanish]


@ON_SQLITE
def test_dates_that_are_not_fixed_are_said_to_be_so(app: Flask) -> None:
    with app.test_request_context():
        assert dates_in(Dates(), "en") == "Dates to be fixed"


@pytest.mark.parametrize(
    ("zone", "month", "shown"),
    [
        ("Europe/Zurich", 7, "UTC+2"),
        ("Europe/Zurich", 12, "UTC+1"),
        ("Asia/Kathmandu", 7, "UTC+5:45"),
        ("America/St_Johns", 12, "UTC−3:30"),
        ("Africa/Abidjan", 7, "UTC"),
    ],
)
def test_an_offset_is_that_of_the_moment(zone: str, month: int, shown: str) -> None:
    assert offset_text(datetime(2026, month, 1, 12, 0, tzinfo=UTC), zone) == shown


class TestTheDemonstration:
    ACTIVITIES = json.loads(FILE.read_text("utf-8"))

    def test_has_the_forty_one_activities_each_whole(self) -> None:
        assert len(self.ACTIVITIES) == len({raw["code"] for raw in self.ACTIVITIES}) == 41
        for raw in self.ACTIVITIES:
            assert all(raw["titles"][language] for language in ("en", "fr", "es"))
            assert is_zone(raw["time_zone"])
            assert all(is_country(code) for code in raw["countries"])

    @pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 2, 28), date(2028, 12, 31)])
    def test_has_half_of_them_ahead_whatever_the_day(self, today: date) -> None:
        now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        shift = Around(now=now, courses={}, trainers=[], actor_id=UUID(int=1)).shift
        moved = [moved_dates(raw["dates"], shift) for raw in self.ACTIVITIES]
        assert not any(list(faults_of(dates)) for dates in moved)
        assert shift % timedelta(weeks=1) == timedelta()
        past = [dates for dates in moved if dates.ends_on and dates.ends_on < today]
        assert 17 <= len(past) <= 21
