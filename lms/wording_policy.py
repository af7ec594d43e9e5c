"""Every rule of the policy as a sentence in plain words; what a version changes; what was found when it was checked."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import force_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.names import Names
from courses.people.models import Language
from courses.policy.version_list import Stand
from courses.progression.policy import HouseRule, Policy
from courses.progression.record import Category
from courses.progression.steps import Track
from courses.progression.terms import Purpose
from lms.wording_learning import LEVELS, TRACKS
from lms.wording_people import CATEGORIES
from lms.wording_requirements import Clause, all_of, clause, one_of

PURPOSES = {
    Purpose.ENROLMENT: _l("enrolling in a course"),
    Purpose.APPLICATION: _l("applying to an activity"),
    Purpose.NOMINATION: _l("being nominated"),
    Purpose.ENDORSEMENT: _l("being endorsed"),
    Purpose.SELECTION: _l("being selected"),
    Purpose.WAITING_LIST: _l("moving up from the waiting list"),
    Purpose.CONFIRMATION: _l("confirming a place"),
}
CONDITIONS = {
    "verified": _l("official status verified"),
    "category": _l("category of person"),
    "audience": _l("countries and regions for which it is"),
    "standing": _l("no administrative measures"),
    "prerequisites": _l("steps asked for"),
    "requirement": _l("further conditions of the course or activity"),
    "not_passed_yet": _l("not passed already"),
    "not_for_credit": _l("offered for credit"),
    "not_published": _l("published"),
    "first_generation": _l("converted to SCORM"),
    "activity_postponed": _l("not postponed"),
    "activity_cancelled": _l("not cancelled"),
    "activity_over": _l("not over"),
    "applications_not_open": _l("applications open already"),
    "applications_closed": _l("applications still open"),
}
"""The conditions of the gate by their codes, as short names; what closes a course to everybody by what is lacking."""
STANDS = {
    Stand.DRAFT: _l("Draft"),
    Stand.TO_COME: _l("To come into force"),
    Stand.IN_FORCE: _l("In force"),
    Stand.PAST: _l("Was in force"),
}
PERSONAL = ("verified", "category", "audience", "standing", "prerequisites", "requirement")
"""The conditions that depend on the person, which an advisory gate may only record."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule of the policy, by its code, in plain words; in `texts` by language."""

    code: str
    texts: dict[str, Clause]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule as it is and as it would be, in the language at hand; None where there is none."""

    code: str
    before: Clause | None
    after: Clause | None

    @property
    def is_changed(self) -> bool:
        """Tell whether the two differ."""
        return self.before != self.after


def policy_in_words(policy: Policy, names: Names) -> tuple[RuleWords, ...]:
    """Return every rule in the three languages."""
    told: dict[str, dict[str, Clause]] = {}
    for language in Language:
        with force_locale(language.value):
            for code, words in rules_of(policy, names):
                told.setdefault(code, {})[language.value] = words
    return tuple(RuleWords(code, texts) for code, texts in told.items())


def compared(before: Policy, after: Policy, names: Names) -> tuple[RuleChange, ...]:
    """Return the rules of two policies side by side, in the order of the second; those that are gone at the end."""
    old, new = dict(rules_of(before, names)), dict(rules_of(after, names))
    codes = (*new, *(code for code in old if code not in new))
    return tuple(RuleChange(code, old.get(code), new.get(code)) for code in codes)


def rules_of(policy: Policy, names: Names) -> Iterator[tuple[str, Clause]]:
    """Yield each rule by its code, in the language at hand."""
    for place, rule in enumerate(policy.rules):
        before = policy.rules[:place]
        yield f"rule:{rule.code}", house_rule(rule, names, is_rest=any(each.level == rule.level for each in before))
    yield "step_months", Clause(step_months_text(policy.step_months))
    yield "retake_months", Clause(retake_text(policy.retake_months))
    yield "course_categories", Clause(course_categories_text(policy.course_categories))
    yield "activity_categories", Clause(activity_categories_text(policy.activity_categories))
    yield "barred_purposes", Clause(barred_text(policy.barred_purposes))
    yield "stops_courses", Clause(running_text(policy.stops_courses))
    yield "never_overridden", Clause(never_overridden_text(policy.never_overridden))
    yield "advisory_parts", Clause(advisory_text(policy.advisory_parts))


def house_rule(rule: HouseRule, names: Names, *, is_rest: bool = False) -> Clause:
    """Return what is asked of whoever enters a level on a track; `is_rest`: an earlier rule is about another track."""
    where = _where(rule, is_rest)
    parts = tuple(_asked(rule, names))
    if not parts:
        return Clause(gettext("%(level)s asks for nothing.", level=where))
    return Clause(gettext("%(level)s asks for:", level=where), parts)


def _where(rule: HouseRule, is_rest: bool) -> str:
    level = str(LEVELS[rule.level])
    if rule.track is not None:
        return str(gettext("%(level)s on the track “%(track)s”", level=level, track=TRACKS[rule.track]))
    return str(gettext("%(level)s on any other track", level=level)) if is_rest else level


def _asked(rule: HouseRule, names: Names) -> Iterator[Clause]:
    if rule.topic_level is not None:
        yield Clause(_in_topic(rule, str(LEVELS[rule.topic_level])))
    if rule.requirement is None:
        return
    wanted = clause(rule.requirement, names)
    if rule.topic_level is None:
        yield wanted
    else:
        yield Clause(gettext("Where no such course is published, or there is no topic, this is enough:"), (wanted,))


def _in_topic(rule: HouseRule, level: str) -> str:
    track = TRACKS[Track.SPECIALIST]
    match rule.topic_reach:
        case None:
            return str(gettext(
                "%(level)s (%(track)s) in the topic of the course or activity, or in any topic above it",
                level=level, track=track,
            ))  # fmt: skip
        case 0:
            return str(
                gettext("%(level)s (%(track)s) in the topic of the course or activity", level=level, track=track)
            )
        case reach:
            return str(ngettext(
                "%(level)s (%(track)s) in the topic of the course or activity, or in the one above it",
                "%(level)s (%(track)s) in the topic of the course or activity, or in one of the %(num)d above it",
                reach, level=level, track=track,
            ))  # fmt: skip


def step_months_text(months: int | None) -> str:
    """Return how long a step counts."""
    if months is None:
        return str(gettext("A step that somebody has counts for ever."))
    return str(ngettext(
        "By the rules for the levels, a step counts for %(num)d month after it was obtained.",
        "By the rules for the levels, a step counts for %(num)d months after it was obtained.", months,
    ))  # fmt: skip


def retake_text(months: int | None) -> str:
    """Return when a course that was passed can be taken again."""
    if months is None:
        return str(gettext("A course that was passed is not taken for credit a second time."))
    return str(ngettext(
        "A course that was passed can be taken for credit again after %(num)d month.",
        "A course that was passed can be taken for credit again after %(num)d months.", months,
    ))  # fmt: skip


def course_categories_text(categories: frozenset[Category]) -> str:
    """Return for whom courses for credit are that name nobody."""
    if not categories:
        return str(gettext("Courses for credit are open to nobody, unless a course names whom it is for."))
    return str(gettext(
        "Courses for credit are for these people, once verified, unless a course names others: %(categories)s.",
        categories=_categories(categories),
    ))  # fmt: skip


def activity_categories_text(categories: frozenset[Category]) -> str:
    """Return for whom activities are that name nobody."""
    if not categories:
        return str(gettext("Activities are open to nobody, unless an activity names whom it is for."))
    return str(gettext(
        "Activities are for these people, once verified, unless an activity names others: %(categories)s.",
        categories=_categories(categories),
    ))  # fmt: skip


def _categories(categories: frozenset[Category]) -> str:
    return one_of(CATEGORIES[one] for one in Category if one in categories)


def barred_text(purposes: frozenset[Purpose]) -> str:
    """Return what administrative measures keep people from."""
    if not purposes:
        return str(gettext("Administrative measures against a beneficiary keep its people from nothing."))
    return str(gettext(
        "While administrative measures are in force against a beneficiary, they keep its people from %(purposes)s.",
        purposes=one_of(PURPOSES[one] for one in Purpose if one in purposes),
    ))  # fmt: skip


def running_text(stops_courses: bool) -> str:
    """Return what becomes of courses that run while measures last."""
    if stops_courses:
        return str(gettext("While they last, its people cannot open the courses that they are in either."))
    return str(gettext("Courses that run go on."))


def never_overridden_text(codes: frozenset[str]) -> str:
    """Return what no person may override."""
    if not codes:
        return str(gettext("An administrator may override any condition, with a reason that is kept."))
    return str(gettext(
        "An administrator may override a condition, with a reason that is kept; never these: %(conditions)s.",
        conditions=all_of(condition_name(code) for code in _in_order(codes)),
    ))  # fmt: skip


def advisory_text(codes: frozenset[str]) -> str:
    """Return what an advisory gate only records."""
    if not codes:
        return str(gettext("An activity whose gate is advisory keeps people out like any other."))
    return str(gettext(
        "An activity whose gate is advisory only records these, and keeps nobody out by them: %(conditions)s.",
        conditions=all_of(condition_name(code) for code in _in_order(codes)),
    ))  # fmt: skip


def condition_name(code: str) -> str:
    """Return the short name of a condition; one that is not known by its code."""
    return str(CONDITIONS.get(code, code))


def _in_order(codes: frozenset[str]) -> list[str]:
    return [*(code for code in CONDITIONS if code in codes), *sorted(codes - set(CONDITIONS))]
