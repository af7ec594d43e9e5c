"""`palier token`: tokens by which programs act for people."""

from datetime import timedelta
from uuid import UUID

import click

from courses.errors import NotFound, Refusal
from courses.people import queries, tokens
from lms import clock
from lms.bearer import new_token
from lms.cli.opening import opened_site
from lms.wording import refusal_text


@click.group()
def token() -> None:
    """Make tokens for programs that use /api/v1, list them, end them."""


@token.command()
@click.argument("email")
@click.option("--name", required=True, help="What the token is for, so that people know it again.")
def make(email: str, name: str) -> None:
    """Make a token that acts for the person with EMAIL, and print it: it is shown this once."""
    written, kept = new_token()
    with opened_site() as parts:
        try:
            with parts.database.transaction() as session:
                tokens.make_token(session, queries.person_by_email(session, email), name, kept, clock.now())
        except NotFound as error:
            raise click.ClickException(f"There is no person with the address {email}.") from error
        except Refusal as error:
            raise click.ClickException(refusal_text(error)) from error
    click.echo(written)


@token.command("list")
@click.argument("email")
def list_tokens(email: str) -> None:
    """List the tokens of the person with EMAIL: identifier, name, made, last used, and when it ends or has ended."""
    with opened_site() as parts, parts.database.reading() as session:
        lasts = timedelta(days=parts.settings.token_days)
        try:
            person = queries.person_by_email(session, email)
        except NotFound as error:
            raise click.ClickException(f"There is no person with the address {email}.") from error
        for each in tokens.tokens_of(session, person):
            by_age = each.created_at + lasts
            moments = (each.created_at, each.used_at, min(each.ended_at or by_age, by_age))
            click.echo("\t".join([str(each.id), each.name, *(f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in moments)]))


@token.command()
@click.argument("identifier", type=click.UUID)
def end(identifier: UUID) -> None:
    """End a token for good, by its IDENTIFIER."""
    with opened_site() as parts:
        try:
            with parts.database.transaction() as session:
                is_new = tokens.end_token(session, identifier, clock.now())
        except NotFound as error:
            raise click.ClickException(f"There is no token {identifier}.") from error
    click.echo("The token has ended." if is_new else "The token had ended already; nothing was changed.")
