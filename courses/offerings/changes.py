"""What of an activity people are told of when it changes: plain values, before and after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courses.offerings.dates import Dates
from courses.offerings.models import Dating, Offering

DATES = frozenset({"dating", "days", "month_from", "month_until", "starts_on", "ends_on"})
MATTERS = DATES | {"mode", "time_zone", "venue", "city", "country", "link"}
"""The facts whose change concerns those who have applied: when and where, and how it is held."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between two moments: the facts as they were and as they are."""

    before: dict[str, object]
    after: dict[str, object]


def snapshot(offering: Offering) -> dict[str, object]:
    """Return the facts that concern those who have applied, as plain values; its days are loaded."""
    plain: dict[str, object] = {
        name: getattr(offering, name)
        for name in ("month_from", "month_until", "time_zone", "venue", "city", "country", "link")
    }
    return plain | {
        "mode": offering.mode.value,
        "dating": offering.dating.value,
        "days": [[day.first_day.isoformat(), day.last_day.isoformat()] for day in offering.days],
        "starts_on": offering.starts_on.isoformat() if offering.starts_on else None,
        "ends_on": offering.ends_on.isoformat() if offering.ends_on else None,
    }


def changed_between(before: Mapping[str, object], after: Mapping[str, object]) -> Changed:
    """Return what differs, before and after; where any of the dates does, all that dates are said by."""
    differing = {name for name in after if before.get(name) != after[name]}
    wanted = differing | DATES if differing & DATES else differing
    names = [name for name in after if name in wanted]
    return Changed({name: before.get(name) for name in names}, {name: after[name] for name in names})


def matter(changed: Collection[str]) -> bool:
    """Tell whether any of the changed facts concerns those who have applied."""
    return not MATTERS.isdisjoint(changed)


def told_dates(facts: Mapping[str, Any]) -> Dates | None:
    """Return the dates that one side of a change says; None where it says none."""
    if "dating" not in facts:
        return None
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in facts.get("days") or ()]
    return Dates(
        dating=Dating(facts["dating"]), days=tuple(days), month_from=facts.get("month_from"),
        month_until=facts.get("month_until"),
    )  # fmt: skip
