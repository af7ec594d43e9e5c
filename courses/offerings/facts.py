"""What an administrator says about an activity, checked as a whole: every reason at once."""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from courses.catalogue.facts import CODE, InvalidFacts, Reason
from courses.offerings.dates import Dates, faults_of
from courses.offerings.models import Gate, Mode, Scope
from courses.offerings.zones import is_zone
from courses.people.models import Language
from courses.progression.record import Category
from courses.progression.steps import StepError, Track, parse_steps

LONGEST_LINE = 255
LONGEST_TOPIC = 64
LONGEST_ABOUT = 20_000
MOST_PARTNERS = 30
MOST_SEATS = 1000
MOST_HOURS = 2000
MOST_CONFIRMATION_DAYS = 60
LINKS = ("https://", "http://")

__all__ = ["InvalidFacts", "OfferingFacts", "Reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingFacts:
    """An activity as it is asked for; fields as in `courses.offerings.models.Offering`.

    An empty French or Spanish title means the English one; of `about` any language may be empty. `trainers` are
    identifiers of people. Raises InvalidFacts.
    """

    code: str
    title_en: str
    title_fr: str = ""
    title_es: str = ""
    about: str = ""
    about_fr: str = ""
    about_es: str = ""
    mode: Mode = Mode.FACE_TO_FACE
    scope: Scope = Scope.NATIONAL
    level: int | None = None
    track: Track | None = None
    topic: str | None = None
    languages: tuple[Language, ...] = ()
    gate: Gate = Gate.ENFORCED
    asks_for: tuple[str, ...] = ()
    confers: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    countries: tuple[str, ...] = ()
    region_codes: tuple[str, ...] = ()
    needs_endorsement: bool = True
    seats: int | None = None
    quotas: Mapping[str, object] = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    time_zone: str = "Europe/Zurich"
    venue: str = ""
    city: str = ""
    country: str | None = None
    link: str = ""
    opens_at: datetime | None = None
    applies_until: datetime | None = None
    endorses_until: datetime | None = None
    confirmation_days: int = 7
    organiser: str = ""
    host: str = ""
    partners: tuple[str, ...] = ()
    funding: str = ""
    hours: float | None = None
    attendance_threshold: float = 0.8
    pass_mark: float | None = None
    trainers: tuple[UUID, ...] = ()

    def __post_init__(self) -> None:
        """Refuse the facts when any of them cannot be kept."""
        reasons = (*_text_reasons(self), *_step_reasons(self), *_number_reasons(self), *_moment_reasons(self))
        if reasons:
            raise InvalidFacts(reasons)


def _text_reasons(facts: OfferingFacts) -> Iterator[Reason]:
    if not CODE.fullmatch(facts.code):
        yield Reason("code", "course_code_invalid" if facts.code else "value_missing")
    if not facts.title_en.strip():
        yield Reason("title_en", "value_missing")
    names = ("title_en", "title_fr", "title_es", "venue", "city", "link", "organiser", "host", "funding")
    texts = [(name, str(getattr(facts, name)), LONGEST_LINE) for name in names]
    texts += [(name, str(getattr(facts, name)), LONGEST_ABOUT) for name in ("about", "about_fr", "about_es")]
    texts += [("topic", facts.topic or "", LONGEST_TOPIC)]
    texts += [("partners", partner, LONGEST_LINE) for partner in facts.partners]
    for name, text, longest in texts:
        if len(text) > longest:
            yield Reason(name, "value_too_long")
        if any(unicodedata.category(letter).startswith("C") and letter not in "\r\n\t" for letter in text):
            yield Reason(name, "value_unreadable")
    if len(facts.partners) > MOST_PARTNERS:
        yield Reason("partners", "partners_too_many")
    if facts.link and not facts.link.startswith(LINKS):
        yield Reason("link", "link_invalid")


def _step_reasons(facts: OfferingFacts) -> Iterator[Reason]:
    for name, steps in (("asks_for", facts.asks_for), ("confers", facts.confers)):
        try:
            parse_steps(steps)
        except StepError:
            yield Reason(name, "steps_invalid")
    if facts.level not in (None, 1, 2, 3):
        yield Reason("level", "level_invalid")
    if facts.track is Track.SPECIALIST and not (facts.topic or "").strip():
        yield Reason("topic", "topic_missing")
    if facts.gate is Gate.ADVISORY and facts.scope is not Scope.NATIONAL:  # only there the beneficiary names everybody
        yield Reason("gate", "advisory_not_national")


def _number_reasons(facts: OfferingFacts) -> Iterator[Reason]:
    if facts.seats is not None and not 1 <= facts.seats <= MOST_SEATS:
        yield Reason("seats", "seats_out_of_range")
    if not 1 <= facts.confirmation_days <= MOST_CONFIRMATION_DAYS:
        yield Reason("confirmation_days", "confirmation_days_out_of_range")
    if not 0 <= facts.attendance_threshold <= 1:
        yield Reason("attendance_threshold", "mark_out_of_range")
    if facts.pass_mark is not None and not 0 <= facts.pass_mark <= 1:
        yield Reason("pass_mark", "mark_out_of_range")
    if facts.hours is not None and not (math.isfinite(facts.hours) and 0 < facts.hours <= MOST_HOURS):
        yield Reason("hours", "hours_out_of_range")


def _moment_reasons(facts: OfferingFacts) -> Iterator[Reason]:
    yield from (Reason(name, code) for name, code in faults_of(facts.dates))
    if not is_zone(facts.time_zone):
        yield Reason("time_zone", "time_zone_unknown")
    opens_at, until = facts.opens_at, facts.applies_until
    if opens_at and until and until <= opens_at:
        yield Reason("applies_until", "deadline_before_opening")
    if facts.endorses_until and until and facts.endorses_until < until:
        yield Reason("endorses_until", "endorsement_before_deadline")
