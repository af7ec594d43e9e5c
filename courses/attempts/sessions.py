"""The session of one SCO, from its launch to its end, as far as the generations of SCORM agree (pure).

Stored values carry `LEASE` while the session that a page load opened has not been closed. A new page load closes it
only when its first commit comes: until then the journal of the old page may still bring what is missing.
`sessions12` and `sessions2004` have what differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scorm.runtime.elements import Profile, Table
from scorm.runtime.launch2004 import VALID
from scorm.runtime.model import RunTimeData
from scorm.runtime.names import NOTES, UNREADABLE, UNWRITABLE
from scorm.runtime.outcome import FINISHED

LEASE = NOTES + "lease"
"""A note: the page load whose session these values belong to; absent once that session was closed."""

EARLIER_PAGE = "earlier"
"""What stands for `LEASE` while a session is open that nobody will end, because its page is gone."""

MEASURED = NOTES + "measured_cs"
"""A note: the time that the server had measured when the session began."""

SUSPEND_DATA = "cmi.suspend_data"

GIVEN = frozenset(
    {
        "cmi.core.student_id", "cmi.core.student_name", "cmi.launch_data", "cmi.student_data.mastery_score",
        "cmi.student_data.max_time_allowed", "cmi.student_data.time_limit_action", "cmi.learner_id",
        "cmi.learner_name", "cmi.max_time_allowed", "cmi.time_limit_action",
    }
)  # fmt: skip
"""What the LMS tells a SCO at each launch: given anew each time, never stored; so is what begins with `VALID`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an activity has come to: the word of its status, and its best results (a ratchet)."""

    status: str = "not attempted"
    is_completed: bool = False
    is_passed: bool | None = None
    score: float | None = None
    reported_cs: int = 0


def replayed(
    table: Table, values: Mapping[str, str], changes: Iterable[tuple[str, str]]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the values after the changes, by the server's own reading of the book, and what it did not accept.

    What the browser accepted and the server does not is reported and never sent again; the rest counts.
    """
    if not changes:
        return dict(values), []
    data = RunTimeData(table, Profile.LENIENT, values)
    findings = []
    for element, value in changes:
        reply = data.set_value(element, value)
        if reply.value != "true":
            findings.append({"element": element[:255], "code": reply.code})
    return dict(data.values), findings[:100]


def stored(values: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the values without what is given at every launch, and the suspend data, which is kept apart.

    Suspend data that no text column takes (half of a surrogate pair, a NUL) stays among the values, which are JSON.
    """
    kept = {name: value for name, value in values.items() if name not in GIVEN and not name.startswith(VALID)}
    if not is_plain_text(kept.get(SUSPEND_DATA, "")):
        return kept, ""
    return kept, kept.pop(SUSPEND_DATA, "")


def visible(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the browser gets: without the notes, but for those that its own checks need."""
    told = (UNREADABLE, UNWRITABLE)
    return {name: value for name, value in values.items() if not name.startswith(NOTES) or name.startswith(told)}


def left_open(values: Mapping[str, str], lease: str) -> dict[str, str]:
    """Return the values of a session that a page of this lease may have left open, as the next page finds them."""
    return {**values, LEASE: EARLIER_PAGE} if values.get(LEASE) == lease else dict(values)


def is_plain_text(text: str) -> bool:
    """Tell whether every database takes a text as it is."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def raised(best: Outcome, found: Outcome) -> Outcome:
    """Return the best results with those of the session at hand: nothing ever falls but the word of the status."""
    scores = [score for score in (best.score, found.score) if score is not None]
    return Outcome(
        status=found.status,
        is_completed=best.is_completed or found.is_completed,
        is_passed=best.is_passed or found.is_passed if found.is_passed is not None else best.is_passed,
        score=max(scores, default=None),
        reported_cs=max(best.reported_cs, found.reported_cs),
    )


def best_status(outcome: Outcome) -> str:
    """Return the status by which others are opened and marked: a pass or a completion is not lost by looking again."""
    if outcome.is_passed:
        return "passed"
    if outcome.is_completed and outcome.status not in FINISHED:
        return "completed"
    return outcome.status


def joined_status(words: list[str]) -> str:
    """Return the status of a folder from those of what is below it."""
    if words and all(word in ("passed", "completed") for word in words):
        return "passed" if all(word == "passed" for word in words) else "completed"
    if any(word == "failed" for word in words):
        return "failed"
    return "incomplete" if any(word != "not attempted" for word in words) else "not attempted"
