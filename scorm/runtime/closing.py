"""From one session to the next in SCORM 1.2: what a SCO finds at its launch, what remains when it has ended.

Nothing here knows of a clock or a database: the caller stores what `close_session` returns, and calls it once for
each session, whether the SCO called LMSFinish or the learner left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scorm.runtime.cmi12 import CMI12
from scorm.runtime.names import NOTES
from scorm.runtime.outcome import FINISHED, number_or_none
from scorm.timespan import format_timespan12, parse_timespan12

STATUS = "cmi.core.lesson_status"
ENTRY = "cmi.core.entry"
EXIT = "cmi.core.exit"
SESSION_TIME = "cmi.core.session_time"
TOTAL_TIME = "cmi.core.total_time"
RAW_SCORE = "cmi.core.score.raw"

OWN_STATUS = NOTES + "own_status"
"""A note: the status that the SCO itself left, empty when it never set one; the final one may differ."""

LAUNCH_STATUS = NOTES + "launch_status"
"""A note: the status that the SCO found at its launch."""

NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchFacts:
    """What the LMS tells a SCO at its launch, in the strings that the SCO reads; empty for what is not given."""

    learner_id: str
    learner_name: str
    credit: str = "credit"
    mode: str = "normal"
    launch_data: str = ""
    mastery_score: str | None = None
    max_time_allowed: str = ""
    time_limit_action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRules:
    """The choices that the book leaves to the LMS.

    `status_when_never_set`: the book says `completed`, but one look at the first page is no completion.
    """

    mastery_overrides_status: bool = True
    status_when_never_set: str = "incomplete"


def launch_values(facts: LaunchFacts, stored: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a SCO finds at LMSInitialize (RTE 1.2, 3.4.4).

    `stored` is what `close_session` returned after the session before, empty for the first session of an attempt.
    """
    values = {name: value for name, value in stored.items() if name not in CMI12.session_only}
    values.update(
        {
            "cmi.core.student_id": facts.learner_id,
            "cmi.core.student_name": facts.learner_name,
            "cmi.core.credit": facts.credit,
            "cmi.core.lesson_mode": facts.mode,
            "cmi.launch_data": facts.launch_data,
            "cmi.student_data.mastery_score": facts.mastery_score or "",
            "cmi.student_data.max_time_allowed": facts.max_time_allowed,
            "cmi.student_data.time_limit_action": facts.time_limit_action,
        }
    )
    values[ENTRY] = next_entry(stored)
    values.setdefault(STATUS, NOT_ATTEMPTED)
    values.setdefault(TOTAL_TIME, format_timespan12(0))
    values.setdefault(OWN_STATUS, "")
    values[LAUNCH_STATUS] = values[STATUS]
    return values


def next_entry(stored: Mapping[str, str]) -> str:
    """Return `cmi.core.entry` after a session that left `stored`: only exit `suspend` is resumed."""
    if not stored:
        return "ab-initio"
    return "resume" if stored.get(EXIT) == "suspend" else ""


def close_session(
    values: Mapping[str, str], facts: LaunchFacts, rules: ClosingRules, measured_cs: int | None
) -> dict[str, str]:
    """Return what is stored after a session: final status, total time with this session once, exit for the next entry.

    `measured_cs` counts when the SCO reported no time; None adds nothing then, as the book has it.
    """
    closed = dict(values)
    closed[OWN_STATUS] = own_status(values)
    closed[STATUS] = final_status(values, facts, rules)
    closed[LAUNCH_STATUS] = closed[STATUS]
    session_cs = parse_timespan12(closed.pop(SESSION_TIME, ""), lenient=True)
    if session_cs is None:
        session_cs = measured_cs or 0
    total_cs = parse_timespan12(values.get(TOTAL_TIME, ""), lenient=True) or 0
    closed[TOTAL_TIME] = format_timespan12(total_cs + session_cs)
    return closed


def own_status(values: Mapping[str, str]) -> str:
    """Return the status that the SCO itself last set, in this session or before; empty when it never did."""
    status = values.get(STATUS, NOT_ATTEMPTED)
    if status == values.get(LAUNCH_STATUS, NOT_ATTEMPTED):
        return values.get(OWN_STATUS, "")
    return status


def final_status(values: Mapping[str, str], facts: LaunchFacts, rules: ClosingRules) -> str:
    """Return `cmi.core.lesson_status` as the end of a session leaves it (RTE 1.2, 3.4.4, lesson_status).

    LMS choice: a review never takes a finished status away.
    """
    own = own_status(values)
    status = values.get(STATUS, NOT_ATTEMPTED)
    if facts.mode == "review" and values.get(LAUNCH_STATUS) in FINISHED:
        return values[LAUNCH_STATUS]
    if not own and facts.mode == "browse":
        return "browsed"
    if facts.credit != "credit":
        return status
    if status == NOT_ATTEMPTED:
        status = rules.status_when_never_set
    may_compare = rules.mastery_overrides_status or not own
    if may_compare and facts.mode == "normal" and own != "incomplete":
        return status_by_mastery(values, facts) or status
    return status


def status_by_mastery(values: Mapping[str, str], facts: LaunchFacts) -> str | None:
    """Return `passed` or `failed` by the manifest's mastery score, or None when there is nothing to compare."""
    mastery = number_or_none(facts.mastery_score or "")
    raw = number_or_none(values.get(RAW_SCORE, ""))
    if mastery is None or raw is None:
        return None
    return "passed" if raw >= mastery else "failed"
