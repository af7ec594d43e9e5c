"""The sentences about versions: where one stands, what it changes, why an attempt cannot go on in it, who plays it."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from courses.attempts.players import Consequences, Players
from courses.catalogue.difference import Change, Changed, Difference
from courses.catalogue.models import VersionRule
from courses.catalogue.moves import Obstacle, ObstacleCode
from courses.catalogue.version_queries import VersionState
from lms.wording import quoted

VERSION_STATES = {
    VersionState.DRAFT: _l("Draft"),
    VersionState.CURRENT: _l("Current"),
    VersionState.OLDER: _l("Earlier"),
    VersionState.RETIRED: _l("Retired"),
    VersionState.DISCARDED: _l("Discarded"),
}

CHANGES = {
    Change.TITLE: _l("The course was called “%(before)s” and is called “%(after)s”."),
    Change.EDITION: _l("It was SCORM %(before)s and is SCORM %(after)s."),
    Change.COURSE_RULES: _l("The sequencing rules of the whole course are others."),
    Change.ADDED: _l("New: “%(title)s”."),
    Change.GONE: _l("Gone: “%(title)s”."),
    Change.IDENTIFIER: _l("“%(title)s” is the same page under another identifier: it counts as a new part."),
    Change.RENAMED: _l("“%(before)s” is called “%(after)s”."),
    Change.MOVED: _l("“%(title)s” stands in another place."),
    Change.PAGE: _l("“%(title)s” opens %(after)s instead of %(before)s."),
    Change.MASTERY: _l("“%(title)s”: the score to reach was %(before)s and is %(after)s."),
    Change.TYPE: _l("“%(title)s” was of the type %(before)s and is of the type %(after)s."),
    Change.RULES: _l("“%(title)s”: the rules by which it opens and counts are others."),
    Change.LAUNCH_DATA: _l("“%(title)s” is told something else when it is opened."),
    Change.VISIBILITY: _l("“%(title)s” was hidden from the contents and is shown, or the reverse."),
}
_NOTHING = {Change.MASTERY: _l("none"), Change.TYPE: _l("not stated"), Change.PAGE: _l("nothing")}

OBSTACLES = {
    ObstacleCode.GENERATION: _l("It is of the other generation of SCORM."),
    ObstacleCode.PARTS_ADDED: _l("It has parts that the other version has not: %(parts)s."),
    ObstacleCode.PARTS_GONE: _l("It lacks parts of the other version: %(parts)s."),
    ObstacleCode.TYPES: _l("Parts have become SCO or asset, which they were not: %(parts)s."),
    ObstacleCode.TREE: _l("Its parts stand in another structure, on which sequencing counts."),
    ObstacleCode.OBJECTIVES: _l("Parts have other objectives: %(parts)s."),
    ObstacleCode.SHARING: _l("It shares objectives or data in another way."),
}

NOT_STARTED_RULES = {
    VersionRule.MOVE: _l("The newest version"),
    VersionRule.STAY: _l("The one when they enrolled"),
}
IN_PROGRESS_RULES = {
    VersionRule.STAY: _l("The one they began with"),
    VersionRule.MOVE: _l("The newest, where it fits"),
}

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as sentences: what is otherwise, how many more there are, and why attempts cannot move."""

    changes: tuple[str, ...]
    more: int
    obstacles: tuple[str, ...]
    total_size: tuple[int, int]
    packed_size: tuple[int, int]


def told(found: Difference) -> Told:
    """Return a difference in the language at hand; of very many changes the first hundred."""
    return Told(
        tuple(change_text(one) for one in found.changes[:MOST_SHOWN]),
        max(len(found.changes) - MOST_SHOWN, 0),
        tuple(obstacle_text(one) for one in found.obstacles),
        found.total_size,
        found.packed_size,
    )


def change_text(one: Changed) -> str:
    """Return what is otherwise, as a sentence."""
    nothing = str(_NOTHING.get(one.change, "–"))
    facts = {"title": one.title, "before": one.before or nothing, "after": one.after or nothing}
    return str(CHANGES[one.change]) % facts


def obstacle_text(one: Obstacle) -> str:
    """Return why an attempt cannot go on, as a sentence."""
    parts = ", ".join(quoted(title) for title in one.titles) + (" …" if one.count > len(one.titles) else "")
    return str(OBSTACLES[one.code]) % {"parts": parts}


def publication_texts(found: Consequences) -> tuple[str, ...]:
    """Return what the publication of a version would mean for people, in sentences, the numbers in each."""
    sentences = (
        (found.beginning, _beginning(found.beginning)),
        (found.held, _held(found.held)),
        (found.moving, _moving(found.moving)),
        (found.staying - found.unfit, _staying(found.staying - found.unfit)),
        (found.unfit, _unfit(found.unfit)),
    )
    said = tuple(sentence for count, sentence in sentences if count)
    return said or (gettext("Nobody who is enrolled now is concerned: who enrols from now on begins with it."),)


def elsewhere_texts(found: Consequences) -> tuple[str, ...]:
    """Return what becomes of those who are in the middle of other versions than the current one, in sentences."""
    sentences = (
        (found.moving, _moving(found.moving)),
        (found.staying - found.unfit, _staying(found.staying - found.unfit)),
        (found.unfit, _unfit(found.unfit)),
    )
    return tuple(sentence for count, sentence in sentences if count)


def _beginning(num: int) -> str:
    return str(
        ngettext(
            "%(num)s person who has not begun will begin with this version.",
            "%(num)s people who have not begun will begin with this version.",
            num,
        )
    )


def _held(num: int) -> str:
    return str(
        ngettext(
            "%(num)s person who has not begun will begin with the version that was current at the enrolment.",
            "%(num)s people who have not begun will begin with the version that was current at their enrolment.",
            num,
        )
    )


def _moving(num: int) -> str:
    return str(
        ngettext(
            "%(num)s person in the middle of another version goes on in this one at the next launch and loses nothing.",
            "%(num)s people in the middle of another version go on in this one at the next launch and lose nothing.",
            num,
        )
    )


def _staying(num: int) -> str:
    return str(
        ngettext(
            "%(num)s person in the middle of another version stays there.",
            "%(num)s people in the middle of another version stay there.",
            num,
        )
    )


def _unfit(num: int) -> str:
    return str(
        ngettext(
            "%(num)s person would go on in this version by the rule of the course, but its parts are others: "
            "the person stays in the other version.",
            "%(num)s people would go on in this version by the rule of the course, but its parts are others: "
            "they stay in the other version.",
            num,
        )
    )


def retirement_texts(held: Players) -> tuple[str, ...]:
    """Return who keeps a version from being retired, in sentences; nothing when nobody does."""
    in_progress = ngettext(
        "%(num)s person is in the middle of it and cannot go on elsewhere now.",
        "%(num)s people are in the middle of it and cannot go on elsewhere now.",
        held.in_progress,
    )
    not_begun = ngettext(
        "%(num)s person who has not begun is held to it by the rule of the course.",
        "%(num)s people who have not begun are held to it by the rule of the course.",
        held.not_begun,
    )
    found = ((held.in_progress, in_progress), (held.not_begun, not_begun))
    return tuple(str(sentence) for count, sentence in found if count)
