"""`palier beneficiaries`: take in the countries and territories that are publicly known, with their standing."""

import click

from lms import beneficiaries as kept
from lms import clock
from lms.cli.opening import opened_site


@click.group()
def beneficiaries() -> None:
    """Load the beneficiaries that are publicly known."""


@beneficiaries.command()
def load() -> None:
    """Load regions and beneficiaries; a second time changes nothing, and what an administrator changed stays."""
    with opened_site() as parts, parts.database.transaction() as session:
        loaded = kept.load(session, clock.now())
    click.echo(f"{loaded.added} added, {loaded.changed} brought up to date, {loaded.kept} kept as they were changed.")
