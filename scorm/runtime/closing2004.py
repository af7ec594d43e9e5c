"""What the session of a SCORM 2004 SCO leaves, and what it says to sequencing (RTE 4.2, SN 4.2.2).

Nothing here knows of a clock or a database: the caller stores what `close_session2004` returns, and calls it once for
each session, whether the SCO called Terminate or the learner left. The readers work on the values of a session that
runs or has just ended, before it is closed.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from scorm.runtime.cmi2004 import CMI2004
from scorm.runtime.launch2004 import DATA, OBJECTIVES, VALID, objective_places
from scorm.runtime.names import UNREADABLE, UNWRITABLE
from scorm.runtime.outcome import COMPLETED, COMPLETION, SATISFIED, SUCCESS, number_or_none, status_of
from scorm.runtime.report import ObjectiveValues, Reported, ScoReport
from scorm.timespan import Duration, format_duration, parse_duration

EXIT = "cmi.exit"
REQUEST = "adl.nav.request"
SESSION_TIME = "cmi.session_time"
TOTAL_TIME = "cmi.total_time"

NO_REQUEST = "_none_"
UNKNOWN = "unknown"

_TARGETED = re.compile(r"\{target=([^{}]+)\}(choice|jump)")
_NOTHING = Duration()


def close_session2004(values: Mapping[str, str], measured_cs: int | None, *, is_suspended: bool) -> dict[str, str]:
    """Return what is stored after a session: total time with this session once, nothing that belongs to it alone.

    `is_suspended`: the same attempt goes on the next time; otherwise its data have ended and are kept for reports only.
    `measured_cs` counts when the SCO reported no time; None adds nothing then, as the book has it.

    LMS choice: shared data are the course's, not the attempt's, and are not among what is returned.
    """
    dropped = (f"{DATA}.", VALID, UNREADABLE, UNWRITABLE)
    closed = {
        name: value
        for name, value in values.items()
        if name not in CMI2004.session_only and not name.startswith(dropped)
    }
    session = parse_duration(values.get(SESSION_TIME, ""), lenient=True) or Duration(0, measured_cs or 0)
    closed[TOTAL_TIME] = format_duration(total_time_of(values) + session)
    closed["cmi.entry"] = "resume" if is_suspended else ""
    return closed


def total_time_of(values: Mapping[str, str]) -> Duration:
    """Return the time of the sessions that have ended."""
    return parse_duration(values.get(TOTAL_TIME, ""), lenient=True) or _NOTHING


def report_of(values: Mapping[str, str]) -> ScoReport:
    """Return what the SCO says of itself and of its objectives, statuses as a reader finds them (SN 4.2.2)."""
    places = objective_places(values)
    return ScoReport(
        main=_main(values),
        objectives={identifier: _objective(values, f"{OBJECTIVES}.{index}") for identifier, index in places.items()},
        is_suspended=wants_to_go_on(values),
    )


def _main(values: Mapping[str, str]) -> Reported:
    found = _reported(values, "cmi", status_of(values, SUCCESS), status_of(values, COMPLETION))
    # With a threshold that speaks, what the SCO said does not count, and no more does its silence.
    return replace(
        found,
        is_success_unknown=found.values.satisfied is None and values.get(SUCCESS) == UNKNOWN,
        is_completion_unknown=found.values.completed is None and values.get(COMPLETION) == UNKNOWN,
    )


def _objective(values: Mapping[str, str], record: str) -> Reported:
    success = values.get(f"{record}.success_status")
    return _reported(values, record, success, values.get(f"{record}.completion_status"))


def _reported(values: Mapping[str, str], record: str, success: str | None, completion: str | None) -> Reported:
    def number(field: str) -> float | None:
        return number_or_none(values.get(f"{record}.{field}", ""))

    known = ObjectiveValues(
        satisfied=SATISFIED.get(success or ""),
        measure=number("score.scaled"),
        completed=COMPLETED.get(completion or ""),
        progress=number("progress_measure"),
        raw=number("score.raw"),
        minimum=number("score.min"),
        maximum=number("score.max"),
    )
    return Reported(values=known, is_success_unknown=success == UNKNOWN, is_completion_unknown=completion == UNKNOWN)


def exit_of(values: Mapping[str, str]) -> str:
    """Return `cmi.exit` as the SCO left it, empty when it never said."""
    return values.get(EXIT, "")


def wants_to_go_on(values: Mapping[str, str]) -> bool:
    """Say whether the SCO wants the same attempt the next time (RTE 4.2.8).

    LMS choice: `logout` leaves the course, and the data stay for the learner's return.
    """
    return exit_of(values) in ("suspend", "logout")


def nav_request_of(values: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the navigation request that the SCO left, with its target if it has one; `_none_` for none."""
    request = values.get(REQUEST, NO_REQUEST)
    targeted = _TARGETED.fullmatch(request)
    return (targeted[2], targeted[1]) if targeted else (request, None)


def shared_data_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is in the shared stores that the SCO may write, by their targets, changed or not (SN 5.6.6)."""
    found: dict[str, str] = {}
    index = 0
    while (target := values.get(f"{DATA}.{index}.id")) is not None:
        store = f"{DATA}.{index}.store"
        if store in values and UNWRITABLE + store not in values:
            found[target] = values[store]
        index += 1
    return found
