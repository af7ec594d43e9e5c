"""What a participation came to, pure: attendance, the mark of all parts, the outcome (DOMAIN: activities)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from courses.applications.models import Outcome, Presence

EDGE = 1e-9


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a person has in a part of a composite activity: the mark (0 to 1), None while there is none."""

    weight: float
    mark: float | None
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What an activity asks of its participants: attendance, and a mark where marks are awarded; both 0 to 1."""

    attendance: float
    mark: float | None = None


def attendance_of(presences: Collection[Presence | None]) -> float | None:
    """Return the share of sessions at which somebody was, of those for which attendance was taken; None for none.

    Who was not noted at a session for which others were was absent. LMS choice: an excused absence is left out of the
    count; who was excused from everything has attended nothing.
    """
    if not presences:
        return None
    counted = [one for one in presences if one != Presence.EXCUSED]
    return counted.count(Presence.PRESENT) / len(counted) if counted else 0.0


def mark_of(parts: Iterable[PartResult]) -> float | None:
    """Return the weighted mark of all parts; None while a required part has none, or nothing weighs anything.

    LMS choice: a part that is not required and has no mark is left out with its weight.
    """
    total = weight = 0.0
    for part in parts:
        if part.weight <= 0:
            continue
        if part.mark is None:
            if part.is_required:
                return None
            continue
        total, weight = total + part.weight * part.mark, weight + part.weight
    return min(1.0, total / weight) if weight else None


def outcome_of(bar: Bar, attendance: float | None, mark: float | None) -> Outcome | None:
    """Decide what a participation came to; None while a mark is awaited.

    Too little attendance is never a pass. Without a mark asked for, attendance alone decides.
    """
    if attendance is not None and attendance < bar.attendance - EDGE:
        return Outcome.NOT_ATTENDED if bar.mark is None or mark is None else Outcome.FAILED
    if bar.mark is None:
        return Outcome.NOT_ATTENDED if attendance is None and mark is None else Outcome.ATTENDED
    if mark is None:
        return None
    return Outcome.PASSED if mark >= bar.mark - EDGE else Outcome.FAILED


CONFERRING = frozenset({Outcome.PASSED, Outcome.ATTENDED})
"""What confers the steps of the activity."""
