"""The time zone of a reader: the one that was chosen on a page, else that of the person's country."""

from collections.abc import Mapping

from babel.core import get_global
from flask import request, session

from courses.offerings.zones import is_zone, zone_names
from lms.identity import visitor

_KEY = "zone"
CAPITALS = {
    "AQ": "Antarctica/McMurdo", "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago",
    "CN": "Asia/Shanghai", "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "FM": "Pacific/Pohnpei", "GL": "America/Nuuk", "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby", "PS": "Asia/Hebron", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UM": "Pacific/Midway", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Of countries with several zones that of the seat of government, where officials mostly are."""


def zone_of_country(code: str | None) -> str | None:
    """Return the time zone of a country, of its seat of government where it has several; None where none is known."""
    if not code:
        return None
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    zone = CAPITALS.get(code) or next(iter(zones.get(code, ())), None)
    return zone if zone and is_zone(zone) else None


def readers_zone() -> str | None:
    """Return the reader's time zone: chosen with `?zone=` and remembered, else of the person's country."""
    asked = request.args.get("zone", "")
    if is_zone(asked):
        session[_KEY] = asked
    chosen = session.get(_KEY)
    if isinstance(chosen, str) and is_zone(chosen):
        return chosen
    person = visitor().person
    return zone_of_country(person.country) if person else None


def zones_offered() -> list[str]:
    """Return the zones that are offered for choice: those in which a country lies, and UTC."""
    zones: Mapping[str, str] = get_global("zone_territories")
    return ["UTC", *sorted(zone for zone in zones if zone in zone_names() and not zone.startswith("Etc/"))]
