"""What a course asks of whoever wants to enter, as terms for the gate; and what decisions of a moment share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.listing import is_published
from courses.catalogue.models import Course, CourseLanguage, Format
from courses.catalogue.topic_services import topic_tree
from courses.people.models import Language
from courses.policy.queries import policy_at
from courses.progression.policy import Policy
from courses.progression.record import Category
from courses.progression.requirements import StepHeld, requirement_of, walk
from courses.progression.rules import gate_of, lower_steps
from courses.progression.steps import Step, parse_steps
from courses.progression.terms import Kind, Purpose, Terms
from courses.progression.topics import TopicTree


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all decisions of a moment share: the policy, the tree of topics, and the steps that courses can confer.

    `taught` are the steps of the courses for credit that can be played in some language.
    """

    policy: Policy
    topics: TopicTree
    taught: frozenset[Step]
    on: date

    def told(self, terms: Terms) -> Terms:
        """Return terms that know whether a course below them is published."""
        lower = lower_steps(self.policy, terms, self.topics)
        return replace(terms, has_lower_course=not self.taught.isdisjoint(lower))


def house_at(session: Session, now: datetime, policy: Policy | None = None) -> House:
    """Return what decisions of a moment share, by the policy in force then or by another; three queries."""
    return House(
        policy=policy or policy_at(session, now), topics=topic_tree(session), taught=taught_steps(session),
        on=now.date(),
    )  # fmt: skip


def taught_steps(session: Session) -> frozenset[Step]:
    """Return the steps that somebody can come to by a course: for credit, published, in SCORM, in some language."""
    query = (
        select(Course.confers)
        .join(CourseLanguage, CourseLanguage.course_id == Course.id)
        .where(
            Course.is_for_credit, CourseLanguage.published_at.is_not(None), CourseLanguage.dropped_at.is_(None),
            CourseLanguage.version_id.is_not(None), CourseLanguage.format == Format.SCORM,
        )
    )  # fmt: skip
    return frozenset(step for confers in session.scalars(query) for step in parsed(tuple(confers)))


def asked_for_by(session: Session, course: Course, now: datetime) -> tuple[Step, ...]:
    """Return the steps that a course asks for by the policy in force, each once: those it lists, else the house's."""
    house = house_at(session, now)
    terms = house.told(terms_of_course(course, (), Language.EN))
    asked = [part.requirement for part in gate_of(house.policy, terms, house.topics) if part.requirement]
    leaves = (leaf for requirement in asked for leaf in walk(requirement))
    return tuple(dict.fromkeys(leaf.step for leaf in leaves if isinstance(leaf, StepHeld)))


def languages_of(session: Session, course_ids: Collection[UUID]) -> dict[UUID, list[CourseLanguage]]:
    """Return the languages of courses, published or not; one query."""
    found: dict[UUID, list[CourseLanguage]] = {course_id: [] for course_id in course_ids}
    query = select(CourseLanguage).where(CourseLanguage.course_id.in_(course_ids))
    for entry in session.scalars(query.order_by(CourseLanguage.language)):
        found[entry.course_id].append(entry)
    return found


def terms_of_course(course: Course, languages: Sequence[CourseLanguage], language: Language) -> Terms:
    """Return what a course asks of whoever enrols in a language; `House.told()` adds whether one below it is taught."""
    return Terms(
        code=course.code,
        kind=Kind.COURSE,
        purpose=Purpose.ENROLMENT,
        level=course.level,
        track=course.track,
        topic=course.topic,
        asks_for=parsed(tuple(course.asks_for)),
        confers=parsed(tuple(course.confers)),
        requirement=requirement_of(course.requirement) if course.requirement else None,
        replaces_rule=course.replaces_rule,
        categories=frozenset(Category(category) for category in course.categories),
        languages=frozenset(str(entry.language) for entry in languages if is_published(entry)),
        is_for_credit=course.is_for_credit,
        hours=course.hours,
        availability=_held_closed(next((entry for entry in languages if entry.language == language), None)),
    )


def language_for(languages: Sequence[CourseLanguage], preferred: Language) -> Language:
    """Return the language to enrol in where nobody chose one: the reader's, else the first that can be played.

    Where none can be played, one that is published says more of what is missing than one that the course has not.
    """
    offered = [entry for entry in languages if is_published(entry)]
    best = [entry.language for entry in offered if not _held_closed(entry)] or [entry.language for entry in offered]
    return preferred if preferred in best or not best else min(best, key=list(Language).index)


@lru_cache(maxsize=1024)
def parsed(texts: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the steps that texts name: the same few lists come again for every person."""
    return parse_steps(texts)


def _held_closed(entry: CourseLanguage | None) -> tuple[str, ...]:
    if entry is None or not is_published(entry):
        return ("not_published",)
    return ("first_generation",) if entry.format == Format.FIRST_GENERATION else ()
