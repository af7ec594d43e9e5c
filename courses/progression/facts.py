"""What is known of a person on a day, ordered for questions: the steps held and how, the courses passed, what is so.

LMS choice: ages are calendar months from the day of the result, that day included: what was passed on 31 August counts
for six months up to and with 28 February. A recognition counts up to and with the day on which it expires. What is
dated later than the day asked for is not known yet.
"""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from courses.progression.decision import Parameters, Reason
from courses.progression.record import Recognised, Record, Result, Standing
from courses.progression.requirements import (
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    IsLdc,
    Leaf,
    MembershipIs,
    Nominated,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, covered_by

CLOSE = 1e-9
"""Marks are computed: two that differ by less are the same."""

Answer = tuple[bool, Reason]


class How(IntEnum):
    """How a step is held, the best way first."""

    RESULT = 0
    COVERED = 1
    RECOGNITION = 2
    COVERED_BY_RECOGNITION = 3


@dataclass(frozen=True, slots=True)
class Held:
    """By what a step is held, since when: a result or a recognition of that step, or of one that covers it."""

    by: Step
    since: date
    source: Result | Recognised

    def how(self, step: Step) -> How:
        """Say how a step is held by this."""
        if isinstance(self.source, Result):
            return How.RESULT if self.by == step else How.COVERED
        return How.RECOGNITION if self.by == step else How.COVERED_BY_RECOGNITION


@dataclass(slots=True)
class Known:
    """A record on a day, for the activity with a code."""

    record: Record
    on: date
    code: str
    _held: dict[Step, list[Held]] | None = field(default=None)

    def held(self, step: Step) -> list[Held]:
        """Return every way in which a step is held, the best first, the newest of each."""
        if self._held is None:
            self._held = ways_held(self.record, self.on)
        return self._held.get(step, [])

    def passed(self, code: str) -> list[Result]:
        """Return the results of a course or an activity."""
        return [each for each in self.record.results if each.code == code and each.passed_on <= self.on]

    @property
    def is_verified(self) -> bool:
        """Tell whether what the person is was verified by that day."""
        return self.record.verified_on is not None and self.record.verified_on <= self.on


def last_day(day: date, months: int) -> date:
    """Return the last day that is not more than so many calendar months after a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return date.max if year > 0 else date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_recent(day: date, months: int | None, on: date) -> bool:
    """Tell whether a day is not longer ago than so many months (None: however long)."""
    return months is None or on <= last_day(day, months)


def is_valid(recognised: Recognised, on: date) -> bool:
    """Tell whether a recognition counts on a day."""
    return recognised.decided_on <= on and (recognised.expires_on is None or on <= recognised.expires_on)


def ways_held(record: Record, on: date) -> dict[Step, list[Held]]:
    """Return every way in which steps are held on a day: the best way first, the newest of each."""
    held: dict[Step, list[Held]] = {}
    for result in record.results:
        if result.passed_on <= on:
            for step in result.confers:
                _add(held, Held(step, result.passed_on, result))
    for recognised in record.recognised:
        if is_valid(recognised, on):
            _add(held, Held(recognised.step, recognised.decided_on, recognised))
    for step, ways in held.items():
        if len(ways) > 1:
            ways.sort(key=lambda way: (way.how(step), -way.since.toordinal()))
    return held


def answer(leaf: Leaf, known: Known) -> Answer:
    """Tell whether a requirement without parts is met, and by which fact, or what is missing."""
    return ANSWERS[type(leaf)](leaf, known)


def _add(held: dict[Step, list[Held]], way: Held) -> None:
    held.setdefault(way.by, []).append(way)
    for lower in covered_by(way.by):
        held.setdefault(lower, []).append(way)


def _step_held(leaf: StepHeld, known: Known) -> Answer:
    ways = known.held(leaf.step)
    for way in ways:
        if is_recent(way.since, leaf.within_months, known.on):
            return True, _by(way, leaf.step)
    if ways:
        newest = max(way.since for way in ways)
        return False, Reason("step_too_old", (("step", str(leaf.step)), *_day("date", newest), *_months(leaf)))
    expired = [
        each.expires_on
        for each in known.record.recognised
        if each.expires_on and each.decided_on <= known.on and leaf.step in {each.step, *covered_by(each.step)}
    ]
    if expired:
        return False, Reason("recognition_expired", (("step", str(leaf.step)), *_day("date", max(expired))))
    return False, Reason("prerequisite_missing", (("step", str(leaf.step)),))


def _by(way: Held, step: Step) -> Reason:
    """Return the fact by which a step is held."""
    by = ("step", str(way.by))
    if isinstance(way.source, Result):
        return Reason("result" if way.by == step else "covered", (by, *_result(way.source)))
    until = way.source.expires_on
    said = (by, *_day("date", way.since), *(_day("until", until) if until else ()))
    return Reason("recognised" if way.by == step else "covered_by_recognition", said)


def _result(result: Result) -> Parameters:
    mark = () if result.mark is None else (("mark", _mark(result.mark)),)
    named = (("source", str(result.source)), ("course", result.code), ("title", result.title))
    return (*named, *_day("date", result.passed_on), *mark)


def _course_passed(leaf: CoursePassed, known: Known) -> Answer:
    results = known.passed(leaf.code)
    course = ("course", leaf.code)
    if not results:
        return False, Reason("course_not_passed", (course,))
    good = [each for each in results if reaches(each.mark, leaf.minimum_mark)]
    if not good:
        best = max((each.mark for each in results if each.mark is not None), default=None)
        marks = (("mark", "" if best is None else _mark(best)), ("minimum_mark", _mark(leaf.minimum_mark or 0)))
        return False, Reason("mark_too_low", (course, *marks))
    newest = max(good, key=lambda each: each.passed_on)
    if not is_recent(newest.passed_on, leaf.within_months, known.on):
        return False, Reason("result_too_old", (course, *_day("date", newest.passed_on), *_months(leaf)))
    return True, Reason("result", _result(newest))


def reaches(mark: float | None, minimum: float | None) -> bool:
    """Tell whether a mark (None: none was awarded) is at least another (None: none is asked for)."""
    return minimum is None or (mark is not None and mark + CLOSE >= minimum)


def _category_is(leaf: CategoryIs, known: Known) -> Answer:
    category, verified_on = known.record.category, known.record.verified_on
    if category is None or category not in leaf.categories:
        named = (("category", str(category or "")), ("categories", _words(leaf.categories)))
        return False, Reason("category_not_admitted", named)
    if not known.is_verified or verified_on is None:
        return False, Reason("not_verified")
    return True, Reason("category", (("category", str(category)), *_day("date", verified_on)))


def _verified(_leaf: Verified, known: Known) -> Answer:
    verified_on = known.record.verified_on
    if not known.is_verified or verified_on is None:
        return False, Reason("not_verified")
    return True, Reason("verified", (("category", str(known.record.category or "")), *_day("date", verified_on)))


def _speaks(leaf: Speaks, known: Known) -> Answer:
    spoken = leaf.languages & known.record.languages
    code, languages = ("speaks", spoken) if spoken else ("language_missing", leaf.languages)
    return bool(spoken), Reason(code, (("languages", _words(languages)),))


def _nominated(_leaf: Nominated, known: Known) -> Answer:
    is_nominated = known.code in known.record.nominated_for
    return is_nominated, Reason("nominated" if is_nominated else "not_nominated")


def _good_standing(_leaf: GoodStanding, known: Known) -> Answer:
    beneficiary = known.record.beneficiary
    if beneficiary is None:
        return True, Reason("no_measures")
    for measure in beneficiary.measures:
        if measure.begins_on <= known.on and (measure.ends_on is None or known.on <= measure.ends_on):
            until = _day("until", measure.ends_on) if measure.ends_on else ()
            said = (("beneficiary", beneficiary.code), *_day("date", measure.begins_on), *until)
            return False, Reason("beneficiary_under_measures", said)
    return True, Reason("no_measures", (("beneficiary", beneficiary.code),))


def _membership_is(leaf: MembershipIs, known: Known) -> Answer:
    def is_so(standing: Standing) -> Answer:
        named = (("beneficiary", standing.code), ("membership", str(standing.membership)))
        if standing.membership in leaf.memberships:
            return True, Reason("membership", named)
        return False, Reason("membership_other", (*named, ("memberships", _words(leaf.memberships))))

    return _of_beneficiary(known, is_so)


def _is_ldc(_leaf: IsLdc, known: Known) -> Answer:
    return _of_beneficiary(
        known, lambda standing: (standing.is_ldc, _named("ldc" if standing.is_ldc else "not_ldc", standing))
    )


def _from_region(leaf: FromRegion, known: Known) -> Answer:
    def is_so(standing: Standing) -> Answer:
        if standing.region in leaf.regions:
            return True, _named("region", standing, ("region", str(standing.region)))
        return False, _named("region_other", standing, ("regions", _words(leaf.regions)))

    return _of_beneficiary(known, is_so)


def _from_country(leaf: FromCountry, known: Known) -> Answer:
    def is_so(standing: Standing) -> Answer:
        if standing.code in leaf.countries:
            return True, _named("country", standing)
        return False, _named("country_other", standing, ("countries", _words(leaf.countries)))

    return _of_beneficiary(known, is_so)


def _of_beneficiary(known: Known, is_so: Callable[[Standing], Answer]) -> Answer:
    beneficiary = known.record.beneficiary
    return is_so(beneficiary) if beneficiary else (False, Reason("beneficiary_unknown"))


def _named(code: str, standing: Standing, *more: tuple[str, str]) -> Reason:
    return Reason(code, (("beneficiary", standing.code), *more))


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _mark(mark: float) -> str:
    return format(round(mark, 6), "g")


def _day(name: str, day: date) -> Parameters:
    return ((name, day.isoformat()),)


def _months(leaf: StepHeld | CoursePassed) -> Parameters:
    return () if leaf.within_months is None else (("months", str(leaf.within_months)),)


ANSWERS: dict[type[Leaf], Callable[..., Answer]] = {
    CoursePassed: _course_passed,
    StepHeld: _step_held,
    CategoryIs: _category_is,
    Speaks: _speaks,
    Nominated: _nominated,
    GoodStanding: _good_standing,
    MembershipIs: _membership_is,
    IsLdc: _is_ldc,
    FromRegion: _from_region,
    FromCountry: _from_country,
    Verified: _verified,
}
