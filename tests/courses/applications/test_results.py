"""Attendance, marks and outcomes: tables of cases."""

import pytest

from courses.applications.models import Outcome, Presence
from courses.applications.results import Bar, PartResult, attendance_of, mark_of, outcome_of

P, A, E = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


@pytest.mark.parametrize(
    ("presences", "share"),
    [
        ([], None),
        ([P], 1.0),
        ([P, P, P, P, A], 0.8),
        ([P, None], 0.5),
        ([P, P, E], 1.0),
        ([E, E], 0.0),
        ([A, None, E], 0.0),
    ],
)
def test_attendance_is_the_share_of_sessions_for_which_it_was_taken(
    presences: list[Presence | None], share: float | None
) -> None:
    assert attendance_of(presences) == share


@pytest.mark.parametrize(
    ("parts", "mark"),
    [
        ([], None),
        ([PartResult(0, 1.0)], None),
        ([PartResult(3, 0.5), PartResult(1, 0.9)], 0.6),
        ([PartResult(1, 0.5), PartResult(1, None)], None),
        ([PartResult(1, 0.5), PartResult(1, None, is_required=False)], 0.5),
        ([PartResult(1, None, is_required=False)], None),
        ([PartResult(2, 1.0), PartResult(0, None)], 1.0),
        ([PartResult(0.1, 1.0)] * 3, 1.0),
    ],
)
def test_the_mark_is_the_weighted_mean_of_the_parts(parts: list[PartResult], mark: float | None) -> None:
    assert mark_of(parts) == (None if mark is None else pytest.approx(mark))


@pytest.mark.parametrize(
    ("pass_mark", "attendance", "mark", "outcome"),
    [
        (None, 0.8, None, Outcome.ATTENDED),
        (None, 0.79, None, Outcome.NOT_ATTENDED),
        (None, 1.0, 0.1, Outcome.ATTENDED),
        (None, None, None, Outcome.NOT_ATTENDED),
        (None, None, 0.5, Outcome.ATTENDED),
        (0.6, 1.0, 0.6, Outcome.PASSED),
        (0.6, 1.0, 0.59, Outcome.FAILED),
        (0.6, 1.0, None, None),
        (0.6, None, 0.9, Outcome.PASSED),
        (0.6, 0.5, 0.9, Outcome.FAILED),
        (0.6, 0.5, None, Outcome.NOT_ATTENDED),
        (0.6, None, None, None),
    ],
)
def test_the_outcome_asks_for_attendance_and_for_the_mark_where_marks_are_awarded(
    pass_mark: float | None, attendance: float | None, mark: float | None, outcome: Outcome | None
) -> None:
    assert outcome_of(Bar(attendance=0.8, mark=pass_mark), attendance, mark) == outcome


def test_four_of_five_sessions_are_eighty_per_cent() -> None:
    assert outcome_of(Bar(attendance=0.8), attendance_of([P, P, P, P, A]), None) == Outcome.ATTENDED
