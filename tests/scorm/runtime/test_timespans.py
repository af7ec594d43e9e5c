"""Time spans of SCORM 1.2: read, written, summed in hundredths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorm.timespan import GREATEST_CS, format_timespan12, parse_timespan12


@pytest.mark.parametrize(
    ("text", "duration_cs"),
    [
        ("00:00:00", 0),
        ("0000:00:00.5", 50),
        ("03:01:39.52", 1_089_952),
        ("30:99:99", (30 * 3600 + 99 * 60 + 99) * 100),
        ("9999:59:59.99", GREATEST_CS),
    ],
)
def test_the_form_of_the_book_is_read_in_both_profiles(text: str, duration_cs: int) -> None:
    assert parse_timespan12(text) == duration_cs
    assert parse_timespan12(text, lenient=True) == duration_cs


@pytest.mark.parametrize(
    ("text", "duration_cs"),
    [
        ("1:00:00", 360_000),
        ("00:00:05.123", 512),
        ("00:00:05.125", 513),
        ("00:00:59.999", 6_000),
        ("00:00:05,5", 550),
        ("00:00:05.", 500),
        ("10000:00:00", 3_600_000_000),
        ("0:5:3", 30_300),
    ],
)
def test_what_drivers_write_is_rounded_in_the_lenient_profile_only(text: str, duration_cs: int) -> None:
    assert parse_timespan12(text) is None
    assert parse_timespan12(text, lenient=True) == duration_cs


@pytest.mark.parametrize("text", ["", "PT1H", "3 hours", "00:00", "-1:00:00", "00:00:00\n", "٠٠:٠٠:٠٠", "00:00:00.1e2"])
def test_anything_else_is_no_time_span(text: str) -> None:
    assert parse_timespan12(text) is None
    assert parse_timespan12(text, lenient=True) is None


def test_a_sum_beyond_four_digits_of_hours_stays_readable() -> None:
    assert format_timespan12(GREATEST_CS + 1) == "9999:59:59.99"
    assert format_timespan12(-1) == "0000:00:00.00"


@given(st.integers(0, GREATEST_CS))
def test_what_is_written_reads_back_the_same(duration_cs: int) -> None:
    assert parse_timespan12(format_timespan12(duration_cs)) == duration_cs
