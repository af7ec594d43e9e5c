"""The activities of the demonstration: those that were announced for 2020, moved so that today lies in their middle.

Days of the week stay what they were. What was delivered has been held; the others lie ahead and take applications.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses.catalogue.topic_services import adopt_topic
from courses.db import Base
from courses.offerings.dates import Dates, Range
from courses.offerings.models import (
    Dating,
    Gate,
    Mode,
    Offering,
    OfferingChange,
    OfferingDay,
    OfferingPart,
    OfferingSession,
    OfferingState,
    OfferingTrainer,
    PartKind,
    Scope,
    Seat,
)
from courses.offerings.zones import moment_of
from courses.progression.record import Category
from courses.progression.steps import Track
from lms.demo.randomness import Chance

FILE = Path(__file__).resolve().parent / "activities.json"
MIDDLE = date(2020, 10, 14)
"""The day of 2020 that becomes today, within half a week."""
SEED = 41
WEEKEND = (5, 6)
LATELY_HELD = frozenset({"TFA-WAFRICA-EN", "TFA-WAFRICA-FR"})
"""Written as they were before they were held: `lms.demo.attendance` tells who came."""
USUAL_HOUR = "9:00"
SESSION = timedelta(hours=2)
NOT_FIXED = "to be fixed"
MOVED = "Travel is not possible: the activity is held online."

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the rows of activities need of the demonstration: its day, the courses by code, trainers, who wrote it."""

    now: datetime
    courses: Mapping[str, UUID]
    trainers: Sequence[UUID]
    actor_id: UUID

    @property
    def shift(self) -> timedelta:
        """Return by how much days move: whole weeks."""
        return timedelta(weeks=round((self.now.date() - MIDDLE) / timedelta(weeks=1)))


def write_activities(session: Session, around: Around) -> dict[str, UUID]:
    """Write the activities with all that belongs to them; return their identifiers by code."""
    rows: dict[type[Base], list[Row]] = {}
    ids: dict[str, UUID] = {}
    chance = Chance(SEED)
    found = json.loads(FILE.read_text("utf-8"))
    for topic in dict.fromkeys(raw["topic"] for raw in found):
        adopt_topic(session, topic)
    for number, raw in enumerate(found):
        offering = _offering(raw, around, chance)
        ids[raw["code"]] = offering["id"]
        rows.setdefault(Offering, []).append(offering)
        for table, row in _belonging(raw, offering, around, chance):
            rows.setdefault(table, []).append(row)
        trainer = {"offering_id": offering["id"], "person_id": around.trainers[number % len(around.trainers)]}
        rows.setdefault(OfferingTrainer, []).append(trainer)
    for table, some in rows.items():
        session.execute(insert(table), some)
    return ids


def moved_dates(written: object, shift: timedelta) -> Dates:
    """Return the dates of an activity of 2020, moved: ranges of days, a month, `2020-11/2020-12`, or `to be fixed`."""
    if written == NOT_FIXED:
        return Dates()
    if isinstance(written, str):
        first, _, last = written.partition("/")
        until = _moved_month(last, shift) if last else None
        return Dates(dating=Dating.MONTH, month_from=_moved_month(first, shift), month_until=until)
    assert isinstance(written, list)
    days = [(date.fromisoformat(first) + shift, date.fromisoformat(last) + shift) for first, last in written]
    return Dates(dating=Dating.DAYS, days=tuple(days))


def _moved_month(month: str, shift: timedelta) -> str:
    """Return the month in which the middle of a month lies after the move."""
    return f"{date.fromisoformat(f'{month}-15') + shift:%Y-%m}"


def _offering(raw: Mapping[str, Any], around: Around, chance: Chance) -> Row:
    dates = moved_dates(raw["dates"], around.shift)
    announced_at = _announced_at(dates, around.now)
    is_held = dates.ends_on is not None and dates.ends_on < around.now.date() and raw["code"] not in LATELY_HELD
    titles = {f"title_{language}": title for language, title in raw["titles"].items()}
    kept = ("topic", "level", "languages", "gate", "countries", "time_zone", "seats", "code")
    return titles | {name: raw[name] for name in kept} | _deadlines(raw, dates, around.now, announced_at) | {
        "id": chance.identifier(announced_at), "mode": Mode(raw["mode"]), "scope": Scope(raw["scope"]),
        "track": Track(raw["track"]) if raw["track"] else None, "gate": Gate(raw["gate"]),
        "state": OfferingState.HELD if is_held else OfferingState.PUBLISHED,
        "asks_for": raw.get("asks_for", []), "confers": raw.get("confers", []), "region_codes": raw["regions"],
        "categories": raw.get("categories", [Category.OFFICIAL.value]), "quotas": raw.get("quotas", {}),
        "needs_endorsement": raw.get("needs_endorsement", True), "about": raw.get("about", ""),
        "about_fr": raw.get("about_fr", ""), "about_es": raw.get("about_es", ""),
        "dating": dates.dating, "month_from": dates.month_from, "month_until": dates.month_until,
        "starts_on": dates.starts_on, "ends_on": dates.ends_on, "city": raw.get("city", ""),
        "country": raw.get("country"), "link": f"https://meet.demo.palier.localhost/{raw['code'].lower()}",
        "organiser": "Training institute", "host": raw.get("host", ""), "funding": raw.get("funding", "Regular budget"),
        "hours": raw.get("hours"), "pass_mark": raw.get("pass_mark"), "sequence": 1 if "moved" in raw else 0,
        "created_at": announced_at, "changed_at": announced_at,
    }  # fmt: skip


def _announced_at(dates: Dates, now: datetime) -> datetime:
    """Return when an activity was announced: three months before it, a month ago where that is still to come."""
    latest = now - timedelta(days=30)
    if dates.starts_on is None:
        return latest
    return min(latest, datetime.combine(dates.starts_on, time(9), UTC) - timedelta(days=90))


def _deadlines(raw: Mapping[str, Any], dates: Dates, now: datetime, announced_at: datetime) -> Row:
    """Return until when people apply: ten days before the first day, at the latest two where that has passed.

    An activity whose day is not fixed takes applications until it is.
    """
    if dates.dating is not Dating.DAYS or dates.starts_on is None:
        return {"opens_at": announced_at, "applies_until": None, "endorses_until": None}
    last = _end_of(dates.starts_on - timedelta(days=10), raw["time_zone"])
    if last <= now:
        last = _end_of(dates.starts_on - timedelta(days=2), raw["time_zone"])
    return {"opens_at": announced_at, "applies_until": last, "endorses_until": last + timedelta(days=1)}


def _end_of(day: date, zone: str) -> datetime:
    return moment_of(day, time(23, 59), zone)


def _belonging(
    raw: Mapping[str, Any], offering: Row, around: Around, chance: Chance
) -> Iterator[tuple[type[Base], Row]]:
    at, offering_id = offering["created_at"], {"offering_id": offering["id"]}
    dates = moved_dates(raw["dates"], around.shift)
    for first, last in dates.days:
        yield OfferingDay, {"id": chance.identifier(at), **offering_id, "first_day": first, "last_day": last}
    for starts_at in _sessions(raw, dates.days):
        session = {"id": chance.identifier(at), **offering_id, "starts_at": starts_at, "ends_at": starts_at + SESSION}
        yield OfferingSession, session
    for number in range(raw["seats"] or 0):
        yield Seat, {**offering_id, "number": number + 1}
    for place, part in enumerate(raw.get("parts", ()), 1):
        yield OfferingPart, {
            "id": chance.identifier(at), **offering_id, "place": place, "kind": PartKind(part["kind"]),
            "title": part["title"], "weight": part["weight"],
            "course_id": around.courses[part["course"]] if "course" in part else None,
        }  # fmt: skip
    if "moved" in raw:
        yield OfferingChange, {
            "id": chance.identifier(at), **offering_id, "changed_at": at + timedelta(days=10),
            "actor_id": around.actor_id, "before": {"mode": raw["moved"]}, "after": {"mode": raw["mode"]},
            "reason": MOVED,
        }  # fmt: skip


def _sessions(raw: Mapping[str, Any], days: Sequence[Range]) -> Iterator[datetime]:
    """Yield when the sessions begin: one on each day of the week that is worked, of the weekdays that are named."""
    hour, minute = map(int, raw.get("at", USUAL_HOUR).split(":"))
    weekdays = raw.get("weekdays") or [day for day in range(7) if day not in raw.get("weekend", WEEKEND)]
    for first, last in days:
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day.weekday() in weekdays:
                yield moment_of(day, time(hour, minute), raw["time_zone"])
