"""The session of one SCO, from its launch to its end, on stored values (pure).

Stored values carry `LEASE` while the session that a page load opened has not been closed. A new page load closes it
only when its first commit comes: until then the journal of the old page may still bring what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scorm.runtime.closing import (
    EXIT,
    SESSION_TIME,
    STATUS,
    ClosingRules,
    LaunchFacts,
    close_session,
    launch_values,
)
from scorm.runtime.names import NOTES
from scorm.runtime.outcome import FINISHED, outcome_of
from scorm.timespan import parse_timespan12

LEASE = NOTES + "lease"
"""A note: the page load whose session these values belong to; absent once that session was closed."""

MEASURED = NOTES + "measured_cs"
"""A note: the time that the server had measured when the session began."""

SUSPEND_DATA = "cmi.suspend_data"

GIVEN = frozenset(
    {
        "cmi.core.student_id", "cmi.core.student_name", "cmi.launch_data", "cmi.student_data.mastery_score",
        "cmi.student_data.max_time_allowed", "cmi.student_data.time_limit_action",
    }
)  # fmt: skip
"""What the LMS tells a SCO at each launch: given anew each time, never stored."""

RULES = ClosingRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an activity has come to: the word of its status, and its best results (a ratchet)."""

    status: str = "not attempted"
    is_completed: bool = False
    is_passed: bool | None = None
    score: float | None = None
    reported_cs: int = 0


def begun(values: Mapping[str, str], facts: LaunchFacts, lease: str, measured_cs: int) -> dict[str, str]:
    """Return what a SCO finds when a page load launches it; a session that was left open before is closed first."""
    if values.get(LEASE, lease) != lease:
        values = ended(values, facts, measured_cs, is_finished=False)
    found = launch_values(facts, values)
    return found | {LEASE: lease, MEASURED: str(measured_cs)}


def ended(values: Mapping[str, str], facts: LaunchFacts, measured_cs: int, *, is_finished: bool) -> dict[str, str]:
    """Return the values after the end of a session; one that is closed already stays as it is.

    LMS choice: a session that did not end by LMSFinish and says nothing of its exit was suspended: the learner goes on
    where they were, whatever took the page away.
    """
    if LEASE not in values:
        return dict(values)
    before = dict(values) if is_finished else {EXIT: "suspend", **values}
    since = int(before.pop(MEASURED, "0"))
    before.pop(LEASE)
    return close_session(before, facts, RULES, max(measured_cs - since, 0))


def stored(values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the values without what is given at every launch, and the suspend data, which is kept apart.

    Suspend data that no text column takes (half of a surrogate pair, a NUL) stays among the values, which are JSON.
    """
    kept = {name: value for name, value in values.items() if name not in GIVEN}
    if not is_plain_text(kept.get(SUSPEND_DATA, "")):
        return kept, ""
    return kept, kept.pop(SUSPEND_DATA, "")


def is_plain_text(text: str) -> bool:
    """Tell whether every database takes a text as it is."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def visible(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the browser gets: without the notes."""
    return {name: value for name, value in values.items() if not name.startswith(NOTES)}


def raised(best: Outcome, values: Mapping[str, str]) -> Outcome:
    """Return the best results with those of the values at hand: nothing ever falls but the word of the status.

    `reported_cs` counts the sessions that ended and what the one at hand has said so far.
    """
    if STATUS not in values:
        return best
    found = outcome_of(values)
    running = parse_timespan12(values.get(SESSION_TIME, ""), lenient=True) or 0 if LEASE in values else 0
    scores = [score for score in (best.score, found.score) if score is not None]
    return Outcome(
        status=values[STATUS],
        is_completed=best.is_completed or found.completed,
        is_passed=best.is_passed or found.success if found.success is not None else best.is_passed,
        score=max(scores, default=None),
        reported_cs=max(best.reported_cs, found.total_time_cs + running),
    )


def best_status(outcome: Outcome) -> str:
    """Return the status by which others are opened and marked: a pass or a completion is not lost by looking again."""
    if outcome.is_passed:
        return "passed"
    if outcome.is_completed and outcome.status not in FINISHED:
        return "completed"
    return outcome.status
