"""What an administrator says about a course, checked as a whole: every reason at once."""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.catalogue.models import CountingRule, VersionRule
from courses.errors import DomainError
from courses.progression.record import Category
from courses.progression.requirements import RequirementError, requirement_of
from courses.progression.steps import StepError, Track, parse_steps

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_TITLE = 255
LONGEST_TOPIC = 64
MOST_HOURS = 2000
MOST_ATTEMPTS = 100
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one field cannot be kept; `code` is stable, its words stand in `lms.wording`."""

    field: str
    code: str


class InvalidFacts(DomainError):
    """Raised when facts contradict the rules; `reasons` names every field at once."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(f"{reason.field}: {reason.code}" for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """A course as it is asked for; fields as in `courses.catalogue.models.Course`.

    An empty French or Spanish title means the English one. `objective_scope` is a name, empty for none. `requirement`
    is a document of `courses.progression.requirements`. Raises InvalidFacts.
    """

    code: str
    title_en: str
    title_fr: str = ""
    title_es: str = ""
    level: int | None = None
    track: Track | None = None
    topic: str | None = None
    asks_for: tuple[str, ...] = ()
    confers: tuple[str, ...] = ()
    requirement: dict[str, Any] | None = None
    replaces_rule: bool = False
    categories: tuple[str, ...] = ()
    pass_mark: float = 0.6
    distinction_mark: float | None = 0.85
    hours: float | None = None
    is_for_credit: bool = True
    objective_scope: str = ""
    not_started_rule: VersionRule = VersionRule.MOVE
    in_progress_rule: VersionRule = VersionRule.STAY
    attempts_allowed: int | None = None
    days_between: int = 0
    counting: CountingRule = CountingRule.BEST
    tells_name: bool = False

    def __post_init__(self) -> None:
        """Refuse the facts when any of them cannot be kept."""
        reasons = (*_text_reasons(self), *_step_reasons(self), *_number_reasons(self), *_attempt_reasons(self))
        if reasons:
            raise InvalidFacts(reasons)


def _text_reasons(facts: CourseFacts) -> Iterator[Reason]:
    if not CODE.fullmatch(facts.code):
        yield Reason("code", "course_code_invalid" if facts.code else "value_missing")
    if not facts.title_en.strip():
        yield Reason("title_en", "value_missing")
    texts = (
        ("title_en", facts.title_en, LONGEST_TITLE), ("title_fr", facts.title_fr, LONGEST_TITLE),
        ("title_es", facts.title_es, LONGEST_TITLE), ("topic", facts.topic or "", LONGEST_TOPIC),
        ("objective_scope", facts.objective_scope, LONGEST_TITLE),
    )  # fmt: skip
    for field, text, longest in texts:
        if len(text) > longest:
            yield Reason(field, "value_too_long")
        if any(unicodedata.category(character).startswith("C") for character in text):
            yield Reason(field, "value_unreadable")


def _step_reasons(facts: CourseFacts) -> Iterator[Reason]:
    for field, steps in (("asks_for", facts.asks_for), ("confers", facts.confers)):
        try:
            parse_steps(steps)
        except StepError:
            yield Reason(field, "steps_invalid")
    try:
        if facts.requirement is not None:
            requirement_of(facts.requirement)
    except RequirementError:
        yield Reason("requirement", "requirement_unreadable")
    if not set(facts.categories) <= set(Category):
        yield Reason("categories", "category_unknown")


def _number_reasons(facts: CourseFacts) -> Iterator[Reason]:
    if facts.level not in (None, 1, 2, 3):
        yield Reason("level", "level_invalid")
    if not 0 <= facts.pass_mark <= 1:
        yield Reason("pass_mark", "mark_out_of_range")
    distinction = facts.distinction_mark
    if distinction is not None and not 0 <= distinction <= 1:
        yield Reason("distinction_mark", "mark_out_of_range")
    elif distinction is not None and distinction < facts.pass_mark:
        yield Reason("distinction_mark", "distinction_below_pass")
    if facts.hours is not None and not (math.isfinite(facts.hours) and 0 < facts.hours <= MOST_HOURS):
        yield Reason("hours", "hours_out_of_range")


def _attempt_reasons(facts: CourseFacts) -> Iterator[Reason]:
    if facts.attempts_allowed is not None and not 1 <= facts.attempts_allowed <= MOST_ATTEMPTS:
        yield Reason("attempts_allowed", "attempts_out_of_range")
    if not 0 <= facts.days_between <= MOST_DAYS:
        yield Reason("days_between", "days_out_of_range")
