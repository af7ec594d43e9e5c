"""The command line: `palier` with its subcommands, each in a module of its own, loaded when it is asked for."""

import gc
import importlib
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import click

from lms import __version__
from lms.config import ConfigError
from lms.garbage import keeping_all

COMMANDS = {
    "serve": "lms.cli.serving:serve",
    "worker": "lms.cli.serving:worker",
    "migrate": "lms.cli.serving:migrate",
    "person": "lms.cli.person:person",
    "token": "lms.cli.tokens:token",
    "beneficiaries": "lms.cli.beneficiaries:beneficiaries",
    "mail": "lms.cli.mail:mail",
    "enrol": "lms.cli.enrolling:enrol",
    "decision": "lms.cli.decisions:decision",
    "policy": "lms.cli.policies:policy",
    "participations": "lms.cli.records:participations",
    "import": "lms.cli.packages:import_packages",
    "check": "lms.cli.checking:check",
    "export": "lms.cli.exporting:export",
    "original": "lms.cli.exporting:original",
    "demo": "lms.cli.demo:demo",
}
HOST_COMMANDS = (
    "migrate",
    "worker",
    "person",
    "token",
    "enrol",
    "decision",
    "policy",
    "beneficiaries",
    "mail",
    "participations",
    "import",
    "check",
    "export",
    "original",
)


class Commands(click.Group):
    """A group that imports a command only when it runs: all of them, or those with these names."""

    def __init__(self, *, names: Sequence[str] = tuple(COMMANDS), **facts: Any) -> None:
        super().__init__(**facts)
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names, in the order in which people need them."""
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name."""
        if cmd_name not in self._names:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(_loaded(module), name)
        assert isinstance(command, click.Command)
        return command


def _loaded(module: str) -> ModuleType:
    """Import a module, and all that it needs, without looking for garbage: what is loaded stays to the end."""
    with keeping_all():
        loaded = importlib.import_module(module)
        gc.freeze()
    return loaded


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="palier")
def cli() -> None:
    """Palier: courses, cohorts and certificates for training institutes."""


def main() -> None:
    """Run the command line; a setting that makes no sense ends it with one sentence."""
    try:
        cli()
    except ConfigError as error:
        raise SystemExit(f"palier: {error}") from None
