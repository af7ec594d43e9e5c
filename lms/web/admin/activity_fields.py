"""Fields that the forms of activities need: days, moments of the venue's clock, boxes to tick, lists by line."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import Form as PlainForm
from wtforms import SelectChoice, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.offerings.zones import NoSuchTime, is_zone, local, moment_of
from lms.wording_activity_refusals import REFUSALS as WORDS

Words = TypeVar("Words", bound=StrEnum)
YEARS = range(1900, 2200)
WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2})(?::\d{2})?)?")


class DayField(StringField):  # type: ignore[misc]  # the extension is not typed
    """A day, or nothing; `day` is what it means."""

    day: date | None = None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        """Refuse what is no day."""
        text = (self.data or "").strip()
        try:
            self.day = near_day(text) if text else None
        except ValueError as error:
            raise ValidationError(WORDS["day_unreadable"]) from error


class MomentField(StringField):  # type: ignore[misc]  # the extension is not typed
    """A day and a time of the venue's clock, or nothing; a day alone means `whole_day` of it."""

    errors: Sequence[object]

    def __init__(self, label: object, whole_day: time, **more: Any) -> None:
        super().__init__(label, render_kw={"type": "datetime-local"}, **more)
        self.whole_day = whole_day

    def pre_validate(self, form: object) -> None:  # noqa: ARG002
        """Refuse what is no day and no time."""
        text = (self.data or "").strip()
        if text and self._read(text) is None:
            raise ValidationError(WORDS["moment_unreadable"])

    def moment(self, zone: str) -> datetime | None:
        """Return the moment that is meant in a zone, in UTC; None for nothing, and after showing a fault."""
        text = (self.data or "").strip()
        read = self._read(text) if text else None
        if read is None or not is_zone(zone):
            return None
        try:
            return moment_of(*read, zone)
        except NoSuchTime:
            self.errors = [*self.errors, WORDS["time_does_not_exist"]]
            return None

    def _read(self, text: str) -> tuple[date, time] | None:
        found = WRITTEN.fullmatch(text)
        if found is None:
            return None
        try:
            at = datetime.strptime(found[2], "%H:%M").time() if found[2] else self.whole_day  # noqa: DTZ007
            return near_day(found[1]), at
        except ValueError:
            return None


class ChecksField(SelectMultipleField):  # type: ignore[misc]  # the extension is not typed
    """Boxes to tick, none of them needed."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RangeForm(PlainForm):  # type: ignore[misc]  # the extension is not typed
    """One range of days."""

    first = DayField(_l("First day"), default="", render_kw={"type": "date"})
    last = DayField(_l("Last day"), default="", render_kw={"type": "date"})


def near_day(text: str) -> date:
    """Return a day of our times; at the ends of the calendar no clock can be reckoned.

    Raises:
        ValueError: it is none.
    """
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(f"{text} is too far away")
    return day


def choices_of(words: Iterable[tuple[StrEnum, object]]) -> list[SelectChoice]:
    """Return the choices of a closed set with its words."""
    return [SelectChoice(word.value, text) for word, text in words]


def chosen(kind: type[Words], written: str | None) -> Words | None:
    """Return the word that was chosen; None for none."""
    return kind(written) if written in set(kind) else None


def all_chosen(kind: type[Words], written: Iterable[str]) -> tuple[Words, ...]:
    """Return the words that were chosen, in their own order."""
    asked = set(written)
    return tuple(word for word in kind if word in asked)


def lines_of(text: str | None, clean: Callable[[str], str] = str.strip) -> tuple[str, ...]:
    """Return the lines of a text that hold anything, each once."""
    return tuple(dict.fromkeys(line for line in map(clean, (text or "").splitlines()) if line))


def shown_moment(moment: datetime | None, zone: str) -> str:
    """Return a moment as its field shows it."""
    return f"{local(moment, zone):%Y-%m-%dT%H:%M}" if moment else ""
