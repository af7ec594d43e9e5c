"""What a trial shows of its package: each part's signals, what never came, and what each rule would make of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from courses.attempts.activities import Activity, activities_of
from courses.attempts.calls import Call, calls_of
from courses.attempts.generations import generation_of
from courses.attempts.leases import Held, last_held
from courses.attempts.models import Attempt
from courses.attempts.play import Play
from courses.attempts.played import PlayedVersion, is_asset, played_version
from courses.attempts.signals import Heard, Lack, Signal, has_failed, lacks_of, signals_of
from courses.attempts.story import Line, story_of
from courses.catalogue.models import CompletionRule
from courses.enrolment.results import CourseResult
from scorm.packaging.items import Item

RULES: tuple[CompletionRule | None, ...] = (None, *CompletionRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that was refused, and how often."""

    name: str
    element: str
    value: str
    code: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """What one part that opens let the platform know; an asset cannot speak, and lacks nothing."""

    id: str
    title: str
    is_asset: bool
    is_opened: bool
    is_completed: bool
    signals: dict[Signal, Heard]
    lacks: list[Lack]
    failures: list[Failure]


class Hint(StrEnum):
    """Why a rule may suit a package, as far as a trial shows it."""

    SAYS_IT = "says_it"
    PARTS_SAY_IT = "parts_say_it"
    ONLY_SCORES = "only_scores"
    SAYS_NOTHING = "says_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """All that a trial shows; `outcomes` is empty while the player has never been opened.

    `common` is what several parts that were opened all lack.
    """

    parts: list[PartReport]
    common: list[Lack]
    story: list[Line]
    call_count: int
    outcomes: list[tuple[CompletionRule | None, CourseResult]]
    suggestion: tuple[CompletionRule, Hint] | None


def trial_report(session: Session, attempt: Attempt, now: datetime) -> TrialReport:
    """Return what a trial's attempt shows so far."""
    version = played_version(session, attempt.version_id)
    activities = activities_of(session, attempt.id, None)
    calls = calls_of(session, attempt.trial_id) if attempt.trial_id is not None else []
    parts = [_part(item, calls, activities.get(item.identifier)) for item in version.steps]
    held = last_held(session, attempt.id)
    outcomes = [] if held is None else [(rule, _result_by(session, held, version, rule, now)) for rule in RULES]
    return TrialReport(
        parts=parts, common=_common(parts), story=story_of(calls), call_count=sum(call.times for call in calls),
        outcomes=outcomes, suggestion=suggested(parts, dict(outcomes)),
    )  # fmt: skip


def _part(item: Item, calls: Sequence[Call], activity: Activity | None) -> PartReport:
    own = [call for call in calls if call.activity == item.identifier]
    signals = signals_of(own)
    is_opened = activity is not None and activity.visits > 0
    return PartReport(
        id=item.identifier, title=item.title or item.identifier, is_asset=is_asset(item), is_opened=is_opened,
        is_completed=activity is not None and activity.outcome.is_completed, signals=signals,
        lacks=[] if is_asset(item) and is_opened else lacks_of(own, signals, is_opened=is_opened),
        failures=_failures(own),
    )  # fmt: skip


def _common(parts: Sequence[PartReport]) -> list[Lack]:
    speaking = [part for part in parts if part.is_opened and not part.is_asset]
    if len(speaking) < 2:
        return []
    return [lack for lack in speaking[0].lacks if all(lack in part.lacks for part in speaking)]


def _failures(calls: Sequence[Call]) -> list[Failure]:
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for call in calls:
        if has_failed(call):
            element, value = (*call.arguments, "", "")[:2]
            counted[call.name, element, value, call.code] += call.times
    return [
        Failure(name=name, element=element, value=value, code=code, times=times)
        for (name, element, value, code), times in counted.items()
    ]


def _result_by(
    session: Session, held: Held, version: PlayedVersion, rule: CompletionRule | None, now: datetime
) -> CourseResult:
    """Return what a rule makes of an attempt as it stands; nothing is written."""
    play = Play(
        session=session, held=replace(held, completes_by=rule), version=version,
        activities=activities_of(session, held.attempt_id, held.activity_id), secret="", now=now,
    )  # fmt: skip
    generation = generation_of(play)
    generation.redraw()
    return generation.result()


def suggested(
    parts: Sequence[PartReport], outcomes: dict[CompletionRule | None, CourseResult]
) -> tuple[CompletionRule, Hint] | None:
    """Return the rule that may suit a package, and why; None where the trial does not show enough.

    It is for showing: nobody's course changes by it.
    """
    speaking = [part for part in parts if not part.is_asset]
    if not outcomes or not all(part.is_opened for part in parts):
        return None
    if outcomes[CompletionRule.STATUS].is_completed:
        return CompletionRule.STATUS, Hint.SAYS_IT
    if outcomes[CompletionRule.ALL_SCOS].is_completed:
        return CompletionRule.ALL_SCOS, Hint.PARTS_SAY_IT
    if any(_is_final(part, Signal.COMPLETION) or _is_final(part, Signal.SUCCESS) for part in speaking):
        return None
    if any(_is_final(part, Signal.SCORE) for part in speaking):
        return CompletionRule.SCORE, Hint.ONLY_SCORES
    return CompletionRule.PAGES_VISITED, Hint.SAYS_NOTHING


def _is_final(part: PartReport, signal: Signal) -> bool:
    heard = part.signals.get(signal)
    return heard is not None and heard.is_final
