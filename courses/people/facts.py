"""Decide what an address and a name may look like, for forms, commands and host sites alike."""

import re
import unicodedata
from collections.abc import Iterable, Set

from email_validator import EmailNotValidError, validate_email

from courses.errors import Refusal
from courses.people.models import Language, Role
from courses.people.queries import clean_address

INNER_NAMES = frozenset({"localhost", "local", "test", "internal"})
UNREADABLE = re.compile("[\ufffd\u202a-\u202e\u2066-\u2069]")  # bytes that are no text; what turns the line round
LONGEST_NAME = 100
LONGEST_INSTITUTION = 200
LONGEST_ADDRESS = 254
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_DIFFERENT = 4


def checked_address(email: str) -> str:
    """Return an address as it is kept.

    LMS choice: only the form is checked, not whether mail arrives: an institute's inner names count too, also those
    that the library knows as reserved. They are checked as if they stood below a public name.

    Raises:
        Refusal: `email_invalid`.
    """
    added = ".org" if email.strip().lower().rsplit(".", 1)[-1].rsplit("@", 1)[-1] in INNER_NAMES else ""
    try:
        checked = validate_email(
            email.strip() + added, check_deliverability=False, globally_deliverable=False, strict=True
        )
    except EmailNotValidError as error:
        raise Refusal("email_invalid") from error
    address = clean_address(checked.normalized.removesuffix(added))
    if len(address) > LONGEST_ADDRESS or UNREADABLE.search(address):
        raise Refusal("email_invalid")
    return address


def checked_name(name: str) -> str:
    """Return a given or family name with single blanks, in composed letters.

    Raises:
        Refusal: `name_missing`, `name_too_long`, or `name_not_readable` when it holds control characters.
    """
    cleaned = _readable(name)
    if not cleaned:
        raise Refusal("name_missing")
    if len(cleaned) > LONGEST_NAME:
        raise Refusal("name_too_long")
    return cleaned


def _readable(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).strip()
    if UNREADABLE.search(composed) or any(unicodedata.category(c) in {"Cc", "Cs", "Cn", "Co"} for c in composed):
        raise Refusal("name_not_readable")
    return " ".join(composed.split())


def check_password(password: str, email: str) -> None:
    """Refuse a password that is easily guessed.

    LMS choice: length instead of rules about kinds of characters; a password that is the address, the part before
    the @, or a few characters over and over is refused.

    Raises:
        Refusal: `password_short`, `password_long`, `password_is_address`, `password_too_simple`.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("password_short", least=str(SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Refusal("password_long", most=str(LONGEST_PASSWORD))
    address = clean_address(email)
    if address and password.strip().lower() in {address, address.split("@")[0]}:
        raise Refusal("password_is_address")
    if len(set(password)) < FEWEST_DIFFERENT:
        raise Refusal("password_too_simple")


def may_choose_country(roles: Set[Role]) -> bool:
    """Tell whether the country is the person's own to choose.

    It says whom a coordinator may verify: that of a coordinator only the institute changes. Others who choose another
    one lose the verification that they had in the one before.
    """
    return Role.COORDINATOR not in roles


def checked_institution(name: str) -> str:
    """Return the name of an institution with single blanks; empty when it was not given.

    Raises:
        Refusal: `institution_too_long`, or `name_not_readable` when it holds control characters.
    """
    if not name.strip():
        return ""
    cleaned = _readable(name)
    if len(cleaned) > LONGEST_INSTITUTION:
        raise Refusal("institution_too_long")
    return cleaned


def checked_languages(languages: Iterable[str]) -> list[str]:
    """Return languages of courses, each once, in the order of the platform's own; what is none of them is left out."""
    chosen = set(languages)
    return [language.value for language in Language if language.value in chosen]
