"""Build people, courses, cohorts and enrolments for tests: valid, unless a test asks otherwise."""

import hashlib
import itertools
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from courses.catalogue.models import Archive, Course, CourseLanguage, CourseVersion, Format, Publication
from courses.cohorts.models import Cohort, CohortTrainer
from courses.enrolment.models import Enrolment
from courses.people.models import Language, Person, Role, RoleGrant

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def make_person(session: Session, *, roles: Iterable[Role] = (Role.LEARNER,), **facts: Any) -> Person:
    """Add a verified person; `password_hash` is of `PASSWORD` only where `lms` tests set it."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"person{number}@example.org", "given_name": "Alice", "family_name": f"Number {number}",
        "created_at": NOW, "verified_at": NOW, "language": Language.EN,
    }  # fmt: skip
    person = Person(**(values | facts))
    session.add(person)
    session.flush()
    session.add_all(RoleGrant(person_id=person.id, role=role, granted_at=NOW) for role in roles)
    session.flush()
    return person


def make_course(session: Session, *, languages: Iterable[Language] = (Language.EN,), **facts: Any) -> Course:
    """Add a course for credit, published in SCORM in the languages (each with one version)."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"C{number}", "title_en": f"Course {number}", "title_fr": f"Cours {number}",
        "title_es": f"Curso {number}", "created_at": NOW, "hours": 12.0,
    }  # fmt: skip
    course = Course(**(values | facts))
    session.add(course)
    session.flush()
    for language in languages:
        make_version(session, course, language)
    return course


def make_version(session: Session, course: Course, language: Language = Language.EN, **facts: Any) -> CourseVersion:
    """Publish a version of a course in a language, with an archive that stands nowhere."""
    entry = CourseLanguage(course_id=course.id, language=language, format=Format.SCORM, published_at=NOW)
    session.add(entry)
    digest = facts.pop("archive_sha256", hashlib.sha256(secrets.token_bytes(8)).hexdigest())
    if session.get(Archive, digest) is None:
        session.add(Archive(sha256=digest, size=1, stored_at=NOW))
    session.flush()
    values: dict[str, Any] = {
        "number": 1, "edition": "1.2", "title": course.title_en, "sco_count": 1, "total_size": 1,
        "definition": {},
    }  # fmt: skip
    version = CourseVersion(course_language_id=entry.id, archive_sha256=digest, **(values | facts))
    session.add(version)
    session.flush()
    session.add(Publication(version_id=version.id, published_at=NOW))
    entry.version_id = version.id
    session.flush()
    return version


def make_cohort(session: Session, course: Course, *, trainers: Iterable[Person] = (), **facts: Any) -> Cohort:
    """Add a cohort that is open, with trainers."""
    values: dict[str, Any] = {
        "name": "November 2026", "opens_at": NOW - timedelta(days=30), "closes_at": NOW + timedelta(days=90),
        "created_at": NOW,
    }  # fmt: skip
    cohort = Cohort(course_id=course.id, **(values | facts))
    session.add(cohort)
    session.flush()
    session.add_all(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id) for trainer in trainers)
    session.flush()
    return cohort


def make_enrolment(session: Session, person: Person, cohort: Cohort, **facts: Any) -> Enrolment:
    """Enrol a person in a cohort; nothing has happened yet."""
    values: dict[str, Any] = {"language": Language.EN, "enrolled_at": NOW}
    enrolment = Enrolment(person_id=person.id, course_id=cohort.course_id, cohort_id=cohort.id, **(values | facts))
    session.add(enrolment)
    session.flush()
    return enrolment
