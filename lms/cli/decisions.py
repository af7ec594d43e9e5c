"""`palier decision`: show a decision of the gate, and answer it again from what was kept of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import click

from courses.catalogue.names import Names, all_names
from courses.errors import NotFound
from courses.policy.decisions import decision_of, replay
from courses.policy.queries import ReadDecision, any_decision
from courses.progression.doors import DocumentError
from lms.cli.opening import opened_site
from lms.cli.speaking import speaking, spoken_language
from lms.wording_progression import Told, condition_told, told


@click.group()
def decision() -> None:
    """Show the decisions of the gate, and answer them again."""


@decision.command()
@click.argument("identifier", type=click.UUID)
def show(identifier: UUID) -> None:
    """Show the decision with an IDENTIFIER: who, what, when, by which rules, and every condition."""
    with _read(identifier) as (read, names):
        for line in _head(read):
            click.echo(line)
        _print(told(decision_of(read.stored), names, read.person.name))


@decision.command("replay")
@click.argument("identifier", type=click.UUID)
def answer_again(identifier: UUID) -> None:
    """Decide again on the facts, the terms and the version of the rules that were kept; exit code 1 if it differs."""
    with _read(identifier) as (read, names):
        for line in _head(read):
            click.echo(line)
        try:
            answer = replay(read.stored, read.version)
        except DocumentError as error:
            raise click.ClickException(f"What was kept cannot be read: {error}.") from error
        if answer.is_equal:
            click.echo(f"The same answer again, in all {len(answer.again.conditions)} conditions.")
            _print(told(answer.again, names, read.person.name))
            return
        click.echo("ANOTHER ANSWER than was kept:")
        for kept, again in answer.differs:
            for label, each in (("kept", kept), ("now ", again)):
                click.echo(f"{label}:" if each else f"{label}: nothing")
                _print((condition_told(each, names, read.person.name),) if each else (), 1)
    raise SystemExit(1)


@contextmanager
def _read(identifier: UUID) -> Iterator[tuple[ReadDecision, Names]]:
    with opened_site() as parts, parts.database.reading() as session, speaking(spoken_language()):
        try:
            yield any_decision(session, identifier), all_names(session)
        except NotFound as error:
            raise click.ClickException(f"There is no decision {identifier}.") from error


def _head(read: ReadDecision) -> Iterator[str]:
    stored = read.stored
    yield f"{read.person.name} <{read.person.email}>, {stored.purpose}: {stored.subject_kind} {stored.subject_code}"
    yield f"{stored.decided_at:%Y-%m-%d %H:%M} UTC, by {stored.route}, rules version {read.version.number}"
    yield "Allowed." if stored.is_allowed else "Refused."
    if stored.override_reason:
        yield f"Overridden: {stored.override_reason}"


def _print(conditions: Sequence[Told], depth: int = 0) -> None:
    for each in conditions:
        mark = "met    " if each.is_met else "NOT MET" if each.blocks else "lacking"
        click.echo(f"{'  ' * depth}{mark}  {each.asked}: {each.fact}")
        _print(each.parts, depth + 1)
