"""Countries and territories: their ISO 3166 codes, with names in the reader's language.

Names come from a kept library. A few are those by which the organisation calls its own Members and observers.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from courses.records.keys import folded
from lms.languages import CODES, current_language

OTHER = frozenset({"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""What the library of names has beside ISO 3166: unions, outlying islands, codes for private use.

The European Union stays: it is a Member of its own.
"""

OWN_NAMES = {
    "BN": ("Brunei Darussalam", "Brunéi Darussalam", "Brunei Darussalam"),
    "CD": ("Democratic Republic of the Congo", "République démocratique du Congo", "República Democrática del Congo"),
    "CG": ("Congo", "Congo", "Congo"),
    "CV": ("Cabo Verde", "Cabo Verde", "Cabo Verde"),
    "EU": ("European Union", "Union européenne", "Unión Europea"),
    "HK": ("Hong Kong, China", "Hong Kong, Chine", "Hong Kong, China"),
    "KG": ("Kyrgyz Republic", "République kirghize", "República Kirguisa"),
    "KP": (
        "Democratic People’s Republic of Korea",
        "République populaire démocratique de Corée",
        "República Popular Democrática de Corea",
    ),
    "KR": ("Korea, Republic of", "Corée, République de", "Corea, República de"),
    "LA": ("Lao PDR", "RDP lao", "República Democrática Popular Lao"),
    "MD": ("Moldova, Republic of", "Moldova, République de", "Moldova, República de"),
    "MM": ("Myanmar", "Myanmar", "Myanmar"),
    "MO": ("Macao, China", "Macao, Chine", "Macao, China"),
    "RU": ("Russian Federation", "Fédération de Russie", "Federación de Rusia"),
    "SK": ("Slovak Republic", "République slovaque", "República Eslovaca"),
    "SY": ("Syrian Arab Republic", "République arabe syrienne", "República Árabe Siria"),
    "TL": ("Timor-Leste", "Timor-Leste", "Timor-Leste"),
    "TW": ("Chinese Taipei", "Taipei chinois", "Taipéi Chino"),
    "VA": ("Holy See", "Saint-Siège", "Santa Sede"),
    "VN": ("Viet Nam", "Viet Nam", "Viet Nam"),
}
"""Names in English, French and Spanish that differ from those of the library."""

_PLACES = {"en": 0, "fr": 1, "es": 2}

ALSO_WRITTEN = {
    "vietnam": "VN", "hong kong": "HK", "macao": "MO", "usa": "US", "uk": "GB", "great britain": "GB",
    "korea": "KR", "republic of korea": "KR", "republique de coree": "KR", "republica de corea": "KR",
    "dr congo": "CD", "drc": "CD", "rdc": "CD", "democratic republic of the congo": "CD", "congo": "CG",
    "republica democratica del congo": "CD", "ivory coast": "CI", "cape verde": "CV", "swaziland": "SZ", "burma": "MM",
    "macedonia": "MK", "lao pdr": "LA", "lao people s democratic republic": "LA", "chinese taipei": "TW",
    "taipei chinois": "TW", "taipei chino": "TW", "the gambia": "GM", "czech republic": "CZ", "turkey": "TR",
    "russian federation": "RU", "united republic of tanzania": "TZ", "republic of moldova": "MD",
    "plurinational state of bolivia": "BO", "bolivarian republic of venezuela": "VE", "east timor": "TL",
}  # fmt: skip
"""What tables write for a country beside the names of the library, in the form in which texts are compared."""


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    own = {code: names[_PLACES.get(language, 0)] for code, names in OWN_NAMES.items()}
    names = {**Locale(language).territories, **own}
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in OTHER]
    return tuple(sorted(found, key=lambda entry: letters_of(entry[1])))


def countries() -> tuple[tuple[str, str], ...]:
    """Return every code with its name, in the order of the names, accents aside."""
    return _countries(current_language())


def country_text(code: str | None) -> str:
    """Return the name of a country; a dash for none."""
    return _names(current_language()).get(code, code) if code else "–"


@cache
def _names(language: str) -> dict[str, str]:
    return dict(_countries(language))


def is_country(code: str) -> bool:
    """Tell whether a code is one of a country or territory, in capitals."""
    return code in _names("en")


@cache
def named_countries() -> Mapping[str, str]:
    """Return the code of every country by what people write for it: names in the three languages, both kinds of codes.

    All are in the form in which texts are compared; what stands in brackets in a name may be left out.
    """
    found: dict[str, str] = {}
    for language in CODES:
        for code, name in _countries(language):
            found.setdefault(folded(name), code)
            found.setdefault(folded(name.partition("(")[0]), code)
    for written, codes in get_global("territory_aliases").items():
        if len(written) == 3 and written.isalpha() and is_country(codes[0]):
            found.setdefault(folded(written), codes[0])
    codes_alone = {code.casefold(): code for code, _ in _countries("en")}
    return ALSO_WRITTEN | found | codes_alone


def letters_of(name: str) -> str:
    """Return a name as it is sorted: accents do not count, nor do capitals, blanks and signs."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isalnum()).casefold()


def codes_named(text: str) -> frozenset[str]:
    """Return the codes of the countries whose names, in the language at hand, hold a text; and the code itself."""
    wanted = letters_of(text)
    named = {code for code, name in countries() if wanted in letters_of(name)}
    return frozenset(named | {code for code, _ in countries() if code == text.upper()})
