"""Build applications for tests: through the services, or at a state of their own where the way does not matter."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from courses.applications import services
from courses.applications.models import Application, State
from courses.offerings.models import Offering
from courses.people.beneficiaries import Beneficiary, Measure
from courses.people.models import Language, Person, Role
from courses.progression.record import Category
from tests.builders import NOW, make_person
from tests.offerings_builders import make_offering

WISH = services.Wish(language=Language.EN, motivation="To learn.")


def official(session: Session, country: str = "SN", **facts: Any) -> Person:
    """Add a verified official."""
    values: dict[str, Any] = {"country": country, "category": Category.OFFICIAL, "verified_at": NOW - timedelta(days=9)}
    return make_person(session, **(values | facts))


def coordinator_of(session: Session, country: str = "SN", **facts: Any) -> Person:
    """Add the coordinator of a beneficiary."""
    return official(session, country, roles=[Role.LEARNER, Role.COORDINATOR], **facts)


def administrator(session: Session) -> Person:
    """Add an administrator."""
    return make_person(session, roles=[Role.LEARNER, Role.ADMINISTRATOR])


def open_activity(session: Session, seats: int | None = 2, **facts: Any) -> Offering:
    """Add a published activity outside the levels that takes applications and asks for nobody's endorsement."""
    values: dict[str, Any] = {"seats": seats, "needs_endorsement": False, "level": None}
    return make_offering(session, **(values | facts))


def applied(session: Session, person: Person, offering: Offering) -> Application:
    """Apply and submit."""
    application = services.apply(session, person, offering.id, WISH, NOW)
    return services.submit(session, person, application.id, NOW)


def selected(session: Session, person: Person, offering: Offering, by: Person) -> Application:
    """Apply, submit, be selected."""
    return services.select(session, by, applied(session, person, offering).id, NOW)


def confirmed(session: Session, person: Person, offering: Offering, by: Person) -> Application:
    """Apply, submit, be selected, confirm."""
    return services.confirm(session, person, selected(session, person, offering, by).id, NOW)


def make_application(session: Session, person: Person, offering: Offering, **facts: Any) -> Application:
    """Add an application as it is, without asking anybody."""
    values: dict[str, Any] = {"state": State.ELIGIBLE, "language": Language.EN, "created_at": NOW, "submitted_at": NOW}
    application = Application(person_id=person.id, offering_id=offering.id, **(values | facts))
    session.add(application)
    session.flush()
    return application


def arrears(session: Session, country: str = "SN") -> None:
    """Put a beneficiary under administrative measures from today on."""
    session.add(Beneficiary(code=country))
    session.flush()
    session.add(Measure(beneficiary_code=country, begins_on=NOW.date(), recorded_at=NOW))
    session.flush()
