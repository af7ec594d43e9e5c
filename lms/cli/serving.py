"""`palier serve`, `worker`, `migrate`: run the installation."""

import errno
import os
import socket
import sys

import click

from courses.people import queries
from courses.people.models import Role
from lms import logs
from lms.application import create_app
from lms.cli.opening import opened_site, site_at_hand
from lms.config import Settings, load_settings
from lms.mail import where_to
from lms.migrate import is_current, upgrade
from lms.site import Site


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.  [default: LMS_PORT or 8000]")
@click.option("--demonstration", is_flag=True, help="Load the demonstration when it is absent, and print its accounts.")
@click.option("--first-administrator", is_flag=True, help="Ask for the first administrator when there is none.")
def serve(port: int | None, demonstration: bool, first_administrator: bool) -> None:
    """Prepare the database, then serve the platform together with a worker."""
    from lms.server import serve_until_stopped

    logs.tell_of_libraries()
    settings = _settings(port, demonstration)
    listener = _opened(settings)
    app = create_app(settings)
    parts: Site = app.extensions["palier"]
    if not is_current(parts.database):
        upgrade(parts.database)
    if demonstration:
        _load_demonstration(parts)
    if first_administrator:
        _ask_for_administrator(parts)
    click.echo(f"Palier is at {settings.address} (stop it with Ctrl-C).")
    if not settings.mail_url:
        click.echo(f"No mail server is set: letters are kept as files in {where_to(settings)}")
    serve_until_stopped(app, settings, listener)


@click.command()
@click.option("--parent", type=int, hidden=True, help="End when the process of that number does.")
def worker(parent: int | None) -> None:
    """Run the jobs that wait: imports above all. The server starts one by itself."""
    from lms.engine import run_worker

    logs.tell_of_libraries()
    with opened_site() as parts:
        run_worker(parts, parent)


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    parts = site_at_hand()
    if is_current(parts.database):
        click.echo("The database is up to date.")
        return
    upgrade(parts.database)
    click.echo("The database was brought to the schema of this release.")


def _settings(port: int | None, demonstration: bool) -> Settings:
    """Return the settings; where no address is set, people reach us on this machine at the port."""
    given: dict[str, object] = {"port": port} if port else {}
    if demonstration:
        given["demonstration"] = True
    settings = load_settings(None, **given)
    if "LMS_BASE_URL" in os.environ:
        return settings
    return load_settings(None, **given, base_url=f"http://localhost:{settings.port}")


def _opened(settings: Settings) -> socket.socket:
    from lms.server import open_port

    try:
        return open_port(settings.listen, settings.port)
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"Port {settings.port} is in use by another program.",
            errno.EACCES: f"This account may not open port {settings.port}.",
        }
        reason = reasons.get(error.errno or 0, f"{settings.listen} port {settings.port} cannot be opened: {error}.")
        raise click.ClickException(f"{reason} Choose another one with --port or LMS_PORT.") from error


def _load_demonstration(parts: Site) -> None:
    from lms.cli.demo import accounts_text, load_demonstration

    load_demonstration(parts)
    for line in accounts_text(parts):
        click.echo(line)


def _ask_for_administrator(parts: Site) -> None:
    """Add the first administrator from what is typed; without a terminal, say how."""
    with parts.database.reading() as session:
        if queries.list_people(session, Role.ADMINISTRATOR):
            return
    if not sys.stdin.isatty():
        click.echo(
            "There is no administrator yet. Add one with: "
            "palier person add you@example.org --role administrator --role learner"
        )
        return
    from lms.cli.person import add

    click.echo("There is no administrator yet. Who is the first?")
    roles = (Role.ADMINISTRATOR.value, Role.LEARNER.value)
    click.get_current_context().invoke(
        add, email=click.prompt("Email address"), given_name=None, family_name=None, language=parts.settings.language,
        roles=roles, password_stdin=False,
    )  # fmt: skip
