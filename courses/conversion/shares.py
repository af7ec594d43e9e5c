"""Count the conversion to SCORM: shares, first-generation stock, what was converted when (DOMAIN: conversion)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from courses.catalogue.models import Format
from courses.people.models import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A course in a language, the unit of work; `converted_at` is absent where it was born in SCORM."""

    course_id: UUID
    code: str
    title: str
    language: Language
    format: Format
    published_at: datetime | None
    converted_at: datetime | None
    dropped_at: datetime | None

    @property
    def is_published(self) -> bool:
        """Tell whether learners find it in the catalogue."""
        return self.published_at is not None and self.dropped_at is None

    @property
    def is_scorm(self) -> bool:
        """Tell whether it is a SCORM package today."""
        return self.format is Format.SCORM


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both counted."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Return the share, 0 to 1; None where there is nothing to share."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Stock:
    """What was once first generation: how many remain, were converted, were dropped instead."""

    remaining: int
    converted: int
    dropped: int

    @property
    def total(self) -> int:
        """Return how many there ever were."""
        return self.remaining + self.converted + self.dropped


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """The figures of one language."""

    language: Language
    share: Share
    stock: Stock


@dataclass(frozen=True, slots=True)
class Month:
    """What was converted in a month (its first day), in the order of conversion, and how many since the beginning."""

    first_day: date
    units: tuple[Unit, ...]
    sum_so_far: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All figures of the conversion page; months newest first."""

    by_course: Share
    by_unit: Share
    stock: Stock
    languages: tuple[LanguageRow, ...]
    months: tuple[Month, ...]


def board_of(units: Sequence[Unit]) -> Board:
    """Return every figure that the units amount to."""
    return Board(
        by_course=share_by_course(units),
        by_unit=share_by_unit(units),
        stock=stock_of(units),
        languages=tuple(_language_row(language, units) for language in Language),
        months=tuple(reversed(months_of(units))),
    )


def share_by_course(units: Iterable[Unit]) -> Share:
    """Return how many published courses are in SCORM in every language in which they are published."""
    is_converted: dict[UUID, bool] = {}
    for unit in units:
        if unit.is_published:
            is_converted[unit.course_id] = is_converted.get(unit.course_id, True) and unit.is_scorm
    return Share(sum(is_converted.values()), len(is_converted))


def share_by_unit(units: Iterable[Unit]) -> Share:
    """Return how many published course-languages are in SCORM."""
    published = [unit for unit in units if unit.is_published]
    return Share(sum(unit.is_scorm for unit in published), len(published))


def stock_of(units: Iterable[Unit]) -> Stock:
    """Return the first-generation stock; units born in SCORM were never in it.

    LMS choice: what was dropped after its conversion was converted all the same.
    """
    counts = Counter(_fate(unit) for unit in units)
    return Stock(counts["remaining"], counts["converted"], counts["dropped"])


def months_of(units: Iterable[Unit]) -> tuple[Month, ...]:
    """Return the months in which something was converted, oldest first."""
    dated = sorted((unit.converted_at, unit.code, unit.language, unit) for unit in units if unit.converted_at)
    months: list[Month] = []
    done = 0
    for first_day, entries in groupby(dated, key=lambda entry: entry[0].date().replace(day=1)):
        converted = tuple(entry[3] for entry in entries)
        done += len(converted)
        months.append(Month(first_day, converted, done))
    return tuple(months)


def _fate(unit: Unit) -> str:
    if unit.converted_at is not None:
        return "converted"
    if unit.is_scorm:
        return "born in SCORM"
    return "remaining" if unit.dropped_at is None else "dropped"


def _language_row(language: Language, units: Iterable[Unit]) -> LanguageRow:
    own = [unit for unit in units if unit.language is language]
    return LanguageRow(language, share_by_unit(own), stock_of(own))
