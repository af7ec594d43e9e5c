"""The session of one SCO of SCORM 2004 on stored values (pure)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from courses.attempts import sessions
from courses.attempts.reviewing import counts_nothing, guarded
from courses.attempts.sessions import LEASE, MEASURED, Outcome
from scorm.runtime.closing2004 import SESSION_TIME, close_session2004, report_of
from scorm.runtime.launch2004 import OBJECTIVES, LaunchFacts2004, SharedDatum, launch_values2004, objective_places
from scorm.runtime.names import NOTES
from scorm.runtime.outcome import outcome_of2004
from scorm.runtime.report import ObjectiveValues, ScoReport
from scorm.timespan import parse_duration

HEARD = NOTES + "heard"
"""A note: a digest of what the SCO has reported so far; while it stays the same nothing has to be sequenced anew."""

EARLIER = NOTES + "earlier_cs"
"""A note: the time that the attempts on this activity reported which came before this one."""

PRIMARY = NOTES + "primary"
"""A note: which record of cmi.objectives the SCO found for the primary objective of its activity."""

FOUND = NOTES + "found"
"""A note: the success status that stood there when the SCO was launched."""

LONGEST_CS = 10**15
"""More than a hundred thousand years: a SCO may report anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a SCO finds besides what it stored itself; `valid` by what follows `adl.nav.request_valid.`.

    `primary` is the identifier of the primary objective, empty where it has none.
    """

    facts: LaunchFacts2004
    primary: str = ""
    objectives: Sequence[tuple[str, ObjectiveValues]] = ()
    data: Sequence[SharedDatum] = ()
    valid: Mapping[str, str]


def begun(values: Mapping[str, str], launch: Launch, lease: str, measured_cs: int) -> dict[str, str]:
    """Return what a SCO finds when a page load launches it.

    A session that another page load left open is closed first, as suspended: the attempt goes on.
    """
    if values.get(LEASE, lease) != lease:
        values = ended(values, measured_cs, is_suspended=True)
    own = {name: value for name, value in values.items() if not name.startswith(NOTES)}
    notes = {name: values[name] for name in (HEARD, EARLIER) if name in values}
    found = launch_values2004(launch.facts, own, launch.objectives, launch.data, launch.valid)
    place = objective_places(found).get(launch.primary)
    if place is not None:
        notes |= {PRIMARY: str(place), FOUND: found.get(f"{OBJECTIVES}.{place}.success_status", "")}
    return notes | found | {LEASE: lease, MEASURED: str(measured_cs)}


def said(values: Mapping[str, str]) -> ScoReport:
    """Return what a SCO says of itself and of its objectives.

    LMS choice: a SCO that finds its primary objective failed, passes and leaves that entry as it was has passed: what
    an entry was at the launch does not speak against the SCO's own status.
    """
    values = guarded(values)
    report = report_of(values)
    record = f"{OBJECTIVES}.{values.get(PRIMARY, '')}"
    entry = report.objectives.get(values.get(f"{record}.id", ""))
    if entry is None or report.main.values.satisfied is None:
        return report
    if values.get(f"{record}.success_status", "") != values.get(FOUND, ""):
        return report
    silent = replace(entry, values=replace(entry.values, satisfied=None))
    return replace(report, objectives={**report.objectives, values[f"{record}.id"]: silent})


def ended(values: Mapping[str, str], measured_cs: int, *, is_suspended: bool) -> dict[str, str]:
    """Return the values after the end of a session; one that is closed already stays as it is."""
    if LEASE not in values:
        return dict(values)
    before = guarded(values)
    since = int(before.pop(MEASURED, "0"))
    before.pop(LEASE)
    return close_session2004(before, max(measured_cs - since, 0), is_suspended=is_suspended)


def fresh(outcome: Outcome) -> dict[str, str]:
    """Return the values with which a new attempt on an activity begins: only the time that is behind it."""
    return {EARLIER: str(outcome.reported_cs)} if outcome.reported_cs else {}


def digest_of(report: ScoReport) -> str:
    """Return a digest of what a SCO has reported."""
    return hashlib.sha256(repr(report).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def raised(best: Outcome, values: Mapping[str, str]) -> Outcome:
    """Return the best results with those of the values at hand.

    `reported_cs` counts earlier attempts, the sessions that ended and what the one at hand has said so far.
    """
    if all(name.startswith(NOTES) for name in values) or counts_nothing(values):
        return best
    values = guarded(values)
    found = outcome_of2004(values)
    running = parse_duration(values.get(SESSION_TIME, ""), lenient=True) if LEASE in values else None
    spent = int(values.get(EARLIER, "0")) + found.total_time_cs + (running.total_cs if running else 0)
    return sessions.raised(
        best,
        Outcome(
            status=_word(found.success, is_completed=found.completed), is_completed=found.completed,
            is_passed=found.success, score=found.score, reported_cs=min(spent, LONGEST_CS),
        ),
    )  # fmt: skip


def _word(is_passed: bool | None, *, is_completed: bool) -> str:
    """Return the one word that the table of contents shows for two statuses."""
    if is_passed is not None:
        return "passed" if is_passed else "failed"
    return "completed" if is_completed else "incomplete"
