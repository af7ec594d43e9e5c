"""`palier mail`: try the mail, see what failed, send it again."""

from uuid import UUID, uuid4

import click

from courses.catalogue.names import Names
from courses.errors import NotFound
from courses.notices import services
from courses.notices.kinds import NoticeKind
from courses.notices.queries import failed_notices, state_of_post
from courses.notices.services import Due
from courses.people.models import Language, Person
from lms import clock
from lms.cli.opening import opened_site
from lms.cli.speaking import speaking
from lms.letters import letter_of
from lms.mail import MailServerAway, NotTaken, message_of, opened_mail, where_to
from lms.posting import send_notices

LANGUAGE = click.Choice([language.value for language in Language], case_sensitive=False)


@click.group()
def mail() -> None:
    """Try the mail, list what failed, try it again."""


@mail.command()
@click.argument("address")
@click.option("--language", type=LANGUAGE, default="en", show_default=True, help="The language of the letter.")
def test(address: str, language: str) -> None:
    """Send a letter to ADDRESS now, by the settings, and tell what came of it."""
    person = Person(email=address, given_name=address.partition("@")[0], family_name="", language=Language(language))
    now = clock.now()
    due = Due(notice_id=uuid4(), key="test", kind=NoticeKind.TEST, facts={}, person=person, created_at=now, tries=1)
    with opened_site() as parts:
        settings = parts.settings
        try:
            with speaking(language), opened_mail(settings) as send:
                send(message_of(letter_of(due, settings, Names()), settings, now))
        except (MailServerAway, NotTaken) as error:
            raise click.ClickException(f"Nothing was sent by {where_to(settings)}: {error}") from error
        click.echo(f"A letter to {address} went to {where_to(settings)}")


@mail.command()
def failed() -> None:
    """List the letters that failed, the newest first, after the state of all."""
    with opened_site() as parts, parts.database.reading() as session:
        post = state_of_post(session)
        click.echo(f"{post.sent} sent, {post.waiting} waiting, {post.failing} failing, {post.given_up} given up.")
        page, has_more = 1, True
        while has_more:
            entries, has_more = failed_notices(session, page)
            page += 1
            for entry in entries:
                told = f"{entry.error_id} {entry.failure}".strip()
                again = f"again {entry.next_try_at:%Y-%m-%d %H:%M} UTC" if entry.next_try_at else "given up"
                click.echo(f"{entry.notice_id}  {entry.kind}  {entry.email}  {again}  fault {told}")


@mail.command()
@click.argument("notice", type=click.UUID, required=False)
@click.option("--all", "is_all", is_flag=True, help="Every letter that failed.")
def again(notice: UUID | None, is_all: bool) -> None:
    """Let the letter of that identifier, or all that failed, be sent at the worker's next round."""
    if (notice is None) != is_all:
        raise click.UsageError("Name one letter, or say --all.")
    with opened_site() as parts, parts.database.transaction() as session:
        if notice is None:
            click.echo(f"{services.try_all_again(session, clock.now())} are tried again.")
            return
        try:
            is_due = services.try_again(session, notice, clock.now())
        except NotFound as error:
            raise click.ClickException("There is no such letter.") from error
        click.echo("It is tried again." if is_due else "It was sent, or is tried again soon; nothing was changed.")


@mail.command()
def send() -> None:
    """Send what is due now, where no worker runs."""
    with opened_site() as parts:
        click.echo(f"{send_notices(parts)} letters went to {where_to(parts.settings)}")
