"""Countries and territories: their ISO 3166 codes, with names in the reader's language."""

import unicodedata
from functools import cache

from babel import Locale

from lms.languages import current_language

OTHER = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""What the library of names has beside ISO 3166: unions, outlying islands, codes for private use."""


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories.items()
    found = [(code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in OTHER]
    return tuple(sorted(found, key=lambda entry: _letters(entry[1])))


def countries() -> tuple[tuple[str, str], ...]:
    """Return every code with its name, in the order of the names, accents aside."""
    return _countries(current_language())


def country_text(code: str | None) -> str:
    """Return the name of a country; a dash for none."""
    return dict(countries()).get(code, code) if code else "–"


def is_country(code: str) -> bool:
    """Tell whether a code is one of a country or territory, in capitals."""
    return code in dict(_countries("en"))


def _letters(name: str) -> str:
    """Return a name as it is sorted."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isalnum()).casefold()
