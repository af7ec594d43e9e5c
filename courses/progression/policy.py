"""The policy of progression as data: the rule for each level and track, and what else the institute decides.

Who stores it gives it versions and dates of force (`courses.policy`); every rule has a stable code, by which
`lms.wording` says it in plain words.
"""

from dataclasses import dataclass

from courses.progression import doors
from courses.progression.doors import Document, DocumentError, at
from courses.progression.record import Category
from courses.progression.requirements import Requirement, StepHeld, as_document, requirement_of
from courses.progression.steps import LEVELS, Step, Track
from courses.progression.terms import Purpose

MOST_RULES = 50


class PolicyError(DocumentError):
    """Raised when a document is no policy; `place` says where in it, `reason` is a stable code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRule:
    """What is asked of whoever enters a level on a track (None: on any) where nothing else is listed.

    With `topic_level`, that level in the topic of the offering, or in one up to `topic_reach` places above it (None:
    any above it), is asked for; where no such course is published, `requirement` is enough as well, and alone where
    the offering has no topic. Without `topic_level`, `requirement` is asked for (None: nothing).
    """

    code: str
    level: int
    track: Track | None = None
    requirement: Requirement | None = None
    topic_level: int | None = None
    topic_reach: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of progression.

    `rules`: the first one for a level and track counts. `step_months`: how long a step counts by the rule of the house
    (None: for ever). `course_categories` and `activity_categories`: for whom courses for credit and activities are that
    name nobody. `barred_purposes`: what measures against a beneficiary keep its people from; with
    `stops_courses` also from opening the courses that they are in. `retake_months`: after how
    many months a course that was passed can be taken again (None: never). `never_overridden`: conditions that no person
    may override. `advisory_parts`: what an advisory gate only records.
    """

    rules: tuple[HouseRule, ...]
    step_months: int | None = None
    course_categories: frozenset[Category] = frozenset({Category.OFFICIAL})
    activity_categories: frozenset[Category] = frozenset({Category.OFFICIAL})
    barred_purposes: frozenset[Purpose] = frozenset(
        {Purpose.ENROLMENT, Purpose.SELECTION, Purpose.WAITING_LIST, Purpose.CONFIRMATION}
    )
    stops_courses: bool = False
    retake_months: int | None = None
    never_overridden: frozenset[str] = frozenset(
        {"not_published", "first_generation", "not_for_credit", "not_passed_yet", "activity_cancelled", "activity_over"}
    )
    advisory_parts: frozenset[str] = frozenset({"verified", "category", "prerequisites", "requirement"})

    def as_document(self) -> Document:
        """Return the policy as plain JSON."""
        return doors.with_format(
            {
                "rules": [_rule_document(rule) for rule in self.rules],
                "step_months": self.step_months,
                "course_categories": sorted(self.course_categories),
                "activity_categories": sorted(self.activity_categories),
                "barred_purposes": sorted(self.barred_purposes),
                "stops_courses": self.stops_courses,
                "retake_months": self.retake_months,
                "never_overridden": sorted(self.never_overridden),
                "advisory_parts": sorted(self.advisory_parts),
            }
        )


HOUSE = Policy(
    rules=(
        HouseRule(code="level_1", level=1),
        HouseRule(code="level_2", level=2, requirement=StepHeld(Step(1))),
        HouseRule(
            code="level_3_specialist", level=3, track=Track.SPECIALIST, topic_level=2,
            requirement=StepHeld(Step(2, Track.GENERALIST)),
        ),
        HouseRule(code="level_3_generalist", level=3, requirement=StepHeld(Step(2, Track.GENERALIST))),
    )
)  # fmt: skip
"""The rule of the house (DOMAIN: levels)."""


def policy_of(value: object) -> Policy:
    """Return the policy that a document stands for.

    Raises:
        PolicyError: it stands for none, or is of an unknown format.
    """
    try:
        return _policy(doors.of_format(value))
    except DocumentError as error:
        raise PolicyError(error.place, error.reason) from error


def _rule_document(rule: HouseRule) -> Document:
    return {
        "code": rule.code,
        "level": rule.level,
        "track": rule.track,
        "requirement": as_document(rule.requirement) if rule.requirement else None,
        "topic_level": rule.topic_level,
        "topic_reach": rule.topic_reach,
    }


def _policy(document: Document) -> Policy:
    written = doors.items(document, "rules")
    if len(written) > MOST_RULES:
        raise DocumentError("rules", "too_large")
    return Policy(
        rules=tuple(_rule(rule, at("rules", i)) for i, rule in enumerate(written)),
        step_months=doors.maybe(doors.whole, document, "step_months"),
        course_categories=doors.all_of(Category, document, "course_categories"),
        activity_categories=doors.all_of(Category, document, "activity_categories"),
        barred_purposes=doors.all_of(Purpose, document, "barred_purposes"),
        stops_courses=doors.maybe(doors.flag, document, "stops_courses") or False,
        retake_months=doors.maybe(doors.whole, document, "retake_months"),
        never_overridden=frozenset(doors.texts(document, "never_overridden")),
        advisory_parts=frozenset(doors.texts(document, "advisory_parts")),
    )


def _rule(value: object, place: str) -> HouseRule:
    document = doors.as_document(value, place)
    track = document.get("track")
    return HouseRule(
        code=doors.text(document.get("code"), at(place, "code")),
        level=_level(document.get("level"), at(place, "level")),
        track=None if track is None else doors.word(Track, track, at(place, "track")),
        requirement=_requirement(document.get("requirement"), at(place, "requirement")),
        topic_level=doors.maybe(_topic_level, document, "topic_level", place),
        topic_reach=doors.maybe(doors.whole, document, "topic_reach", place),
    )


def _level(value: object, place: str) -> int:
    level = doors.whole(value, place)
    if level not in LEVELS:
        raise DocumentError(place, "level_unknown")
    return level


def _topic_level(value: object, place: str) -> int:
    level = _level(value, place)
    if level == 1:
        raise DocumentError(place, "level_without_topics")
    return level


def _requirement(value: object, place: str) -> Requirement | None:
    if value is None:
        return None
    try:
        return requirement_of(value)
    except DocumentError as error:
        raise DocumentError(at(place, error.place) if error.place else place, error.reason) from error
