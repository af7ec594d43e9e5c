"""`palier demo`: load the demonstration when it is absent, and say how to sign in."""

import time
from datetime import UTC, datetime

import click

from lms import clock
from lms.cli.opening import opened_site
from lms.demo.accounts import PRINTED, kept_password
from lms.demo.loading import SEED, NotEmpty, Plan, change_password, load
from lms.site import Site


@click.command()
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed and day make the same people.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that counts as today.  [default: today]")
@click.option("--password", help="The password of the accounts; one is made when none is given.")
def demo(seed: int, today: datetime | None, password: str | None) -> None:
    """Load thirty courses and some two thousand invented people; a second time changes nothing."""
    now = clock.now() if today is None else today.replace(hour=9, tzinfo=UTC)
    with opened_site() as parts:
        load_demonstration(parts, Plan(seed, now), password)
        for line in accounts_text(parts):
            click.echo(line)


def load_demonstration(parts: Site, plan: Plan | None = None, password: str | None = None) -> None:
    """Load the demonstration when it is absent, and say so; a password that is given replaces the one before.

    Raises:
        ClickException: the installation has courses of its own.
    """
    begun = time.monotonic()
    try:
        was_absent = load(parts, plan or Plan(SEED, clock.now()), password)
    except NotEmpty as error:
        raise click.ClickException(
            "This installation has courses of its own. The demonstration goes into an empty one: "
            "set LMS_FOLDER and LMS_DATABASE_URL to another."
        ) from error
    if was_absent:
        click.echo(f"The demonstration was loaded in {time.monotonic() - begun:.1f} s.")
    elif password is not None:
        change_password(parts, password)


def accounts_text(parts: Site) -> tuple[str, ...]:
    """Return the lines that say how to sign in."""
    password = kept_password(parts.settings)
    shown = password or "not known here; 'palier demo --password …' sets another"
    return (
        f"The demonstration at {parts.settings.address}, from this machine only. Sign in as:",
        *(f"  {account.person.email}" for account in PRINTED),
        f"Password: {shown}",
    )
