"""The check of a policy against what is on offer: courses and activities as they are, under rules to come."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.enrolment.terms import house_at, language_for, languages_of, terms_of_course
from courses.errors import Refusal
from courses.offerings.models import Offering, OfferingState
from courses.offerings.terms import terms_of_offering
from courses.people.models import Language
from courses.policy.models import PolicyVersion
from courses.policy.queries import version_of
from courses.policy.services import bring_into_force
from courses.progression.checks import Finding, Severity, check
from courses.progression.policy import Policy, policy_of
from courses.progression.terms import Kind, Purpose, Terms


def findings_of(session: Session, policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """Return what is wrong with a policy, and with what is on offer under it; errors first."""
    house = house_at(session, now, policy)
    offers = [house.told(terms) for _, terms, _ in terms_on_offer(session, now)]
    return check(house.policy, offers, house.topics)


def enforce(
    session: Session, version_id: UUID, moment: datetime, actor_id: UUID | None, now: datetime
) -> PolicyVersion:
    """Bring a draft into force from a moment on, unless the check finds an error in its own rules.

    LMS choice: what is wrong with a single course or activity under the new rules is shown and does not hold them up.

    Raises:
        NotFound: there is no such version.
        Refusal: `policy_has_errors`, or as `courses.policy.services.bring_into_force()`.
    """
    policy = policy_of(version_of(session, version_id).rules)
    if any(is_of_rules(found) and found.severity is Severity.ERROR for found in findings_of(session, policy, now)):
        raise Refusal("policy_has_errors")
    return bring_into_force(session, version_id, moment, actor_id, now)


def is_of_rules(finding: Finding) -> bool:
    """Tell whether a finding is about the policy itself, and not about a course or an activity under it."""
    return not finding.place.startswith((f"{Kind.COURSE}/", f"{Kind.ACTIVITY}/"))


def terms_on_offer(session: Session, now: datetime) -> Iterator[tuple[UUID, Terms, str]]:
    """Yield the identifier, the terms and the title of every course for credit and every activity that lies ahead.

    Activities are looked at as at their selection.
    """
    courses = session.scalars(select(Course).where(Course.is_for_credit).order_by(Course.code)).all()
    languages = languages_of(session, [course.id for course in courses])
    for course in courses:
        offered = languages[course.id]
        yield course.id, terms_of_course(course, offered, language_for(offered, Language.EN)), course.title_en
    shown = Offering.state.in_([OfferingState.PUBLISHED, OfferingState.POSTPONED])
    for offering in session.scalars(select(Offering).where(shown).order_by(Offering.code)):
        yield offering.id, terms_of_offering(offering, Purpose.SELECTION, now), offering.title_en
