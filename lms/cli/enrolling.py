"""`palier enrol`: bring somebody into a course or an activity, through the gate as on every other way."""

import click

from courses.applications.entering import Entered, Entry, enter
from courses.applications.models import Application
from courses.catalogue.names import all_names
from courses.enrolment.gate import EnrolmentRefused, Route
from courses.enrolment.services import Way
from courses.errors import NotFound, Refusal
from courses.people.models import Language, Person
from courses.people.queries import person_by_email
from lms import clock
from lms.cli.opening import opened_site
from lms.cli.speaking import speaking, spoken_language
from lms.gate import gated
from lms.site import Site
from lms.wording import refusal_text
from lms.wording_progression import fact_text


@click.command()
@click.argument("email")
@click.argument("code")
@click.option("--language", type=click.Choice(list(Language)), help="Of the course. [default: the person's own]")
@click.option("--override", default="", help="Why the person is let in although a condition is not met; needs --as.")
@click.option("--as", "administrator", help="The address of the administrator who decides so.")
def enrol(email: str, code: str, language: str | None, override: str, administrator: str | None) -> None:
    """Enrol the person with EMAIL in the course with CODE, or submit an application to the activity with CODE.

    Every condition is asked for as on the pages. Where one is not met, each reason is printed and the exit code is 1.
    """
    if override and not administrator:
        raise click.UsageError("--override needs --as: an override carries the name of who decides.")
    with opened_site() as parts, speaking(spoken_language()):
        try:
            _enrol(parts, (email, code, Language(language) if language else None), (override, administrator))
        except EnrolmentRefused as refused:
            _say_why(parts, email, refused)
            raise SystemExit(1) from None
        except NotFound as error:
            raise click.ClickException(f"There is no {error}.") from error
        except Refusal as error:
            raise click.ClickException(refusal_text(error)) from error


def _enrol(parts: Site, wanted: tuple[str, str, Language | None], decided: tuple[str, str | None]) -> None:
    (email, code, language), (reason, administrator) = wanted, decided
    with gated(parts.database) as session:
        person = person_by_email(session, email)
        actor: Person | None = person_by_email(session, administrator) if administrator else None
        way = Way(route=Route.COMMAND_LINE, actor=actor, override_reason=reason)
        entered = enter(session, Entry(person=person, code=code, language=language), way, clock.now())
        click.echo(f"{person.name} <{person.email}>: {code} {_state(entered)}. Decision {entered.decision_id}.")


def _state(entered: Entered) -> str:
    return entered.state.value if isinstance(entered, Application) else entered.outcome.value


def _say_why(parts: Site, email: str, refused: EnrolmentRefused) -> None:
    with parts.database.reading() as session:
        names = all_names(session)
    click.echo(f"{email} may not enter:", err=True)
    for reason in refused.decision.reasons:
        click.echo(f"- {reason.code}: {fact_text(reason, names, email)}", err=True)
    if refused.stored:
        click.echo(f"Decision {refused.stored.id}.", err=True)
