"""What learners do with their own application: apply, submit, confirm, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.applications.cases import LONGEST_REASON, Case, Cause, begun, check_goes_on, move, note, open_case
from courses.applications.examining import examine, find_eligible
from courses.applications.models import Application, State
from courses.applications.passing import Asking, pass_on
from courses.applications.rights import own_case
from courses.applications.seats import close_ranks
from courses.applications.states import LEAVABLE, SEATED, Action
from courses.applications.telling import ask_for_endorsement, tell
from courses.applications.waiting import offer_in
from courses.enrolment.services import Way
from courses.errors import NotFound, Refusal
from courses.offerings.models import Offering, OfferingState
from courses.offerings.openness import closed_by
from courses.offerings.services import locked as locked_offering
from courses.people.models import Language, Person
from courses.policy.models import Purpose, StoredDecision

LONGEST_MOTIVATION = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person says when applying; without a language it is the own one, or one in which the activity is held."""

    language: Language | None = None
    motivation: str = ""
    institution: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        if len(self.motivation) > LONGEST_MOTIVATION or len(self.institution) > LONGEST_REASON:
            raise Refusal("value_too_long")


def apply(
    session: Session, person: Person, offering_id: UUID, wish: Wish, now: datetime, way: Way | None = None
) -> Application:
    """Begin an application as a draft, or write the draft anew; a double request returns the first one.

    Raises:
        NotFound: there is no such activity, or it is not published.
        Refusal: it takes no applications now, or is not held in the language.
        EnrolmentRefused: a condition is not met; it carries every one.
    """
    offering = locked_offering(session, offering_id)
    if offering.state == OfferingState.DRAFT:
        raise NotFound("offering")
    case = open_case(session, offering, person.id)
    if case is not None and case.application.state != State.DRAFT:
        return case.application
    is_new = case is None
    case = case or _begin(session, offering, person, now)
    application = case.application
    application.motivation, application.institution = wish.motivation.strip(), wish.institution.strip()
    session.flush()
    try:
        _ask(session, case, way or Way(actor=person), now)
        application.language = language_in(offering, wish.language, person.language)
    except Refusal:
        if is_new:  # no draft is left of it; the decision of the gate stays
            session.delete(application)
            session.flush()
        raise
    return application


def language_in(offering: Offering, wanted: Language | None, own: Language) -> Language:
    """Return the language in which somebody takes part: the one wanted, else the own one or another offered.

    Raises:
        Refusal: the activity is not held in the language wanted.
    """
    offered = languages_held_in(offering)
    if wanted is not None and wanted not in offered:
        raise Refusal("language_not_offered")
    return wanted or (own if own in offered else offered[0])


def languages_held_in(offering: Offering) -> Sequence[Language]:
    """Return the languages in which an activity is held: all where it names none."""
    return [Language(code) for code in offering.languages] or list(Language)


def _begin(session: Session, offering: Offering, person: Person, now: datetime) -> Case:
    application = Application(
        person_id=person.id, offering_id=offering.id, state=State.DRAFT, language=person.language, created_at=now
    )
    application.person = session.get_one(Person, person.id)
    session.add(application)
    session.flush()
    note(session, application, (None, Action.APPLY), Cause(now=now, actor_id=person.id))
    return Case(application, offering)


def _ask(session: Session, case: Case, way: Way, now: datetime) -> StoredDecision:
    asking = Asking(
        purpose=Purpose.APPLICATION, route=way.route, actor=way.actor, override_reason=way.override_reason
    )  # fmt: skip
    stored = pass_on(session, case, asking, now)
    closed = closed_by(case.offering, now)
    if closed and stored.overridden_by_id is None:
        raise Refusal(closed[0])
    return stored


def submit(
    session: Session, person: Person, application_id: UUID, now: datetime, way: Way | None = None
) -> Application:
    """Submit an application: to the beneficiary for endorsement or, where none is asked for, to the institute.

    One that was submitted already stays as it is.

    Raises:
        NotFound: the person has no such application.
        Refusal: the activity takes no applications now.
        EnrolmentRefused: a condition is not met; it carries every one.
    """
    case = own_case(session, person, application_id)
    application = case.application
    if application.state not in {State.DRAFT, State.WITHDRAWN}:
        return application
    way = way or Way(actor=person)
    stored = _ask(session, case, way, now)
    cause = Cause(now=now, actor_id=way.actor.id if way.actor else None)
    change = move(session, case, Action.SUBMIT, cause)
    application.submitted_at = now
    tell(session, case, change)
    if case.offering.needs_endorsement:
        ask_for_endorsement(session, case, now)
    else:
        find_eligible(session, case, stored, Cause(now=now))
    return application


def ask_again(session: Session, person: Person, application_id: UUID, now: datetime, route: str = "web") -> Application:
    """Ask the gate again about an application that was found ineligible: a condition may be met by now.

    Raises:
        NotFound: the person has no such application.
        Refusal: the activity does not go on, or has begun.
    """
    case = own_case(session, person, application_id)
    if case.application.state == State.INELIGIBLE:
        check_goes_on(case.offering)
        if begun(case.offering, now):
            raise Refusal("activity_begun")
        examine(session, case, Asking(purpose=Purpose.ENDORSEMENT, route=route, actor=person), now)
    return case.application


def confirm(session: Session, person: Person, application_id: UUID, now: datetime, route: str = "web") -> Application:
    """Confirm that one comes; one that was confirmed already stays as it is.

    Raises:
        NotFound: the person has no such application.
        IllegalTransition: no seat was offered.
        Refusal: the time to confirm is over, or the activity does not take place.
        EnrolmentRefused: a condition is not met any more; it carries every one.
    """
    case = own_case(session, person, application_id)
    application = case.application
    if application.state in SEATED - {State.SELECTED}:
        return application
    if application.state == State.SELECTED:
        check_goes_on(case.offering)
        if application.confirm_until is not None and application.confirm_until < now:
            raise Refusal("confirmation_over", until=application.confirm_until.isoformat())
        pass_on(session, case, Asking(purpose=Purpose.CONFIRMATION, route=route, actor=person), now)
    change = move(session, case, Action.CONFIRM, Cause(now=now, actor_id=person.id))
    application.confirmed_at = now
    tell(session, case, change)
    return application


def withdraw(session: Session, person: Person, application_id: UUID, now: datetime, reason: str = "") -> Application:
    """Withdraw an application, until the activity begins; a seat goes to the waiting list.

    One that was withdrawn already stays as it is.

    Raises:
        NotFound: the person has no such application.
        IllegalTransition: attendance was taken already.
        Refusal: the activity has begun.
    """
    case = own_case(session, person, application_id)
    application = case.application
    if application.state == State.WITHDRAWN:
        return application
    if application.state in LEAVABLE and begun(case.offering, now):
        raise Refusal("activity_begun")
    had_seat = application.state in SEATED
    change = move(session, case, Action.WITHDRAW, Cause(now=now, actor_id=person.id, reason=reason))
    if change.before != State.DRAFT:
        tell(session, case, change)
    close_ranks(session, case.offering)
    if had_seat:
        offer_in(session, case.offering, now)
    return application
