"""Calendar files of activities: an event for each session, and for each range of days in which there is none.

An event keeps its UID whatever changes: that of a session is the session's, that of a range of days its place among
them (an activity whose only date is moved moves its event). SEQUENCE is that of the activity and, in the files of a
person, one more for each time that the place was confirmed, lost or given anew: a cancellation comes after what it
takes out (iTIP). Dates that are a month, or not fixed, give no event, and the file says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext
from icalendar import Calendar, Event, vCalAddress, vText

from courses.offerings.models import Dating, Offering, OfferingDay, OfferingSession, OfferingState
from lms import __version__
from lms.calendar_zones import zone_table
from lms.countries import country_text
from lms.languages import current_language
from lms.mail import sender_of
from lms.mail_settings import CONTROL, one_line
from lms.site import site

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})
Range = tuple[date, date]


class Method(StrEnum):
    """What a calendar file asks for (iTIP): take note, put it in, take it out."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An activity as it is held, and what its calendar files have said before.

    `earlier` are ranges of days by their place, `earlier_sessions` the starts and ends of sessions by identifier.
    `is_mine` lets the links to join be there: they are for who takes part. `is_tentative` is a place not confirmed,
    `turns` how often the person's place has changed since it was given.
    """

    offering: Offering
    days: Sequence[OfferingDay] = ()
    sessions: Sequence[OfferingSession] = ()
    earlier: Mapping[int, Range] = field(default_factory=dict)
    earlier_sessions: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    is_mine: bool = False
    is_tentative: bool = False
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Ends:
    """Between whom a calendar file goes: the platform's address, who sends it, and to whom (none: whoever reads)."""

    address: str
    organiser: Address
    attendee: Address | None = None


def activity_calendar(
    offering: Offering,
    days: Sequence[OfferingDay],
    sessions: Sequence[OfferingSession],
    language: str,
    method: Method,
    now: datetime,
) -> bytes:
    """Return the calendar file of an activity for everybody, within a request; it names no link to join."""
    return calendar_of([Held(offering=offering, days=days, sessions=sessions)], language, method, now, _our_ends())


def personal_calendar(held: Sequence[Held], language: str, now: datetime) -> bytes:
    """Return the calendar file of a person's activities, within a request."""
    return calendar_of(held, language, Method.PUBLISH, now, _our_ends())


def _our_ends() -> Ends:
    settings = site().settings
    return Ends(settings.address, sender_of(settings))


def has_events(offering: Offering, days: Sequence[OfferingDay], sessions: Sequence[OfferingSession]) -> bool:
    """Tell whether a calendar file of the activity would hold any event."""
    return any(True for _ in _events(Held(offering=offering, days=days, sessions=sessions)))


def calendar_of(held: Sequence[Held], language: str, method: Method, now: datetime, ends: Ends) -> bytes:
    """Return a calendar file: of everything that is held or, to take it out, of everything that was announced."""
    calendar = _calendar(language, method)
    with force_locale(language):
        for activity in held:
            slots = list(_events(activity)) if method is not Method.CANCEL else list(_announced(activity))
            for slot in slots:
                calendar.add_component(_component(activity, slot, method, now, ends))
        if not calendar.events:
            calendar.add("x-wr-caldesc", gettext("The dates are not fixed yet; there is nothing to enter."))
        _add_time_zones(calendar)
    return bytes(calendar.to_ical())


def _calendar(language: str, method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//Palier//Palier {__version__}//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def gone_from(held: Held) -> bool:
    """Tell whether calendars may hold events of the activity that are no more."""
    return bool(_gone(held))


def cancelled_rest(held: Held, language: str, now: datetime, ends: Ends) -> bytes:
    """Return the file that takes out what is no more of an activity that goes on."""
    calendar = _calendar(language, Method.CANCEL)
    with force_locale(language):
        for slot in _gone(held):
            calendar.add_component(_component(held, slot, Method.CANCEL, now, ends))
        _add_time_zones(calendar)
    return bytes(calendar.to_ical())


@dataclass(frozen=True, slots=True)
class _Slot:
    """When an event is: from a moment to another or, for days, from the first to the one after the last."""

    uid: str
    start: date
    end: date
    title: str = ""
    link: str = ""


def _events(held: Held) -> Iterator[_Slot]:
    """Yield what is held, sessions first."""
    zone = _zone(held.offering)
    for session in held.sessions:
        yield _Slot(
            f"{held.offering.id}.{session.id}", session.starts_at.astimezone(zone), session.ends_at.astimezone(zone),
            session.title, session.link,
        )  # fmt: skip
    if held.offering.dating is Dating.DAYS:
        for place, (first, last) in _ranges(held).items():
            if not any(first <= session.starts_at.astimezone(zone).date() <= last for session in held.sessions):
                yield _range(held.offering, place, (first, last))


def _announced(held: Held) -> Iterator[_Slot]:
    """Yield what is held and what calendars may hold from before."""
    yield from _events(held)
    yield from _gone(held)


def _gone(held: Held) -> list[_Slot]:
    present = {slot.uid for slot in _events(held)}
    known = {**held.earlier, **(_ranges(held) if held.sessions and held.offering.sequence else {})}
    slots = [_range(held.offering, place, days) for place, days in sorted(known.items())]
    zone = _zone(held.offering)
    slots += [
        _Slot(f"{held.offering.id}.{name}", starts_at.astimezone(zone), ends_at.astimezone(zone))
        for name, (starts_at, ends_at) in held.earlier_sessions.items()
    ]
    return [slot for slot in slots if slot.uid not in present]


def _ranges(held: Held) -> dict[int, Range]:
    ranges = sorted((day.first_day, day.last_day) for day in held.days)
    return dict(enumerate(ranges, 1))


def _range(offering: Offering, place: int, days: Range) -> _Slot:
    return _Slot(f"{offering.id}.days.{place}", days[0], days[1] + timedelta(days=1))


def _component(held: Held, slot: _Slot, method: Method, now: datetime, ends: Ends) -> Event:
    offering = held.offering
    event = Event()
    event.add("uid", f"{slot.uid}@{urlsplit(ends.address).hostname}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", max(offering.changed_at, offering.created_at).astimezone(UTC))
    event.add("created", offering.created_at.astimezone(UTC))
    event.add("sequence", offering.sequence + held.turns)
    event.add("dtstart", slot.start)
    event.add("dtend", slot.end)
    event.add("summary", _title(offering, slot))
    event.add("status", _status(held, method))
    event.add("url", _address(offering, ends))
    if where := _location(held, slot):
        event.add("location", where)
    event.add("description", "\n".join(_description(held, slot, method, ends)))
    event.add("organizer", _calendar_address(ends.organiser))
    if ends.attendee is not None:
        event.add("attendee", _attendee(held, ends.attendee), encode=False)
    return event


def _title(offering: Offering, slot: _Slot) -> str:
    title = offering.title(current_language())
    return one_line(f"{title} – {slot.title}" if slot.title else title)


def _status(held: Held, method: Method) -> str:
    if method is Method.CANCEL or held.offering.state in {OfferingState.CANCELLED, OfferingState.POSTPONED}:
        return "CANCELLED"
    return "TENTATIVE" if held.is_tentative else "CONFIRMED"


def _location(held: Held, slot: _Slot) -> str:
    offering = held.offering
    country = country_text(offering.country) if offering.country else ""
    places = [one_line(part) for part in (offering.venue, offering.city, country) if part]
    return ", ".join(places) or (_join_link(held, slot))


def _join_link(held: Held, slot: _Slot) -> str:
    return one_line(slot.link or held.offering.link) if held.is_mine else ""


def _description(held: Held, slot: _Slot, method: Method, ends: Ends) -> Iterator[str]:
    state = held.offering.state
    if state is OfferingState.CANCELLED:
        yield gettext("This activity was cancelled.")
    elif state is OfferingState.POSTPONED:
        yield gettext("This activity was postponed; new dates follow.")
    elif held.is_tentative and method is not Method.CANCEL:
        yield gettext("Your place is kept until you confirm it.")
    if link := _join_link(held, slot):
        yield gettext("Join here: %(link)s", link=link)
    yield gettext("More about it, and changes: %(address)s", address=_address(held.offering, ends))


def _address(offering: Offering, ends: Ends) -> str:
    return f"{ends.address}/activities/{offering.code}"


def _calendar_address(mailbox: Address) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.addr_spec}")
    if mailbox.display_name:
        address.params["CN"] = vText(CONTROL.sub(" ", mailbox.display_name).replace('"', "'"))
    return address


def _attendee(held: Held, mailbox: Address) -> vCalAddress:
    """Return the attendee; nobody is asked to answer by mail: a place is confirmed on the platform."""
    address = _calendar_address(mailbox)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("NEEDS-ACTION" if held.is_tentative else "ACCEPTED")
    address.params["RSVP"] = vText("FALSE")
    return address


def _zone(offering: Offering) -> ZoneInfo:
    """Return the zone of the venue; all names of UTC are one, which calendars write without a table."""
    return ZoneInfo("UTC" if offering.time_zone in UTC_NAMES else offering.time_zone)


def _add_time_zones(calendar: Calendar) -> None:
    """Add the tables of the zones, for the years of the events and those around them."""
    starts = [event.decoded("dtstart") for event in calendar.events]
    moments = [start for start in starts if isinstance(start, datetime)]
    zones = {str(moment.tzinfo) for moment in moments} - {"UTC"}
    for name in sorted(zones):
        first = datetime(min(moments).year - 1, 1, 1, tzinfo=UTC)
        last = datetime(max(moments).year + 2, 1, 1, tzinfo=UTC)
        calendar.subcomponents.insert(0, zone_table(ZoneInfo(name), first, last))
