"""What a person says to be: category, institution, country, languages; and what a change of it does.

A category that was verified counts until the person changes it or the country, or the institute changes the country.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.people.facts import checked_institution, checked_languages, may_choose_country
from courses.people.models import Language, Person
from courses.people.queries import roles_of
from courses.people.traces import Change
from courses.people.verification import end_verification, status_of, trace_status
from courses.progression.record import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenStatus:
    """What a person says: `country` is an ISO 3166 code, `speaks` are languages besides that of the pages."""

    category: Category
    country: str | None
    institution: str = ""
    speaks: tuple[Language, ...] = ()


def choose_status(session: Session, person_id: UUID, chosen: ChosenStatus, now: datetime) -> bool:
    """Keep what a person says to be; return whether that took a verification away.

    Only another category or country does: nobody goes on under a word that was given for something else. The
    institution may be written anew.

    Raises:
        Refusal: `country_fixed`, `institution_too_long`, `name_not_readable`.
    """
    person = locked_person(session, person_id)
    if person.country != chosen.country and not may_choose_country(roles_of(session, person_id)):
        raise Refusal("country_fixed")
    before = status_of(person)
    is_other = (person.category, person.country) != (chosen.category, chosen.country)
    person.category, person.country = chosen.category, chosen.country
    person.institution = checked_institution(chosen.institution)
    person.speaks = checked_languages(chosen.speaks)
    if is_other:
        end_verification(person)
    after = status_of(person)
    if before["is_verified"] and before != after:
        trace_status(session, person, Change(kind="status_changed", before=before, after=after), person_id, now)
    session.flush()
    return bool(before["is_verified"]) and is_other


def change_country(session: Session, person_id: UUID, country: str | None, now: datetime) -> bool:
    """Keep the country that the institute has entered for a person; return whether that changed anything.

    LMS choice: another country takes a verification away, the first one does not: there the institute completes what
    it has verified itself.
    """
    person = locked_person(session, person_id)
    if person.country == country:
        return False
    before = status_of(person)
    person.country = country
    if before["country"] is not None:
        end_verification(person)
    trace_status(session, person, Change(kind="country_entered", before=before, after=status_of(person)), None, now)
    return True


def locked_person(session: Session, person_id: UUID) -> Person:
    """Return a person whom nobody else changes until the transaction ends.

    Raises:
        NotFound: there is nobody.
    """
    query = select(Person).where(Person.id == person_id).with_for_update()
    person = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if person is None:
        raise NotFound(f"person {person_id}")
    return person
