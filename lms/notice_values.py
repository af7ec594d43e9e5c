"""What a letter says: the stored facts of a notice as its reader would write them, in the language at hand.

Facts come from the database, as plain values of any release: what cannot be read is left out, never guessed.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from flask_babel import gettext

from courses.applications.models import Outcome
from courses.catalogue.names import Names
from courses.notices.kinds import ACTIVITIES, NoticeKind, Plain
from courses.offerings.dates import Dates
from courses.offerings.models import Dating, Mode
from courses.offerings.zones import day_in, is_zone
from courses.progression.decision import Reason
from courses.progression.record import Category
from courses.records.models import ClaimReason
from lms.activity_dates import dates_in, day_text, hours_text, moment_text
from lms.countries import country_text
from lms.languages import current_language, percentage
from lms.wording_activities import MODES
from lms.wording_activity_refusals import CLOSED
from lms.wording_notices import CLAIM_REASONS, OUTCOMES
from lms.wording_people import category_text
from lms.wording_progression import fact_text
from lms.wording_requirements import step_words

Facts = Mapping[str, Plain]
HOUSE_ZONE = "Europe/Zurich"
DATES = frozenset({"dating", "days", "month_from", "month_until", "starts_on", "ends_on"})
PLACE = frozenset({"venue", "city", "country"})


def values_of(facts: Facts, names: Names) -> dict[str, str]:
    """Return the values for the places of the lines; what is not known is absent."""
    zone = zone_of(facts)
    values = {name: text(facts, name) for name in ("waiting", "reason", "by", "applicant", "session", "note", "link")}
    values |= {
        "title": title_of(facts),
        "until": _moment(facts, "until", zone),
        "closes_at": _moment(facts, "closes_at", zone),
        "expires_on": _day(facts, "expires_on"),
        "hours": _hours(facts, zone),
        "outcome": _outcome(facts),
        "steps": _steps(facts, names),
        "category": category_text(text(facts, "category")) if text(facts, "category") in set(Category) else "",
        "reasons": "".join(f"\n– {reason}" for reason in _reasons(facts, names)),
    }
    values["reason"] = _reason(values["reason"])
    return {name: value for name, value in values.items() if value}


def _reason(written: str) -> str:
    """Return a reason in words: what somebody wrote, or the sentence of a code."""
    if written in set(ClaimReason):
        return str(CLAIM_REASONS[ClaimReason(written)])
    return str(CLOSED[written]) if written in CLOSED else written


def facts_shown(kind: NoticeKind, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what a letter about an activity says of it: dates, place, form, each with how it was before a change."""
    if kind not in ACTIVITIES:
        return
    earlier = facts.get("before")
    before = earlier if isinstance(earlier, Mapping) else {}
    if kind is not NoticeKind.ACTIVITY_POSTPONED:  # its dates do not stand any more
        was = dates_of({**facts, **before}) if DATES & set(before) else ""
        yield from _pair(gettext("Dates"), dates_of(facts), was)
    yield from _pair(gettext("Place"), place_of(facts), place_of({**facts, **before}) if PLACE & set(before) else "")
    yield from _pair(gettext("Form"), _mode(facts), _mode(before))
    yield from _pair(gettext("Sessions"), gettext("; ").join(_sessions(facts)), "")
    if kind is NoticeKind.OUTCOME:
        yield from _results(facts)


def _pair(name: str, value: str, before: str) -> Iterator[tuple[str, str]]:
    if value and before and before != value:
        yield name, gettext("%(now)s (before: %(before)s)", now=value, before=before)
    elif value:
        yield name, value


def _sessions(facts: Facts) -> Iterator[str]:
    """Yield the sessions as a change has announced them."""
    after = facts.get("after")
    sessions = after.get("sessions") if isinstance(after, Mapping) else None
    for one in sessions if isinstance(sessions, list) else ():
        if isinstance(one, list) and len(one) > 2:
            hours = _hours({"starts_at": one[1], "ends_at": one[2]}, zone_of(facts))
            yield ": ".join(part for part in (str(one[0]), hours) if part)


def _results(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, key in ((gettext("Mark"), "mark"), (gettext("Attendance"), "attendance")):
        share = facts.get(key)
        if isinstance(share, int | float) and not isinstance(share, bool):
            yield name, percentage(float(share), 0)


def text(facts: Facts, name: str) -> str:
    """Return a fact as text; empty where it is none that can be shown as it is."""
    value = facts.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def title_of(facts: Facts) -> str:
    """Return the title in the language at hand, else in English."""
    return text(facts, f"title_{current_language()}") or text(facts, "title_en")


def zone_of(facts: Facts) -> str:
    """Return the zone of the venue; that of the house where there is none."""
    zone = text(facts, "time_zone")
    return zone if is_zone(zone) else HOUSE_ZONE


def dates_of(facts: Facts) -> str:
    """Return when an activity is held."""
    try:
        dating = Dating(text(facts, "dating"))
        listed = facts.get("days")
        days = tuple(_range(pair) for pair in listed) if isinstance(listed, list) else ()
        month = text(facts, "month_from") or None
        if (dating is Dating.DAYS and not days) or (dating is Dating.MONTH and not month):
            return ""
        dates = Dates(dating=dating, days=days, month_from=month, month_until=text(facts, "month_until") or None)
        return dates_in(dates, current_language())
    except ValueError:
        return ""


def _range(pair: Plain) -> tuple[date, date]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("a range has two days")
    return date.fromisoformat(str(pair[0])), date.fromisoformat(str(pair[1]))


def place_of(facts: Facts) -> str:
    """Return where an activity is held."""
    country = text(facts, "country")
    parts = [text(facts, "venue"), text(facts, "city"), country_text(country) if country else ""]
    return ", ".join(part for part in parts if part)


def _mode(facts: Facts) -> str:
    return _one_of(facts, "mode", {str(mode): str(word) for mode, word in MODES.items() if mode in set(Mode)})


def _one_of(facts: Facts, name: str, words: Mapping[str, str]) -> str:
    return words.get(text(facts, name), "")


def _outcome(facts: Facts) -> str:
    code = text(facts, "outcome")
    return str(OUTCOMES[Outcome(code)]) if code in set(Outcome) else ""


def _steps(facts: Facts, names: Names) -> str:
    steps = facts.get("steps")
    return str(gettext("; ")).join(step_words(str(step), names) for step in steps) if isinstance(steps, list) else ""


def _reasons(facts: Facts, names: Names) -> Iterator[str]:
    """Yield the sentences of what is missing: each was stored as a code with its parameters."""
    reasons = facts.get("reasons")
    for reason in reasons if isinstance(reasons, list) else ():
        if isinstance(reason, list) and len(reason) == 2 and isinstance(reason[1], Mapping):
            parameters = tuple((name, str(value)) for name, value in reason[1].items())
            yield fact_text(Reason(str(reason[0]), parameters), names)


def moment_in(facts: Facts, name: str) -> datetime | None:
    """Return a moment among the facts; None where there is none."""
    try:
        moment = datetime.fromisoformat(text(facts, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _moment(facts: Facts, name: str, zone: str) -> str:
    moment = moment_in(facts, name)
    return moment_text(moment, zone) if moment else ""


def _day(facts: Facts, name: str) -> str:
    try:
        return day_text(date.fromisoformat(text(facts, name)[:10]))
    except ValueError:
        return ""


def _hours(facts: Facts, zone: str) -> str:
    starts_at, ends_at = moment_in(facts, "starts_at"), moment_in(facts, "ends_at")
    if starts_at is None:
        return ""
    if ends_at is None:
        return moment_text(starts_at, zone)
    day, hours = day_text(day_in(starts_at, zone)), hours_text(starts_at, ends_at, zone)
    return str(gettext("%(day)s, %(hours)s", day=day, hours=hours))
