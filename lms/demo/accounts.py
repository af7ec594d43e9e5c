"""The accounts that visitors of the demonstration sign in with, and the password that they share.

The password is made when the demonstration is loaded, unless one is given, and kept beside the installation's secret
(`demonstration-password`, for the owner alone to read), so that every start can print it again. The accounts refuse
any address but this machine's own (`lms.identity`).
"""

import os
import secrets
from dataclasses import dataclass

from courses.people.models import Gender, Language, Role
from lms.config import Settings
from lms.demo.people import DOMAIN, DemoPerson

FILE = "demonstration-password"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with roles; the first trainer and the others with a short address are for visitors."""

    person: DemoPerson
    roles: tuple[Role, ...]


def _account(name: str, given_name: str, family_name: str, where: tuple[str, str, Gender], *roles: Role) -> Account:
    country, region, gender = where
    person = DemoPerson(
        email=f"{name}@{DOMAIN}", given_name=given_name, family_name=family_name, gender=gender, country=country,
        region=region, language=Language.EN, is_of_ldc=False,
    )  # fmt: skip
    return Account(person, roles)


ADMIN = _account(
    "admin", "Nadia", "Benali", ("CH", "europe_north_america", Gender.WOMAN), Role.LEARNER, Role.ADMINISTRATOR
)
TRAINERS = (
    _account("trainer", "Tomás", "Herrera", ("CH", "europe_north_america", Gender.MAN), Role.LEARNER, Role.TRAINER),
    _account("trainer2", "Ifeoma", "Adeyemi", ("CH", "europe_north_america", Gender.WOMAN), Role.LEARNER, Role.TRAINER),
    _account("trainer3", "Linh", "Pham", ("CH", "europe_north_america", Gender.WOMAN), Role.LEARNER, Role.TRAINER),
)
COORDINATOR = _account(
    "coordinator", "Awa", "Ndiaye", ("SN", "africa", Gender.WOMAN), Role.LEARNER, Role.COORDINATOR
)  # fmt: skip
LEARNER = _account("learner", "Lina", "Okafor", ("NG", "africa", Gender.WOMAN), Role.LEARNER)
ACCOUNTS = (ADMIN, *TRAINERS, COORDINATOR, LEARNER)
PRINTED = (ADMIN, TRAINERS[0], COORDINATOR, LEARNER)


def made_password() -> str:
    """Return a password that can be read aloud: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def keep_password(settings: Settings, password: str) -> None:
    """Keep the password for the next start, for the owner of the installation alone."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    path = settings.folder / FILE
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(password)


def kept_password(settings: Settings) -> str | None:
    """Return the password, or None where it was not kept."""
    try:
        return (settings.folder / FILE).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
