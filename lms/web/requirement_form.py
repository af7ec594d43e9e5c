"""A requirement in a form: indented lines with buttons that work without script; the administration's forms share it.

Every button sends the whole form. What was typed comes back with one line added, moved or removed; nothing is kept
before somebody saves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from courses.catalogue.names import Names
from courses.people.models import Language
from courses.progression.outline import GROUPS, MOST_LINES, Kind, Line, Lines, Move, add, change, tidy
from courses.progression.outlining import Fault, lines_of, read_lines
from courses.progression.requirements import Requirement
from courses.progression.steps import Step, Track
from lms.countries import letters_of
from lms.languages import current_language
from lms.wording_people import CATEGORIES, MEMBERSHIPS
from lms.wording_requirements import Clause, clause, language_text, step_words

LONGEST = 255
MOST_NAMES = 300


@dataclass(frozen=True, slots=True)
class RequirementChoices:
    """What the lines of requirements offer on a page, in the language at hand."""

    names: Names

    @property
    def groups(self) -> tuple[Kind, ...]:
        """Return the kinds of groups, which can be turned into each other."""
        return GROUPS

    @property
    def courses(self) -> list[tuple[str, str]]:
        """Return the code and the title of every course."""
        return [(code, self.names.course(code, current_language())) for code in self.names.courses]

    @property
    def boxes(self) -> Mapping[str, Mapping[str, str]]:
        """Return what can be ticked in a line, by its kind."""
        language = current_language()
        return {
            Kind.CATEGORY.value: {one.value: str(words) for one, words in CATEGORIES.items()},
            Kind.MEMBERSHIP.value: {one.value: str(words) for one, words in MEMBERSHIPS.items()},
            Kind.LANGUAGES.value: {one.value: language_text(one).capitalize() for one in Language},
            Kind.REGION.value: {code: self.names.region(code, language) for code in self.names.regions},
        }

    def steps_with(self, written: Iterable[str]) -> list[tuple[str, str]]:
        """Return every step with its words, and those that are written already."""
        topics = sorted(self.names.topics, key=lambda code: letters_of(self.names.topic(code, current_language())))
        steps = [Step(1)]
        for level in (2, 3):
            steps.append(Step(level, Track.GENERALIST))
            steps.extend(Step(level, Track.SPECIALIST, topic) for topic in topics)
        codes = dict.fromkeys([*map(str, steps), *written])
        return [(code, step_words(code, self.names)) for code in codes]


@dataclass(frozen=True, slots=True)
class Node:
    """A line at its place, with those below it."""

    place: int
    line: Line
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementField:
    """The lines of a requirement under the name of its fields, and what is wrong with them, by place.

    `requirement` is what they mean; None when there are no lines, and where `faults` says why they mean nothing.
    """

    name: str
    lines: Lines = ()
    faults: Mapping[int, Fault] = field(default_factory=dict)
    requirement: Requirement | None = None

    @property
    def is_read(self) -> bool:
        """Tell whether the lines mean something, or there are none."""
        return not self.lines or self.requirement is not None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Return the lines as a tree."""
        return _nodes(self.lines, 0, len(self.lines))

    def told(self, names: Names) -> dict[str, Clause]:
        """Return what is asked for in the three languages; empty where the lines mean nothing."""
        if self.requirement is None:
            return {}
        found = {}
        for language in Language:
            with force_locale(language.value):
                found[language.value] = clause(self.requirement, names)
        return found


def shown(name: str, requirement: Requirement | None) -> RequirementField:
    """Return the field for a requirement that is kept."""
    return RequirementField(name=name, lines=lines_of(requirement), requirement=requirement)


def sent(name: str, form: MultiDict[str, str]) -> RequirementField:
    """Return the field as it was sent, read."""
    lines = _sent_lines(name, form)
    requirement, faults = read_lines(lines)
    return RequirementField(name=name, lines=lines, faults=faults, requirement=requirement)


def pressed(name: str, form: MultiDict[str, str]) -> RequirementField | None:
    """Return the field after one of its buttons; None when none of them was pressed."""
    button = form.get(f"{name}-do", "")
    if not button:
        return None
    action, _, at = button.partition(":")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 4 else None
    lines = _sent_lines(name, form)
    if action == "add":
        kind = form.get(f"{name}-new-{at}", "")
        lines = add(lines, place, Kind(kind)) if kind in set(Kind) else lines
    elif action in set(Move) and place is not None:
        lines = change(lines, place, Move(action))
    requirement, _faults = read_lines(lines)
    return RequirementField(name=name, lines=lines, requirement=requirement)


def _sent_lines(name: str, form: MultiDict[str, str]) -> Lines:
    found = []
    for place in range(MOST_LINES):
        kind = form.get(f"{name}-{place}-kind", "")
        if kind not in set(Kind):
            break
        found.append(_sent_line(f"{name}-{place}", Kind(kind), form))
    return tidy(found)


def _sent_line(prefix: str, kind: Kind, form: MultiDict[str, str]) -> Line:
    depth = form.get(f"{prefix}-depth", "")
    names = form.getlist(f"{prefix}-names")[:MOST_NAMES]
    if kind == Kind.COUNTRY:
        names = " ".join(names).replace(",", " ").replace(";", " ").upper().split()[:MOST_NAMES]
    count, mark, months = (form.get(f"{prefix}-{part}", "").strip()[:LONGEST] for part in ("count", "mark", "months"))
    return Line(
        int(depth) if depth.isascii() and depth.isdigit() and len(depth) < 4 else 0, kind,
        tuple(name.strip()[:LONGEST] for name in names if name.strip()), count, mark, months,
    )  # fmt: skip


def _nodes(lines: Lines, start: int, end: int) -> tuple[Node, ...]:
    found = []
    place = start
    while place < end:
        after = place + 1
        while after < end and lines[after].depth > lines[place].depth:
            after += 1
        found.append(Node(place, lines[place], _nodes(lines, place + 1, after)))
        place = after
    return tuple(found)
