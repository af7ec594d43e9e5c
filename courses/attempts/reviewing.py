"""A session in review: what a SCO may write there, and what it cannot lower (RTE 4.2.14; pure).

The values carry a note while the session runs: what the SCO found of its results, and what the activity had come to.
What a page writes for itself, its place and its suspend data, is kept as in any session; results only rise, and where
attempts are limited they stay as they are.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from courses.attempts.sessions import Outcome
from scorm.runtime.launch2004 import number_text
from scorm.runtime.names import NOTES
from scorm.runtime.outcome import COMPLETION, SUCCESS, number_or_none, score_of
from scorm.runtime.report import ObjectiveValues

REVIEW = NOTES + "review"
"""A note, as JSON: `found` and `floor` as above, and whether better results `counts`."""

PROGRESS = "cmi.progress_measure"
_SCORES = ("raw", "min", "max", "scaled")
_STATUSES = ("lesson_status", "status", "success_status", "completion_status")
_RANKS = {"passed": 4, "completed": 3, "failed": 2, "incomplete": 1, "browsed": 1}


def noted(values: Mapping[str, str], outcome: Outcome, *, counts: bool) -> dict[str, str]:
    """Return the values that a SCO finds at its launch in review, with the note."""
    found = {name: value for name, value in values.items() if _is_result(name)}
    floor = [outcome.is_passed, outcome.is_completed, outcome.score]
    return {**values, REVIEW: json.dumps({"counts": counts, "found": found, "floor": floor})}


def counts_nothing(values: Mapping[str, str]) -> bool:
    """Tell whether these are values of a review from which nothing counts."""
    return REVIEW in values and not json.loads(values[REVIEW])["counts"]


def guarded(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values without the note, no result among them below what stood there; others as they are."""
    kept = dict(values)
    note = json.loads(kept.pop(REVIEW, "null"))
    if note is None:
        return kept
    found: dict[str, str] = note["found"]
    if not note["counts"]:
        return {name: value for name, value in kept.items() if not _is_result(name)} | found
    for name, before in found.items():
        last = name.rpartition(".")[2]
        if last in _STATUSES and _rank(kept.get(name, "")) < _rank(before):
            kept[name] = before
        elif last == "progress_measure":
            kept[name] = _greater(kept.get(name, ""), before)
    for group in {name.rpartition(".")[0] for name in found if name.rpartition(".")[2] in _SCORES}:
        _keep_score(kept, found, group)
    if "cmi.core.lesson_status" not in kept:
        _lift(kept, *note["floor"])
    return kept


def no_lower(before: ObjectiveValues, after: ObjectiveValues) -> ObjectiveValues:
    """Return what is known of an objective after a review: what was reached stays."""
    is_lower = before.raw is not None and (after.raw is None or after.raw < before.raw)
    scores = before if is_lower else after
    return replace(
        scores,
        satisfied=before.satisfied or (after.satisfied if after.satisfied is not None else before.satisfied),
        completed=before.completed or (after.completed if after.completed is not None else before.completed),
        measure=_most(before.measure, after.measure),
        progress=_most(before.progress, after.progress),
    )


def _is_result(name: str) -> bool:
    if not name.startswith(("cmi.core.", "cmi.score.", "cmi.objectives.", COMPLETION, SUCCESS, PROGRESS)):
        return False
    group, _, last = name.rpartition(".")
    return last in _STATUSES or last == "progress_measure" or (group.endswith("score") and last in _SCORES)


def _rank(status: str) -> int:
    return _RANKS.get(status, 0)


def _greater(now: str, before: str) -> str:
    numbers = number_or_none(now), number_or_none(before)
    return before if numbers[0] is None or (numbers[1] is not None and numbers[0] < numbers[1]) else now


def _keep_score(kept: dict[str, str], found: Mapping[str, str], group: str) -> None:
    """Put a score back as it was found, unless the one that stands there now is at least as good."""
    names = [f"{group}.{name}" for name in _SCORES]
    before, now = _level(found, group), _level(kept, group)
    if before is None or (now is not None and now >= before):
        return
    for name in names:
        kept.pop(name, None)
    kept.update({name: found[name] for name in names if name in found})


def _level(values: Mapping[str, str], group: str) -> float | None:
    scaled = number_or_none(values.get(f"{group}.scaled", ""))
    return score_of(values, group) if scaled is None else scaled


def _lift(kept: dict[str, str], is_passed: bool | None, is_completed: bool, score: float | None) -> None:
    """Say of a SCO of 2004 that began anew what its activity has come to before."""
    if is_passed:
        kept[SUCCESS] = "passed"
    if is_completed:
        kept[COMPLETION] = "completed"
        if "cmi.completion_threshold" in kept:
            kept[PROGRESS] = "1"
    level = _level(kept, "cmi.score")
    if score is not None and (level is None or level < score):
        for name in _SCORES:
            kept.pop(f"cmi.score.{name}", None)
        kept["cmi.score.scaled"] = number_text(score)


def _most(one: float | None, other: float | None) -> float | None:
    return max((number for number in (one, other) if number is not None), default=None)
