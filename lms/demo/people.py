"""The people of the demonstration: invented, of all regions, with ordinary names of each."""

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from courses.people.models import Gender, Language
from lms.demo.randomness import Chance

FILE = Path(__file__).resolve().parent / "regions.json"
DOMAIN = "demo.palier.localhost"
WOMEN_IN_A_HUNDRED = 46


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody invented; `is_of_ldc` where the country is a least-developed one."""

    email: str
    given_name: str
    family_name: str
    gender: Gender
    country: str
    region: str
    language: Language
    is_of_ldc: bool


def invent(chance: Chance, count: int) -> tuple[DemoPerson, ...]:
    """Return `count` people in the proportions of `regions.json`, each with an address of its own."""
    regions = chance.deck({region["code"]: region["share"] for region in regions_of_institute()})
    genders = chance.deck({Gender.WOMAN: WOMEN_IN_A_HUNDRED, Gender.MAN: 100 - WOMEN_IN_A_HUNDRED})
    by_code = {region["code"]: region for region in regions_of_institute()}
    return tuple(
        _person(chance, by_code[code], gender, number)
        for number, code, gender in zip(range(1, count + 1), regions, genders, strict=False)
    )


@cache
def regions_of_institute() -> tuple[dict[str, Any], ...]:
    """Return the seven regions: code, share in a hundred, countries, names."""
    return tuple(json.loads(FILE.read_text("utf-8")))


def _person(chance: Chance, region: dict[str, Any], gender: Gender, number: int) -> DemoPerson:
    given = chance.random.choice(region["women" if gender is Gender.WOMAN else "men"])
    family = chance.random.choice(region["families"])
    country = chance.random.choice(region["countries"])
    return DemoPerson(
        email=f"{_plain(given)}.{_plain(family)}.{number}@{DOMAIN}",
        given_name=given,
        family_name=family,
        gender=gender,
        country=country["code"],
        region=region["code"],
        language=Language(country["language"]),
        is_of_ldc=country["is_ldc"],
    )


def _plain(name: str) -> str:
    """Return a name as it stands in an address."""
    letters = unicodedata.normalize("NFKD", name.replace("ı", "i")).encode("ascii", "ignore").decode("ascii")
    return letters.lower().replace(" ", "-")
