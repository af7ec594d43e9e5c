"""What makes two lines the same participation of a person."""

import hashlib
import unicodedata
from datetime import date
from functools import lru_cache


def key_of(title: str, held_on: date, code: str = "") -> str:
    """Return the key of a participation: what it was, by its code or else its title, and the day on which it began.

    Capitals, accents and blanks make no difference.
    """
    what = f"code|{folded(code)}" if code.strip() else f"title|{folded(title)}"
    return hashlib.sha256(f"{what}|{held_on.isoformat()}".encode()).hexdigest()


def keys_of(title: str, held_on: date, code: str = "") -> frozenset[str]:
    """Return every key under which the participation may be known: a table may leave the code out."""
    return frozenset({key_of(title, held_on), key_of(title, held_on, code)})


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return a text as it is compared: small letters without accents, digits, single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())
