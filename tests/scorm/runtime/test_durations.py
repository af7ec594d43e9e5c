"""Durations of SCORM 2004: read, written, summed in hundredths with the months apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.timespan import MONTH_CS, Duration, format_duration, parse_duration

DAY_CS = 8_640_000


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT0S", Duration(0, 0)),
        ("P0Y", Duration(0, 0)),
        ("PT6.3S", Duration(0, 630)),
        ("PT6.34S", Duration(0, 634)),
        ("P1Y6M14DT4H15M6.34S", Duration(18, 14 * DAY_CS + 4 * 360_000 + 15 * 6_000 + 634)),
        ("PT01H059M020S", Duration(0, 360_000 + 59 * 6_000 + 2_000)),
        ("P1M", Duration(1, 0)),
        ("PT1M", Duration(0, 6_000)),
        ("P9999999999Y", Duration(12 * 9_999_999_999, 0)),
    ],
)
def test_the_form_of_the_book_is_read_in_both_profiles(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration
    assert parse_duration(text, lenient=True) == duration


@pytest.mark.parametrize(
    ("text", "rest_cs"),
    [
        ("PT1M30.123S", 9_012),
        ("PT0.005S", 1),
        ("PT59.999S", 6_000),
        ("PT0.30000000000000004S", 30),
        ("PT1,5S", 150),
        ("PT1.S", 100),
        ("PT", 0),
        ("P", 0),
        ("P1DT", DAY_CS),
    ],
)
def test_what_drivers_write_is_rounded_in_the_lenient_profile_only(text: str, rest_cs: int) -> None:
    assert parse_duration(text) is None
    assert parse_duration(text, lenient=True) == Duration(0, rest_cs)


@pytest.mark.parametrize("text", ["", "1Y", "P1W", "-PT1S", "PT1.5H", "00:00:10", "PT1S\n", "PT٣S", "P1D1Y", "pt1s"])
def test_anything_else_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None
    assert parse_duration(text, lenient=True) is None


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(), "PT0S"),
        (Duration(0, 29 * DAY_CS), "P29D"),
        (Duration(0, 7_569_00), "PT2H6M9S"),
        (Duration(0, 7_220_00), "PT2H20S"),
        (Duration(14, 5), "P1Y2MT0.05S"),
        (Duration(0, 6_001), "PT1M0.01S"),
        (Duration(-1, -5), "PT0S"),
    ],
)
def test_a_duration_is_written_as_short_as_it_can_be(duration: Duration, text: str) -> None:
    assert format_duration(duration) == text


def test_months_are_as_long_as_a_twelfth_of_365_days_where_one_number_is_needed() -> None:
    assert Duration(12, 1).total_cs == 365 * DAY_CS + 1
    assert Duration(1, 0).total_cs == MONTH_CS


DURATIONS = st.builds(Duration, st.integers(0, 10**6), st.integers(0, 10**12))


@given(DURATIONS)
def test_what_is_written_reads_back_the_same(duration: Duration) -> None:
    assert parse_duration(format_duration(duration)) == duration


@given(st.lists(DURATIONS, max_size=20))
def test_a_sum_of_durations_is_the_sum_of_their_hundredths(durations: list[Duration]) -> None:
    total = Duration()
    for duration in durations:
        total = parse_duration(format_duration(total + duration)) or Duration()
    assert total == Duration(sum(one.months for one in durations), sum(one.rest_cs for one in durations))
    assert total.total_cs == sum(one.total_cs for one in durations)


@given(st.builds(Duration, st.integers(0, 10**30), st.integers(0, 10**30)))
def test_a_sum_beyond_ten_digits_stays_readable(duration: Duration) -> None:
    assert parse_duration(format_duration(duration)) is not None
