"""The form of an activity: what people type, and the facts that it means."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from courses.errors import Refusal
from courses.offerings.dates import Dates, Range
from courses.offerings.facts import LONGEST_LINE, InvalidFacts, OfferingFacts, Reason
from courses.offerings.models import Dating, Gate, Mode, Offering, Scope
from courses.offerings.services import LONGEST_REASON
from courses.people.models import Language
from courses.progression.record import Category
from courses.progression.steps import Track
from lms.countries import is_country
from lms.languages import NAMES
from lms.web.admin.activity_fields import (
    ChecksField,
    MomentField,
    RangeForm,
    all_chosen,
    choices_of,
    chosen,
    lines_of,
    shown_moment,
)
from lms.web.admin.course_form import LEVELS, TRACKS, NumberField, WholeField, steps_written
from lms.web.forms import Form, topic_choices
from lms.wording_activities import CATEGORIES, DATINGS, GATES, MODES, SCOPES
from lms.wording_activity_refusals import REFUSALS

SPARE_RANGES = 4
MOST_EACH = 1000
MOST_WEEKS = 52
WEEK = timedelta(weeks=1)


def _words(label: object, longest: int = LONGEST_LINE, **more: Any) -> Any:
    return StringField(label, [Length(max=longest)], default="", render_kw={"maxlength": longest, **more})


def _text(label: object, rows: int, **more: Any) -> Any:
    return TextAreaField(label, default="", render_kw={"rows": rows, **more})


def _number(label: object, kind: type[NumberField] = NumberField) -> Any:
    return kind(label, default="", render_kw={"inputmode": "numeric" if kind is WholeField else "decimal"})


class ActivityForm(Form):
    """An activity as an administrator describes it; marks and shares are typed in per cent, times in the venue's."""

    code = _words(_l("Code"), 64, autocomplete="off", spellcheck="false")
    title_en = _words(_l("Title in English"), lang="en")
    title_fr = _words(_l("Title in French"), lang="fr")
    title_es = _words(_l("Title in Spanish"), lang="es")
    about = _text(_l("What it is about, in English"), 6, lang="en")
    about_fr = _text(_l("What it is about, in French"), 6, lang="fr")
    about_es = _text(_l("What it is about, in Spanish"), 6, lang="es")
    mode = SelectField(_l("Mode"), choices=choices_of(MODES.items()))
    scope = SelectField(_l("Scope"), choices=choices_of(SCOPES.items()))
    level = SelectField(_l("Level"), choices=LEVELS)
    track = SelectField(_l("Track"), choices=TRACKS)
    topic = SelectField(_l("Topic"), choices=topic_choices, default="", validate_choice=False)
    languages = ChecksField(_l("Languages"), choices=[SelectChoice(*one) for one in NAMES.items()])

    gate = SelectField(_l("Conditions"), choices=choices_of(GATES.items()))
    asks_for = _text(_l("Steps that it asks for"), 3)
    confers = _text(_l("Steps that it confers"), 3)
    categories = ChecksField(_l("For whom"), choices=choices_of(CATEGORIES.items()))
    region_codes = ChecksField(_l("Regions"), choices=[])
    countries = _text(_l("Countries and territories"), 3)
    needs_endorsement = BooleanField(_l("Applications need the endorsement of the beneficiary's coordinator"))
    seats = _number(_l("Seats"), WholeField)
    at_most_per_beneficiary = _number(_l("At most so many of one beneficiary"), WholeField)
    at_most_per_region = _number(_l("At most so many of one region"), WholeField)
    ldc_share = _number(_l("Least share of least-developed countries in per cent"))
    women_share = _number(_l("Least share of women, and of men, in per cent"))

    dating = SelectField(_l("Dates"), choices=choices_of(DATINGS.items()))
    days = FieldList(FormField(RangeForm), _l("Dates"), min_entries=SPARE_RANGES)
    weeks = _number(_l("Then the same days in so many further weeks"), WholeField)
    month_from = _words(_l("Month, or the first of several"), 7, type="month")
    month_until = _words(_l("Last of the months"), 7, type="month")
    time_zone = _words(_l("Time zone of the venue"), 64, list="zones", autocomplete="off", spellcheck="false")
    venue = _words(_l("Venue"))
    city = _words(_l("City"))
    country = SelectField(_l("Country or territory"), choices=[])
    link = _words(_l("Link for those who take part"), type="url")

    opens_at = MomentField(_l("Applications open"), time(0, 0))
    applies_until = MomentField(_l("Applications until"), time(23, 59))
    endorses_until = MomentField(_l("Endorsement until"), time(23, 59))
    confirmation_days = _number(_l("Days to confirm a place"), WholeField)

    organiser = _words(_l("Organiser"))
    host = _words(_l("Host"))
    partners = _text(_l("Partners"), 3)
    funding = _words(_l("Funding"))
    trainers = _text(_l("Trainers"), 3)
    hours = _number(_l("Hours of work"))
    attendance_threshold = _number(_l("Attendance asked for in per cent"))
    pass_mark = _number(_l("Pass mark in per cent"))
    reason = _words(_l("Reason of the change"), LONGEST_REASON)
    seen = StringField(default="")

    def validate(self, *more: Any, **rest: Any) -> bool:
        """Check each field; a fault in a line of days is one of the days, too."""
        is_right = bool(super().validate(*more, **rest))
        if self.days.errors:
            self.days.errors = [REFUSALS["day_unreadable"]]
        return is_right

    def facts(self, trainers: Sequence[UUID]) -> OfferingFacts | None:
        """Return what the form means, or None after showing every reason at its field."""
        try:
            read = self._facts(trainers)
        except InvalidFacts as error:
            self.show(error.reasons)
            read = None
        self._check_codes()
        return None if self.errors else read

    def show(self, reasons: tuple[Reason, ...]) -> None:
        """Show each reason at its field, unless that shows one already."""
        for reason in reasons:
            if not self[reason.field].errors:
                self.refuse(Refusal(reason.code), reason.field)

    def written_countries(self) -> tuple[str, ...]:
        """Return the codes of countries that were written, in capitals; blanks, commas and lines part them."""
        text = (self.countries.data or "").replace(",", " ").upper()
        return tuple(dict.fromkeys(text.split()))

    def written_trainers(self) -> tuple[str, ...]:
        """Return the addresses of trainers that were written."""
        return lines_of(self.trainers.data, lambda line: line.strip().lower())

    def _facts(self, trainers: Sequence[UUID]) -> OfferingFacts:
        zone = self.time_zone.data.strip()
        threshold = self.attendance_threshold.number
        return OfferingFacts(
            **{name: self[name].data.strip() for name in TEXTS},
            time_zone=zone,
            mode=chosen(Mode, self.mode.data) or Mode.FACE_TO_FACE,
            scope=chosen(Scope, self.scope.data) or Scope.NATIONAL,
            level=int(self.level.data) if self.level.data in {"1", "2", "3"} else None,
            track=chosen(Track, self.track.data),
            topic=self.topic.data or None,
            languages=all_chosen(Language, self.languages.data or ()),
            gate=chosen(Gate, self.gate.data) or Gate.ENFORCED,
            asks_for=steps_written(self.asks_for.data),
            confers=steps_written(self.confers.data),
            categories=all_chosen(Category, self.categories.data or ()),
            countries=self.written_countries(),
            region_codes=tuple(self.region_codes.data or ()),
            needs_endorsement=self.needs_endorsement.data,
            seats=self.seats.whole,
            quotas=self._quotas(),
            dates=self._dates(),
            country=self.country.data or None,
            opens_at=self.opens_at.moment(zone),
            applies_until=self.applies_until.moment(zone),
            endorses_until=self.endorses_until.moment(zone),
            confirmation_days=_or(self.confirmation_days.whole, 7),
            partners=lines_of(self.partners.data),
            hours=self.hours.number,
            attendance_threshold=0.8 if threshold is None else threshold / 100,
            pass_mark=None if self.pass_mark.number is None else self.pass_mark.number / 100,
            trainers=tuple(trainers),
        )

    def _dates(self) -> Dates:
        days = [_range(entry.form) for entry in self.days if entry.form.first.day or entry.form.last.day]
        weeks = self.weeks.whole or 0
        if not 0 <= weeks <= MOST_WEEKS:
            raise InvalidFacts((Reason("weeks", "weeks_out_of_range"),))
        later = [(first + week * WEEK, last + week * WEEK) for week in range(1, weeks + 1) for first, last in days]
        return Dates(
            dating=chosen(Dating, self.dating.data) or Dating.NOT_FIXED,
            days=(*days, *later),
            month_from=self.month_from.data.strip() or None,
            month_until=self.month_until.data.strip() or None,
        )

    def _quotas(self) -> dict[str, object]:
        each: dict[str, object] = {name: self[name].whole for name in EACH}
        shares = {name: None if self[name].number is None else self[name].number / 100 for name in SHARES}
        return {name: value for name, value in {**each, **shares}.items() if value is not None}

    def _check_codes(self) -> None:
        unknown = [code for code in self.written_countries() if not is_country(code)]
        if unknown:
            self.refuse(Refusal("country_unknown", codes=", ".join(unknown)[:100]), "countries")
        for name in EACH:
            if self[name].whole is not None and not 1 <= self[name].whole <= MOST_EACH:
                self.refuse(Refusal("quota_out_of_range"), name)
        for name in SHARES:
            if self[name].number is not None and not 0 <= self[name].number <= 100:
                self.refuse(Refusal("quota_out_of_range"), name)
        if self.women_share.number is not None and 50 < self.women_share.number <= 100:
            self.refuse(Refusal("women_share_out_of_range"), "women_share")


TEXTS = (
    "code", "title_en", "title_fr", "title_es", "about", "about_fr", "about_es", "venue", "city", "link", "organiser",
    "host", "funding",
)  # fmt: skip
EACH = ("at_most_per_beneficiary", "at_most_per_region")
SHARES = ("ldc_share", "women_share")


def described(offering: Offering) -> dict[str, Any]:
    """Return what the form shows of an activity; its days and trainers are loaded."""
    facts = {name: getattr(offering, name) for name in (*TEXTS, "time_zone", "needs_endorsement")}
    moments = {
        name: shown_moment(getattr(offering, name), offering.time_zone)
        for name in ("opens_at", "applies_until", "endorses_until")
    }
    return facts | moments | _shown_quotas(offering.quotas) | {
        "mode": offering.mode.value, "scope": offering.scope.value, "gate": offering.gate.value,
        "dating": offering.dating.value, "level": str(offering.level or ""),
        "track": offering.track.value if offering.track else "", "topic": offering.topic or "",
        "languages": offering.languages, "categories": offering.categories, "region_codes": offering.region_codes,
        "asks_for": "\n".join(offering.asks_for), "confers": "\n".join(offering.confers),
        "countries": " ".join(offering.countries), "partners": "\n".join(offering.partners),
        "seats": _shown(offering.seats), "hours": _shown(offering.hours),
        "days": [*_shown_days(offering), *({"first": "", "last": ""},) * (SPARE_RANGES - 1)],
        "month_from": offering.month_from or "", "month_until": offering.month_until or "",
        "country": offering.country or "", "confirmation_days": str(offering.confirmation_days),
        "attendance_threshold": _shown(offering.attendance_threshold, 100),
        "pass_mark": _shown(offering.pass_mark, 100),
        "trainers": "\n".join(trainer.person.email for trainer in offering.trainers),
        "seen": offering.changed_at.isoformat(),
    }  # fmt: skip


def _shown_days(offering: Offering) -> list[dict[str, str]]:
    """Return the days as they are written: a single one needs one date only, and is moved by changing that."""
    return [
        {"first": day.first_day.isoformat(), "last": "" if day.first_day == day.last_day else day.last_day.isoformat()}
        for day in offering.days
    ]


def _shown_quotas(quotas: Mapping[str, Any]) -> dict[str, str]:
    each = {name: _shown(quotas.get(name)) for name in EACH}
    return each | {name: _shown(quotas.get(name), 100) for name in SHARES}


def _shown(number: float | None, factor: int = 1) -> str:
    return "" if number is None else f"{round(number * factor, 4):g}"


def _range(form: Any) -> Range:
    """Return the days of a line; one of them alone means that day."""
    first, last = form.first.day or form.last.day, form.last.day or form.first.day
    return first, last


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


FRESH: dict[str, Any] = {
    "dating": Dating.DAYS.value, "time_zone": "Europe/Zurich", "confirmation_days": "7", "attendance_threshold": "80",
    "needs_endorsement": True, "scope": Scope.REGIONAL.value, "categories": [Category.OFFICIAL.value],
}  # fmt: skip
"""What the form of a new activity begins with (DOMAIN: defaults of the house)."""
