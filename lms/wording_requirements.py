"""What a requirement asks for, in plain words: as a list whose groups hold their parts, or as one line of text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from babel import Locale
from babel.lists import format_list
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.catalogue.names import Names
from courses.progression.outline import Kind, Move
from courses.progression.outlining import Fault
from courses.progression.record import Category, Membership
from courses.progression.requirements import (
    AllOf,
    AnyOf,
    AtLeast,
    CategoryIs,
    CoursePassed,
    FromCountry,
    FromRegion,
    GoodStanding,
    IsLdc,
    MembershipIs,
    Nominated,
    Not,
    Requirement,
    Speaks,
    StepHeld,
    Verified,
)
from courses.progression.steps import Step, StepError, parse_step
from lms.countries import country_text
from lms.languages import current_language, exact_percentage
from lms.wording_learning import level_text
from lms.wording_people import CATEGORIES, MEMBERSHIPS

KINDS = {
    Kind.ALL: _l("All of these"),
    Kind.ANY: _l("At least one of these"),
    Kind.AT_LEAST: _l("At least so many of these"),
    Kind.NOT: _l("Not this"),
    Kind.COURSE: _l("A course passed"),
    Kind.STEP: _l("A step held"),
    Kind.CATEGORY: _l("A category, verified"),
    Kind.LANGUAGES: _l("A language"),
    Kind.NOMINATED: _l("Nominated by the beneficiary"),
    Kind.GOOD_STANDING: _l("No administrative measures against the beneficiary"),
    Kind.MEMBERSHIP: _l("The beneficiary’s membership"),
    Kind.LDC: _l("From a least-developed country"),
    Kind.REGION: _l("From a region"),
    Kind.COUNTRY: _l("From a country or territory"),
    Kind.VERIFIED: _l("Official status verified"),
}
MOVES = {
    Move.UP: _l("Move up"),
    Move.DOWN: _l("Move down"),
    Move.OUT: _l("Take out of the group"),
    Move.WRAP: _l("Put into a group"),
    Move.REMOVE: _l("Remove"),
}
SHORT_MOVES = {
    Move.UP: _l("Up"),
    Move.DOWN: _l("Down"),
    Move.OUT: _l("Out"),
    Move.WRAP: _l("Group"),
    Move.REMOVE: _l("Remove"),
}
FAULTS = {
    Fault.NAME_MISSING: _l("Please choose one."),
    Fault.CHOICE_MISSING: _l("Please choose at least one."),
    Fault.STEP_UNREADABLE: _l("This is no step."),
    Fault.COUNTRY_UNREADABLE: _l("Countries are written by their codes of two letters, like KE TZ."),
    Fault.MARK_OUT_OF_RANGE: _l("A mark lies between 0 and 100 per cent."),
    Fault.MONTHS_OUT_OF_RANGE: _l("Months are a whole number from 1 to 600; leave it empty when any time will do."),
    Fault.COUNT_OUT_OF_RANGE: _l("Write how many: a whole number, not more than there are lines in the group."),
    Fault.GROUP_EMPTY: _l("Nothing stands in this group yet. Add a condition to it, or remove it."),
    Fault.NOT_TAKES_ONE: _l("Only one condition can stand here. Put several into a group first."),
    Fault.TOO_MUCH: _l("This is too much: groups stand at most twelve deep."),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence without its full stop; the parts that it announces stand below it."""

    text: str
    parts: tuple["Clause", ...] = field(default=())


def one_of(words: Iterable[object]) -> str:
    """Return words as an enumeration of which one is enough: `English, French or Spanish`."""
    return str(format_list([str(word) for word in words], style="or", locale=Locale(current_language())))


def all_of(words: Iterable[object]) -> str:
    """Return words as an enumeration of which all are meant: `level 1 and level 2`."""
    return str(format_list([str(word) for word in words], style="standard", locale=Locale(current_language())))


def language_text(code: str) -> str:
    """Return the name of a language in the reader's own, as it is written within a sentence."""
    return str(Locale(current_language()).languages.get(code, code))


def step_words(step: Step | str, names: Names) -> str:
    """Return a step in words, its topic as the institute names it; what is no step as it is."""
    try:
        read = step if isinstance(step, Step) else parse_step(step)
    except StepError:
        return str(step)
    words = level_text(read.level, read.track)
    return f"{words} · {names.topic(read.topic, current_language())}" if read.topic else words


def clause(requirement: Requirement, names: Names) -> Clause:
    """Return a requirement in plain words, in the language at hand."""
    match requirement:
        case AllOf(of) if not of:
            return Clause(gettext("Nothing is asked for"))
        case AllOf(of):
            return Clause(gettext("All of these:"), _parts(of, names))
        case AnyOf(of):
            return Clause(gettext("At least one of these:"), _parts(of, names))
        case AtLeast(count, of):
            announced = ngettext("At least %(num)d of these:", "At least %(num)d of these:", count)
            return Clause(announced, _parts(of, names))
        case Not(of):
            return Clause(gettext("This must not be the case:"), (clause(of, names),))
        case _:
            return Clause(_LEAVES[type(requirement)](requirement, names))


def line(requirement: Requirement, names: Names) -> str:
    """Return a requirement as one line of text, for a table or a message."""
    return one_line(clause(requirement, names))


def one_line(told: Clause) -> str:
    """Return a clause and its parts as one line: the parts of a group stand in brackets."""
    if not told.parts:
        return told.text
    parts = gettext("; ").join(one_line(part) for part in told.parts)
    return str(gettext("%(announced)s (%(parts)s)", announced=told.text.rstrip(" :\N{NO-BREAK SPACE}"), parts=parts))


def _parts(of: Iterable[Requirement], names: Names) -> tuple[Clause, ...]:
    return tuple(clause(part, names) for part in of)


def course_passed(wanted: CoursePassed, names: Names) -> str:
    """Return what is asked of a course: to have passed it, perhaps with a mark, perhaps lately."""
    course = names.course(wanted.code, current_language())
    mark = exact_percentage(wanted.minimum_mark) if wanted.minimum_mark is not None else ""
    months = wanted.within_months
    if months is None:
        if mark:
            return str(gettext("“%(course)s” passed with %(mark)s or more", course=course, mark=mark))
        return str(gettext("“%(course)s” passed", course=course))
    if mark:
        return str(ngettext(
            "“%(course)s” passed with %(mark)s or more within the last month",
            "“%(course)s” passed with %(mark)s or more within the last %(num)d months",
            months, course=course, mark=mark,
        ))  # fmt: skip
    return str(ngettext(
        "“%(course)s” passed within the last month", "“%(course)s” passed within the last %(num)d months",
        months, course=course,
    ))  # fmt: skip


def _step_held(wanted: StepHeld, names: Names) -> str:
    step = step_words(wanted.step, names)
    if wanted.within_months is None:
        return str(gettext("Step held: %(step)s", step=step))
    return str(ngettext(
        "Step obtained within the last month: %(step)s", "Step obtained within the last %(num)d months: %(step)s",
        wanted.within_months, step=step,
    ))  # fmt: skip


def _category(wanted: CategoryIs, _names: Names) -> str:
    words = one_of(CATEGORIES[one] for one in Category if one in wanted.categories)
    return str(gettext("Category, verified: %(categories)s", categories=words))


def _speaks(wanted: Speaks, _names: Names) -> str:
    words = one_of(sorted(language_text(code) for code in wanted.languages))
    return str(gettext("Able to follow a course in one of these languages: %(languages)s", languages=words))


def _membership(wanted: MembershipIs, _names: Names) -> str:
    words = one_of(MEMBERSHIPS[one] for one in Membership if one in wanted.memberships)
    return str(gettext("The beneficiary’s membership: %(memberships)s", memberships=words))


def _region(wanted: FromRegion, names: Names) -> str:
    words = one_of(sorted(names.region(code, current_language()) for code in wanted.regions))
    return str(gettext("From one of these regions: %(regions)s", regions=words))


def _country(wanted: FromCountry, _names: Names) -> str:
    words = one_of(sorted(country_text(code) for code in wanted.countries))
    return str(gettext("From one of these countries or territories: %(countries)s", countries=words))


_LEAVES: Mapping[type, Callable[..., str]] = {
    CoursePassed: course_passed,
    StepHeld: _step_held,
    CategoryIs: _category,
    Speaks: _speaks,
    Nominated: lambda _wanted, _names: str(KINDS[Kind.NOMINATED]),
    GoodStanding: lambda _wanted, _names: str(KINDS[Kind.GOOD_STANDING]),
    MembershipIs: _membership,
    IsLdc: lambda _wanted, _names: str(KINDS[Kind.LDC]),
    FromRegion: _region,
    FromCountry: _country,
    Verified: lambda _wanted, _names: str(KINDS[Kind.VERIFIED]),
}


WORDS = {
    "requirement_kinds": KINDS, "requirement_moves": MOVES, "requirement_short_moves": SHORT_MOVES,
    "fault_words": FAULTS, "category_names": CATEGORIES,
}  # fmt: skip
"""What templates need of this module, by name."""
