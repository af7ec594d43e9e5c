"""`palier person`: accounts and roles from the command line, the first administrator above all."""

import secrets
import sys
from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from courses.errors import NotFound, Refusal
from courses.people import queries, services
from courses.people.facts import check_password
from courses.people.models import Language, Person, Role
from courses.people.services import PersonFacts
from courses.progression.record import Category
from courses.records.verification import enter_country, verify_person
from lms import clock, identity
from lms.cli.opening import opened_site
from lms.countries import is_country
from lms.site import Site
from lms.wording import refusal_text

ROLE = click.Choice([role.value for role in Role], case_sensitive=False)
CATEGORY = click.Choice([category.value for category in Category], case_sensitive=False)
LANGUAGE = click.Choice([language.value for language in Language], case_sensitive=False)


@click.group()
def person() -> None:
    """Add people, give and take roles, verify people, enter their country, list them."""


@person.command()
@click.argument("email")
@click.option("--given-name", help="As it is to stand on certificates; asked for when it is missing.")
@click.option("--family-name", help="As it is to stand on certificates; asked for when it is missing.")
@click.option("--language", type=LANGUAGE, default="en", show_default=True, help="The language of the pages.")
@click.option("--role", "roles", type=ROLE, multiple=True, help="May be given several times. [default: learner]")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def add(
    email: str,
    given_name: str | None,
    family_name: str | None,
    language: str,
    roles: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a person who signs in with EMAIL.

    The password is asked for; without a terminal, or when nothing is typed, one is made and printed.
    """
    given = given_name or _asked("Given name", "--given-name")
    family = family_name or _asked("Family name", "--family-name")
    password, was_made = _password(password_stdin)
    with opened_site() as parts:
        try:
            check_password(password, email)
            facts = PersonFacts(
                email=email, given_name=given, family_name=family, language=Language(language),
                password_hash=identity.hashed_for(parts, password),
            )  # fmt: skip
            held = [Role(role) for role in dict.fromkeys(roles)] or [Role.LEARNER]
            with parts.database.transaction() as session:
                added = services.create_person(session, facts, held, clock.now())
        except Refusal as error:
            raise click.ClickException(refusal_text(error)) from error
    click.echo(f"{added.name} <{added.email}> was added as {', '.join(held)}.")
    if was_made:
        click.echo(f"Password: {password}")


@person.command()
@click.argument("email")
@click.argument("role", type=ROLE)
def grant(email: str, role: str) -> None:
    """Give the person with EMAIL a ROLE."""
    _change(
        email, lambda session, found: services.grant_role(session, found.id, Role(role), clock.now()),
        f"{email} is {role} now.", f"{email} is {role} already; nothing was changed.",
    )  # fmt: skip


@person.command()
@click.argument("email")
@click.argument("role", type=ROLE)
def revoke(email: str, role: str) -> None:
    """Take a ROLE from the person with EMAIL."""
    _change(
        email, lambda session, found: services.revoke_role(session, found.id, Role(role)),
        f"{email} is not {role} any more.", f"{email} is not {role}; nothing was changed.",
    )  # fmt: skip


@person.command()
@click.argument("email")
@click.option("--category", type=CATEGORY, help="What the person is.  [default: as the person says]")
def verify(email: str, category: str | None) -> None:
    """Note that the official status of the person with EMAIL was verified."""
    seen = Category(category) if category else None
    _change(
        email, lambda session, found: verify_person(session, found.id, clock.now(), seen),
        f"{email} is verified now.", f"{email} was verified already; nothing was changed.",
    )  # fmt: skip


@person.command()
@click.argument("email")
@click.argument("code")
def country(email: str, code: str) -> None:
    """Enter the country CODE, like SN, of the person with EMAIL; of a coordinator, that whose people wait there."""
    entered = code.upper()
    if not is_country(entered):
        raise click.UsageError(f"{code!r} is not a country. Write its two letters, like SN for Senegal.")
    _change(
        email, lambda session, found: enter_country(session, found.id, entered, clock.now()),
        f"{email} is of {entered} now.", f"{email} is of {entered} already; nothing was changed.",
    )  # fmt: skip


@person.command("list")
@click.option("--role", type=ROLE, help="Only those who hold this role.")
def list_people(role: str | None) -> None:
    """List people with their roles, in the order of their addresses (the first 1,000)."""
    with opened_site() as parts, parts.database.reading() as session:
        for entry in queries.list_people(session, Role(role) if role else None):
            click.echo(f"{entry.person.email}\t{entry.person.name}\t{', '.join(entry.roles)}")


def _asked(label: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{option} is missing.")
    return str(click.prompt(label))


def _password(from_stdin: bool) -> tuple[str, bool]:
    """Return a password, and whether it was made here."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    typed = ""
    if sys.stdin.isatty():
        typed = click.prompt(
            "Password (nothing: one is made)", default="", hide_input=True, show_default=False, confirmation_prompt=True
        )
    return (typed, False) if typed else (secrets.token_urlsafe(12), True)


def _change(email: str, change: Callable[[Session, Person], bool], done: str, nothing: str) -> None:
    with opened_site() as parts:
        click.echo(done if _changed(parts, email, change) else nothing)


def _changed(parts: Site, email: str, change: Callable[[Session, Person], bool]) -> bool:
    try:
        with parts.database.transaction() as session:
            return change(session, queries.person_by_email(session, email))
    except NotFound as error:
        raise click.ClickException(f"There is no person with the address {email}.") from error
