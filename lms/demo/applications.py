"""Who has applied to which activity of the demonstration, and how far each application has come.

Everything is done by the services of the pages, by whoever would do it, at moments of the last weeks.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from courses.applications import services
from courses.applications.board import accept_proposal, board_of, board_offering
from courses.applications.models import Application, State
from courses.applications.services import Action, Choice, Wish
from courses.enrolment.gate import EnrolmentRefused
from courses.people.models import Language, Person
from lms.demo.cast import Cast

ADVANCED, FULL, OPEN_TO_ALL, RESTRICTED = "GOVPROC-ADV", "TRIPS-ECOWAS-EN", "SPS-THEMATIC", "ACCESSION-AGRI"
FRENCH, ENGLISH, BRIEFING, SYMPOSIUM = "SERVICES-ECOWAS-FR", "AGRI-ECOWAS-EN", "HEALTH-IP", "AGRI-SYMPOSIUM"
GENERALIST = "2·generalist"
MINUTE, PAUSE = timedelta(minutes=1), timedelta(minutes=23)
MOTIVATIONS = {
    Language.EN: "My ministry has asked me to follow this subject, and I am to brief our delegation on it.",
    Language.FR: "Mon ministère m'a confié ce dossier, et je dois en informer notre délégation.",
    Language.ES: "Mi ministerio me ha encargado este tema y debo informar a nuestra delegación.",
}
NOT_THIS_TIME = "For officials of governments that negotiate their accession, and for those who advise them."
NOT_FREE = "I am needed at a conference of our ministry on these days."
NOT_ENDORSED = "Another division of the ministry follows this subject."


def tell_applications(cast: Cast) -> None:
    """Let the learner and others apply, be nominated, endorsed, selected, told to wait, declined."""
    fill_board(cast)
    fill_waiting_list(cast)
    learner_without_endorsement(cast)
    learner_with_endorsement(cast)
    ask_coordinator(cast)


def fill_board(cast: Cast) -> None:
    """Nominate more people for the advanced activity than it has seats; a proposal is there, nobody has decided."""
    people = cast.graduates(GENERALIST, cast.ago(21), 17, each=3)
    nominate(cast, ADVANCED, people[:-2], cast.ago(11))
    for person in people[-2:]:
        submitted(cast, person, ADVANCED, cast.ago(4))
    with suppress(EnrolmentRefused):  # the learner lacks a step, and is told which course leads there
        submitted(cast, cast.learner, ADVANCED, cast.ago(2))


def fill_waiting_list(cast: Cast) -> None:
    """Give all seats of an activity away by its proposal; the learner waits, who cannot come makes room."""
    people = cast.officials(cast.countries_of(FULL), Language.EN, 9, each=3)
    nominate(cast, FULL, people, cast.ago(14))
    endorse(cast, submitted(cast, cast.learner, FULL, cast.ago(13)), cast.ago(12), rank=4)
    offering_id, at = cast.offerings[FULL], cast.ago(3)
    board = board_of(cast.session, board_offering(cast.session, offering_id), at)
    decided = accept_proposal(cast.session, cast.administrator, offering_id, board.mark, at)
    seated = [one.application for one in decided if one.application.state == State.SELECTED]
    for number, application in enumerate(seated[:3]):
        services.confirm(cast.session, application.person, application.id, at + timedelta(hours=3) + number * PAUSE)
    services.withdraw(cast.session, seated[-1].person, seated[-1].id, cast.ago(1), NOT_FREE)


def learner_without_endorsement(cast: Cast) -> None:
    """Let the learner hold a confirmed place, have one to confirm, be declined once and withdraw once."""
    session, learner = cast.session, cast.learner
    confirmed = submitted(cast, learner, BRIEFING, cast.ago(16))
    services.select(session, cast.administrator, confirmed.id, cast.ago(6))
    services.confirm(session, learner, confirmed.id, cast.ago(5))
    offered = submitted(cast, learner, OPEN_TO_ALL, cast.ago(9))
    services.select(session, cast.administrator, offered.id, cast.ago(1))
    left = submitted(cast, learner, SYMPOSIUM, cast.ago(8))
    services.withdraw(session, learner, left.id, cast.ago(6), NOT_FREE)
    declined = submitted(cast, learner, RESTRICTED, cast.ago(25))
    services.decline(session, cast.administrator, declined.id, cast.ago(17), Choice(reason=NOT_THIS_TIME))


def learner_with_endorsement(cast: Cast) -> None:
    """Let one application of the learner be endorsed, and one wait for the endorsement."""
    endorse(cast, submitted(cast, cast.learner, ENGLISH, cast.ago(7)), cast.ago(4), rank=1)
    submitted(cast, cast.learner, FRENCH, cast.ago(2), Language.FR)


def ask_coordinator(cast: Cast) -> None:
    """Leave the coordinator applications to endorse, beside one that was endorsed and one that was refused."""
    people = cast.officials([cast.coordinator.country or ""], Language.FR, 5, each=5)
    applications = [submitted(cast, one, FRENCH, cast.ago(6 - number)) for number, one in enumerate(people)]
    endorse(cast, applications[0], cast.ago(3), rank=1)
    services.refuse(cast.session, cast.coordinator, applications[1].id, NOT_ENDORSED, cast.ago(3, hour=11))


def submitted(cast: Cast, person: Person, code: str, at: datetime, language: Language | None = None) -> Application:
    """Let a person apply to an activity and submit the application."""
    wanted = language or person.language
    wish = Wish(language=language, motivation=MOTIVATIONS[wanted], institution=person.institution)
    application = services.apply(cast.session, person, cast.offerings[code], wish, at)
    return services.submit(cast.session, person, application.id, at + MINUTE)


def endorse(cast: Cast, application: Application, at: datetime, rank: int) -> None:
    """Let the coordinator of the beneficiary endorse an application."""
    coordinator = cast.coordinator_of(application.person)
    services.endorse(cast.session, coordinator, application.id, at, rank)


def nominate(cast: Cast, code: str, people: Sequence[Person], since: datetime) -> list[Application]:
    """Let the coordinator of each beneficiary name its people, in an order of their own."""
    by_country: dict[str, list[Person]] = {}
    for person in people:
        by_country.setdefault(person.country or "", []).append(person)
    named = []
    for number, (country, own) in enumerate(by_country.items()):
        ranks = {person.id: rank for rank, person in enumerate(own, 1)}
        at = since + number * PAUSE
        named += services.nominate_all(cast.session, cast.coordinators[country], cast.offerings[code], ranks, at)
    return [one.application for one in named if one.application]


def seat(cast: Cast, applications: Sequence[Application], at: datetime) -> None:
    """Select some people for an activity and let each confirm."""
    chosen = [(one.id, Action.SELECT, services.Choice()) for one in applications]
    services.decide_many(cast.session, cast.administrator, applications[0].offering_id, chosen, at)
    for number, one in enumerate(applications, 1):
        services.confirm(cast.session, one.person, one.id, at + number * PAUSE)
