"""`palier policy`: the versions of the rules of progression: list, show, check, try on everybody, bring into force."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from courses.applications.entering import nominations_of, places_of
from courses.enrolment.dry_run import Ports, dry_run
from courses.enrolment.policy_check import enforce, findings_of
from courses.errors import NotFound, Refusal
from courses.people.queries import person_by_email
from courses.policy import queries, services
from courses.policy.models import PolicyVersion
from courses.progression.checks import Severity
from courses.progression.policy import policy_of
from lms import clock
from lms.cli.opening import opened_site
from lms.wording import refusal_text

NUMBER = click.argument("number", type=int)


@click.group()
def policy() -> None:
    """The rules of progression: versions, check, dry run, force."""


@policy.command("list")
def list_versions() -> None:
    """List the versions: number, since when in force, note."""
    with opened_site() as parts, parts.database.reading() as session:
        for version in queries.versions(session):
            since = f"{version.in_force_from:%Y-%m-%d %H:%M}" if version.in_force_from else "draft"
            click.echo(f"{version.number}\t{since}\t{' '.join(version.note.split())}")


@policy.command()
@NUMBER
def show(number: int) -> None:
    """Print the rules of version NUMBER as JSON."""
    with _reading(number) as (_, version):
        click.echo(json.dumps(version.rules, ensure_ascii=False, indent=2))


@policy.command()
@NUMBER
def check(number: int) -> None:
    """Say what is wrong with version NUMBER and with what is on offer under it; exit code 1 if there is an error."""
    with _reading(number) as (session, version):
        found = findings_of(session, policy_of(version.rules), clock.now())
    for each in found:
        values = ", ".join(f"{name}={value}" for name, value in each.parameters)
        click.echo(f"{each.severity}\t{each.place}\t{each.code}\t{values}")
    if any(each.severity is Severity.ERROR for each in found):
        raise SystemExit(1)
    click.echo("Nothing stands against it.")


@policy.command("dry-run")
@NUMBER
@click.option("--json", "as_json", is_flag=True, help="Print the whole report, with names.")
def try_version(number: int, as_json: bool) -> None:
    """Say whom version NUMBER would let in and whom not, of all who are enrolled or have applied now."""
    with _reading(number) as (session, version):
        ports = Ports(places_of, nominations_of)
        report = dry_run(session, policy_of(version.rules), ports, clock.now())
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    click.echo(f"{report['people']} people; {len(report['changes'])} courses and activities concerned.")
    for each in report["changes"]:
        inside = each["inside"]
        click.echo(
            f"{each['code']}\tgain {each['gain']['people']}\tlose {each['lose']['people']}\t"
            f"inside {inside['people']}: {inside['admitted_now']} -> {inside['admitted_then']}"
        )


@policy.command("enforce")
@NUMBER
@click.option("--from", "moment", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="UTC. [default: now]")
@click.option("--as", "administrator", required=True, help="The address of the administrator who decides so.")
def bring_into_force(number: int, moment: datetime | None, administrator: str) -> None:
    """Bring draft NUMBER into force."""
    with opened_site() as parts:
        try:
            with parts.database.transaction() as session:
                now = clock.now()
                version_id = queries.version_by_number(session, number).id
                actor = person_by_email(session, administrator)
                services.check_may_decide(session, actor)
                since = moment.replace(tzinfo=UTC) if moment else now
                version = enforce(session, version_id, since, actor.id, now)
                click.echo(f"Version {version.number} is in force from {since:%Y-%m-%d %H:%M} UTC on.")
        except NotFound as error:
            raise click.ClickException(f"There is no {error}.") from error
        except Refusal as error:
            raise click.ClickException(refusal_text(error)) from error


@contextmanager
def _reading(number: int) -> Iterator[tuple[Session, PolicyVersion]]:
    with opened_site() as parts:
        with parts.database.transaction() as session:
            services.version_at(session, clock.now())  # the first one is there whoever asks
        with parts.database.reading() as session:
            try:
                yield session, queries.version_by_number(session, number)
            except NotFound as error:
                raise click.ClickException(f"There is no {error}.") from error
