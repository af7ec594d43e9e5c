"""The session of one SCO of SCORM 1.2 on stored values (pure)."""

from collections.abc import Mapping
from dataclasses import replace

from courses.attempts import sessions
from courses.attempts.reviewing import counts_nothing, guarded
from courses.attempts.sessions import LEASE, MEASURED, Outcome
from scorm.runtime.closing import EXIT, SESSION_TIME, STATUS, ClosingRules, LaunchFacts, close_session, launch_values
from scorm.runtime.outcome import outcome_of
from scorm.timespan import parse_timespan12

RULES = ClosingRules()
MODE, CREDIT = "cmi.core.lesson_mode", "cmi.core.credit"


def begun(values: Mapping[str, str], facts: LaunchFacts, lease: str, measured_cs: int) -> dict[str, str]:
    """Return what a SCO finds when a page load launches it; a session that was left open before is closed first."""
    if values.get(LEASE, lease) != lease:
        values = ended(values, facts, measured_cs, is_finished=False)
    found = launch_values(facts, values)
    return found | {LEASE: lease, MEASURED: str(measured_cs)}


def ended(values: Mapping[str, str], facts: LaunchFacts, measured_cs: int, *, is_finished: bool) -> dict[str, str]:
    """Return the values after the end of a session; one that is closed already stays as it is.

    LMS choice: a session that did not end by LMSFinish was suspended, whatever its SCO meant to say of its exit: the
    learner goes on where they were, whatever took the page away. A session in review is closed as the one that it
    was, whatever page closes it, and nothing is concluded from it but what the SCO said.
    """
    if LEASE not in values:
        return dict(values)
    before = guarded(values) if is_finished else {**guarded(values), EXIT: "suspend"}
    mode = before.get(MODE, facts.mode)
    facts = replace(facts, mode="normal" if mode == "review" else mode, credit=before.get(CREDIT, facts.credit))
    since = int(before.pop(MEASURED, "0"))
    before.pop(LEASE)
    return close_session(before, facts, RULES, max(measured_cs - since, 0))


def raised(best: Outcome, values: Mapping[str, str]) -> Outcome:
    """Return the best results with those of the values at hand.

    `reported_cs` counts the sessions that ended and what the one at hand has said so far.
    """
    if STATUS not in values or counts_nothing(values):
        return best
    values = guarded(values)
    found = outcome_of(values)
    running = parse_timespan12(values.get(SESSION_TIME, ""), lenient=True) or 0 if LEASE in values else 0
    return sessions.raised(
        best,
        Outcome(
            status=values[STATUS], is_completed=found.completed, is_passed=found.success, score=found.score,
            reported_cs=found.total_time_cs + running,
        ),
    )  # fmt: skip
