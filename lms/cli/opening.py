"""Open the installation for a command: its settings, its database in the schema of this release.

A new database is brought to it without a word; one of an earlier release only by `palier migrate`, which the
administrator runs when a copy of it is in safe hands.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from lms.application import create_site
from lms.config import load_settings
from lms.db import Database
from lms.migrate import is_current, is_new, upgrade
from lms.site import Site


@contextmanager
def opened_site() -> Iterator[Site]:
    """Yield the installation that `LMS_*` names, or that of the host site whose command line this is.

    Raises:
        ClickException: the database cannot be reached, or is of an earlier release.
    """
    parts = site_at_hand()
    try:
        try:
            ready = _is_prepared(parts.database)
        except OperationalError as error:
            raise click.ClickException(f"The database cannot be reached: {error.orig}") from error
        if not ready:
            raise click.ClickException("The database is not prepared for this release. Run 'palier migrate' first.")
        yield parts
    finally:
        parts.database.close()


def site_at_hand() -> Site:
    """Return the installation that a command works on, in whatever state its database is."""
    context = click.get_current_context(silent=True)
    of_host = context.find_object(Site) if context is not None else None
    return of_host or create_site(load_settings())


def _is_prepared(database: Database) -> bool:
    """Tell whether the database has the schema of this release; a new one gets it."""
    if is_new(database):
        upgrade(database)
    return is_current(database)
