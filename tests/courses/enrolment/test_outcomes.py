"""The outcomes of DOMAIN.md: every move, the rule of closing, the grace period, the lapse."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.enrolment.models import DropoutKind, Outcome
from courses.enrolment.outcomes import (
    LEFT,
    MOVES,
    Closing,
    OutcomeEvent,
    Presence,
    Progress,
    closing_of,
    grace_period,
    is_due,
    is_undone_by_return,
    leaving_of,
    moves_after_result,
    next_outcome,
)
from courses.errors import IllegalTransition

E = OutcomeEvent
OPENS = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("outcome", "event"), [(o, e) for o in Outcome for e in E if (o, e) not in MOVES])
def test_what_the_table_does_not_name_is_illegal(outcome: Outcome, event: OutcomeEvent) -> None:
    with pytest.raises(IllegalTransition):
        next_outcome(outcome, event)


@pytest.mark.parametrize(
    ("outcome", "event", "after"),
    [
        ("not_started", "start", "active"),
        ("not_started", "drop_out", "dropped_out"),
        ("not_started", "cancel", "cancelled"),
        ("active", "pass", "passed"),
        ("active", "fail", "failed"),
        ("active", "attend", "attended"),
        ("active", "end_without_exam", "no_exam"),
        ("active", "drop_out", "dropped_out"),
        ("active", "transfer", "transferred"),
        ("passed", "start", "passed"),
        ("passed", "make_void", "void"),
        ("failed", "pass", "passed"),
        ("no_exam", "fail", "failed"),
        ("dropped_out", "come_back", "active"),
        ("dropped_out", "pass", "passed"),
    ],
)
def test_an_outcome_moves_by_the_table(outcome: str, event: str, after: str) -> None:
    assert next_outcome(Outcome(outcome), OutcomeEvent(event)) == after


@pytest.mark.parametrize("outcome", sorted(LEFT))
def test_what_has_left_the_cohort_never_comes_back(outcome: Outcome) -> None:
    assert not [event for event in E if (outcome, event) in MOVES]


@pytest.mark.parametrize("event", [event for event in E if event != E.MAKE_VOID])
def test_a_pass_is_never_taken_away_but_by_an_error(event: OutcomeEvent) -> None:
    assert MOVES.get((Outcome.PASSED, event), Outcome.PASSED) == Outcome.PASSED


def progress(*, started: bool = True, passed: bool = False, sat: bool = False, done: bool = False) -> Progress:
    return Progress(has_started=started, is_passed=passed, has_sat_exam=sat, is_completed=done)


@pytest.mark.parametrize(
    ("found", "closing"),
    [
        (progress(passed=True, sat=True, done=True), Closing(E.PASS)),
        (progress(sat=True, done=True), Closing(E.FAIL)),
        (progress(sat=True), Closing(E.FAIL)),
        (progress(done=True), Closing(E.END_WITHOUT_EXAM)),
        (progress(), Closing(E.DROP_OUT, DropoutKind.LAPSED)),
        (progress(started=False), Closing(E.DROP_OUT, DropoutKind.NEVER_STARTED)),
    ],
)
def test_closing_asks_for_a_pass_then_an_exam_then_completion(found: Progress, closing: Closing) -> None:
    assert closing_of(found) == closing


@pytest.mark.parametrize(
    ("outcome", "found", "events"),
    [
        ("not_started", progress(), ("start",)),
        ("not_started", progress(passed=True, sat=True), ("start", "pass")),
        ("active", progress(sat=True, done=True), ()),
        ("active", progress(passed=True), ("pass",)),
        ("passed", progress(sat=True), ()),
        ("failed", progress(passed=True, sat=True), ("pass",)),
        ("failed", progress(sat=True), ()),
        ("no_exam", progress(sat=True, done=True), ("fail",)),
        ("no_exam", progress(done=True), ()),
        ("dropped_out", progress(), ()),
        ("dropped_out", progress(done=True), ("end_without_exam",)),
        ("void", progress(passed=True), ()),
    ],
)
def test_a_result_only_raises_an_outcome(outcome: str, found: Progress, events: tuple[str, ...]) -> None:
    assert moves_after_result(Outcome(outcome), None, found) == events


@pytest.mark.parametrize(
    ("found", "events"),
    [(progress(sat=True, done=True), ()), (progress(done=True), ()), (progress(passed=True, sat=True), ("pass",))],
)
def test_a_withdrawal_stands_against_all_but_a_pass(found: Progress, events: tuple[str, ...]) -> None:
    assert moves_after_result(Outcome.DROPPED_OUT, DropoutKind.WITHDREW, found) == events


@pytest.mark.parametrize(
    ("length_days", "grace_days"), [(3, 1), (10, 1), (60, 6), (140, 14), (365, 14)]
)  # fmt: skip
def test_the_grace_period_is_a_tenth_of_the_length_from_one_to_fourteen_days(length_days: int, grace_days: int) -> None:
    assert grace_period(OPENS, OPENS + timedelta(days=length_days)) == timedelta(days=grace_days)


def test_a_cohort_without_an_end_gives_the_longest_grace() -> None:
    assert grace_period(OPENS, None) == timedelta(days=14)


def presence(*, enrolled: int = 0, seen: int | None = None, length: int | None = 60) -> Presence:
    return Presence(
        enrolled_at=OPENS + timedelta(days=enrolled),
        seen_at=None if seen is None else OPENS + timedelta(days=seen),
        opens_at=OPENS,
        closes_at=None if length is None else OPENS + timedelta(days=length),
        inactivity_days=90,
    )


@pytest.mark.parametrize(
    ("enrolled", "day", "event"),
    [(-5, -1, "cancel"), (-5, 6, "cancel"), (-5, 7, "drop_out"), (10, 16, "cancel"), (10, 17, "drop_out")],
)
def test_leaving_counts_as_a_dropout_after_the_grace_period(enrolled: int, day: int, event: str) -> None:
    leaving = leaving_of(presence(enrolled=enrolled), OPENS + timedelta(days=day))
    assert leaving.event == event
    assert leaving.dropout_kind == (DropoutKind.WITHDREW if event == "drop_out" else None)


@pytest.mark.parametrize(
    ("found", "day", "due"),
    [
        (presence(), 59, False),
        (presence(), 60, True),
        (presence(length=None), 89, False),
        (presence(length=None), 90, True),
        (presence(length=None, seen=50), 139, False),
        (presence(length=None, seen=50), 140, True),
        (presence(length=None, enrolled=-200), 10, False),
    ],
)
def test_an_enrolment_closes_when_access_is_over_or_after_long_silence(found: Presence, day: int, due: bool) -> None:
    assert is_due(found, OPENS + timedelta(days=day)) is due


def test_coming_back_undoes_a_lapse_but_not_a_withdrawal() -> None:
    for by_silence in (True, False):
        assert is_undone_by_return(Outcome.DROPPED_OUT, DropoutKind.LAPSED, is_by_silence=by_silence)
        assert is_undone_by_return(Outcome.DROPPED_OUT, DropoutKind.NEVER_STARTED, is_by_silence=by_silence)
        assert not is_undone_by_return(Outcome.DROPPED_OUT, DropoutKind.WITHDREW, is_by_silence=by_silence)
        assert not is_undone_by_return(Outcome.PASSED, None, is_by_silence=by_silence)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NO_EXAM])
def test_coming_back_undoes_a_failure_only_when_silence_has_closed(outcome: Outcome) -> None:
    assert is_undone_by_return(outcome, None, is_by_silence=True)
    assert not is_undone_by_return(outcome, None, is_by_silence=False)
