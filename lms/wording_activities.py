"""The words for activities: states, modes, scopes, what each warns of, why something about them is refused."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.offerings.changes import told_dates
from courses.offerings.hours import Slot
from courses.offerings.models import (
    Dating,
    Gate,
    Mode,
    Offering,
    OfferingChange,
    OfferingPart,
    OfferingSession,
    OfferingState,
    PartKind,
    Scope,
)
from courses.offerings.queries import When
from courses.offerings.sessions import Oddity
from courses.offerings.states import Action
from courses.offerings.zones import day_in, local
from courses.progression.record import Category
from lms.activity_dates import (
    clock_text,
    dates_in,
    dates_text,
    day_text,
    hours_text,
    moment_text,
    offset_text,
    zone_text,
)
from lms.countries import country_text
from lms.languages import current_language, percentage
from lms.wording_activity_refusals import CLOSED

STATES = {
    OfferingState.DRAFT: _l("Draft"),
    OfferingState.PUBLISHED: _l("Published"),
    OfferingState.POSTPONED: _l("Postponed"),
    OfferingState.CANCELLED: _l("Cancelled"),
    OfferingState.HELD: _l("Held"),
}
STATE_LOOKS = {
    OfferingState.PUBLISHED: "good", OfferingState.POSTPONED: "warn", OfferingState.CANCELLED: "bad",
}  # fmt: skip
ACTIONS = {
    Action.PUBLISH: _l("Publish"),
    Action.POSTPONE: _l("Postpone"),
    Action.CANCEL: _l("Cancel the activity"),
    Action.HOLD: _l("Note that it was held"),
}
DONE = {
    Action.PUBLISH: _l("The activity is published."),
    Action.POSTPONE: _l("The activity is postponed. The applications stay, and the people are told."),
    Action.CANCEL: _l("The activity is cancelled, and the people are told."),
    Action.HOLD: _l("The activity is noted as held."),
}
MODES = {
    Mode.FACE_TO_FACE: _l("Face-to-face"),
    Mode.VIRTUAL: _l("Virtual"),
    Mode.BLENDED: _l("Blended"),
}
SCOPES = {
    Scope.NATIONAL: _l("National"),
    Scope.SUB_REGIONAL: _l("Sub-regional"),
    Scope.REGIONAL: _l("Regional"),
    Scope.GLOBAL: _l("Global"),
}
DATINGS = {
    Dating.DAYS: _l("Days: one range, or several"),
    Dating.MONTH: _l("A month, or one of some months"),
    Dating.NOT_FIXED: _l("Not fixed yet"),
}
GATES = {
    Gate.ENFORCED: _l("Enforced: who does not meet the conditions is not admitted"),
    Gate.ADVISORY: _l("Advisory: it is written down who lacks what, and nobody is kept out"),
}
WHENS = {
    When.UPCOMING: _l("To come"),
    When.OPEN: _l("Open for applications"),
    When.PAST: _l("Past"),
}
CATEGORIES = {
    Category.OFFICIAL: _l("Government officials"),
    Category.ACADEMIC: _l("Academics"),
    Category.PARLIAMENTARIAN: _l("Parliamentarians"),
    Category.JOURNALIST: _l("Journalists"),
    Category.NGO: _l("Non-governmental organisations"),
    Category.PRIVATE_SECTOR: _l("Private sector"),
}
PARTS = {
    PartKind.COURSE: _l("Online course"),
    PartKind.WEBINARS: _l("Webinars"),
    PartKind.COACHING: _l("Coaching"),
    PartKind.TEST: _l("Test"),
    PartKind.FACE_TO_FACE: _l("Face-to-face"),
}
ODDITIES = {
    Oddity.TOO_LONG: _l("Longer than two hours"),
    Oddity.TOO_MANY: _l("More than two sessions on this day"),
    Oddity.OVERLAP: _l("Overlaps with another session"),
    Oddity.OUTSIDE_DATES: _l("Not on a day of the activity"),
}
TOLD = {
    "state": _l("State"), "mode": _l("Mode"), "dates": _l("Dates"), "time_zone": _l("Time zone"),
    "venue": _l("Venue"), "city": _l("City"), "country": _l("Country or territory"), "link": _l("Link"),
    "sessions": _l("Sessions"),
}  # fmt: skip


def place_text(offering: Offering) -> str:
    """Return where an activity is held; a dash where nothing is said."""
    country = country_text(offering.country) if offering.country else ""
    return ", ".join(part for part in (offering.venue, offering.city, country) if part) or "–"


def people_text(offering: Offering) -> str:
    """Return for which kinds of people an activity is: officials where nothing is said."""
    categories = [Category(code) for code in offering.categories] or [Category.OFFICIAL]
    return str(gettext(", ")).join(str(CATEGORIES[category]) for category in categories)


def audience_text(offering: Offering, regions: Mapping[str, str]) -> str:
    """Return whose people an activity is for; `regions` are their names by code."""
    named = [regions.get(code, code) for code in offering.region_codes]
    named += sorted(country_text(code) for code in offering.countries)
    return str(gettext(", ")).join(named) if named else str(gettext("all beneficiaries"))


def share_text(part: OfferingPart, parts: Sequence[OfferingPart]) -> str:
    """Return the share of a part in the result; a dash where no part has a weight."""
    whole = sum(one.weight for one in parts)
    return percentage(part.weight / whole if whole else None, 0)


def change_text(change: OfferingChange) -> str:
    """Return what people were told in a change: the new state, else what was changed, from what to what."""
    if "state" in change.after:
        return str(STATES[OfferingState(change.after["state"])])
    return str(gettext("; ")).join(_told(change))


def _told(change: OfferingChange) -> Iterator[str]:
    if "mode" in change.after:
        modes = [str(MODES[Mode(side["mode"])]) for side in (change.before, change.after)]
        yield _from_to(TOLD["mode"], *modes)
    dates = [told_dates(side) for side in (change.before, change.after)]
    if dates[0] and dates[1]:
        yield _from_to(TOLD["dates"], *(dates_in(one, current_language()) for one in dates if one))
    for name in change.after:
        if name in TOLD and name not in {"mode", "state"}:
            yield str(TOLD[name])


def _from_to(name: object, before: str, after: str) -> str:
    return str(gettext("%(name)s: %(before)s → %(after)s", name=name, before=before, after=after))


def last_day_text(moment: datetime, zone: str) -> str:
    """Return the day of a deadline, in the zone of the venue."""
    return day_text(day_in(moment, zone))


def zone_line(zone: str, day: date | None) -> str:
    """Return a time zone with what its clock shows against UTC on a day: `Geneva (Europe/Zurich), UTC+2`."""
    named = f"{zone_text(zone)} ({zone})" if zone_text(zone) != zone else zone
    if day is None:
        return named
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return f"{named}, {offset_text(noon, zone)}"


def differs(moment: datetime, zone: str, other: str) -> bool:
    """Tell whether clocks in two zones show different times at a moment."""
    return local(moment, zone).utcoffset() != local(moment, other).utcoffset()


def own_hours_text(session: OfferingSession, zone: str, own: str) -> str:
    """Return the hours of a session in the reader's zone, with the day where it is another one there."""
    hours = hours_text(session.starts_at, session.ends_at, own)
    day = day_in(session.starts_at, own)
    return hours if day == day_in(session.starts_at, zone) else f"{day_text(day)}, {hours}"


def elsewhere_text(slot: Slot, is_outside: bool) -> list[str]:
    """Return what clocks show where a slot is outside working hours, or inside: `9:00–11:00: Accra (2), Dakar (1)`.

    Zones whose clocks show the same stand together; the numbers are of people.
    """
    towns: dict[str, list[str]] = {}
    for there in slot.there:
        if there.is_outside is is_outside:
            hours = f"{clock_text(there.starts_at)}–{clock_text(there.ends_at)}"
            towns.setdefault(hours, []).append(f"{zone_text(there.zone)} ({there.people})")
    return [f"{hours}{gettext(': ')}{gettext(', ').join(names)}" for hours, names in towns.items()]


def seats_text(seats: int | None) -> str:
    """Return how many seats there are."""
    return str(gettext("no limit")) if seats is None else str(ngettext("%(num)d seat", "%(num)d seats", seats))


ACTIVITY_WORDS = {
    "activity_states": STATES, "activity_state_looks": STATE_LOOKS, "activity_actions": ACTIONS,
    "activity_modes": MODES, "activity_scopes": SCOPES, "activity_datings": DATINGS, "activity_gates": GATES,
    "activity_whens": WHENS, "activity_categories": CATEGORIES, "activity_parts": PARTS, "activity_closed": CLOSED,
    "activity_told": TOLD, "dates_text": dates_text, "long_day_text": day_text, "hours_text": hours_text,
    "zone_moment_text": moment_text, "zone_text": zone_text, "place_text": place_text, "people_text": people_text,
    "seats_text": seats_text, "audience_text": audience_text, "clock_text": clock_text, "share_text": share_text,
    "change_words": change_text, "last_day_text": last_day_text, "zone_line": zone_line, "differs": differs,
    "own_hours_text": own_hours_text, "elsewhere_text": elsewhere_text, "local_day": day_in,
}  # fmt: skip
"""What templates need of this module, by name."""
