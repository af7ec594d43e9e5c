"""Habits of scripts and pages that matter inside the player: what it does not let them do, and what browsers give up.

A habit is a word with something around it, found once in a whole package: a hint, never a proof. What a script does
within a `try` of its own harms nobody and is not reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_GUARDED = 600  # bytes before a word in which the `try` around it begins
_MOST = 1_000  # places of one file that are looked at for each habit
_TRY = re.compile(rb"\btry\s*\{")
_CATCH = re.compile(rb"\bcatch\b")
_LIBRARY = re.compile(r"(?:.*[/.])?(?:jquery|mootools|prototype|dojo|yui|mathjax|swfobject)[^/]*|.*/mathjax/.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A habit by its finding's code; every pattern begins with a plain word, which makes it quick to find.

    `is_tolerated` within a `try`; `in_libraries` says whether what a well-known library does counts too.
    """

    code: str
    patterns: tuple[re.Pattern[bytes], ...]
    is_tolerated: bool = False
    in_libraries: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a habit was met first."""

    code: str
    file: str
    line: int


UNLOAD = "unload_only"
LEAVING = "leaving"
"""Not reported itself: a handler of an event that browsers keep."""


def _handler(event: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a handler: `onunload =`, `"unload"`, `.unload(`."""
    return re.compile(rb"E(?:(?<=onE)\s{0,9}=(?!=)|(?<=[\"']E)[\"'\s]|(?<=\sE)[\"']|(?<=\.E)\()".replace(b"E", event))


HABITS = (
    Habit(code=UNLOAD, patterns=(_handler(b"unload"),), in_libraries=False),
    Habit(code=LEAVING, patterns=(_handler(b"beforeunload"), _handler(b"pagehide"), _handler(b"visibilitychange"))),
    Habit(
        code="top_access",
        patterns=(
            re.compile(rb"top\.(?<![\w$-]top\.)(?:document\b|location\s{0,9}(?:\.\w|=(?!=)))"),
            re.compile(rb"target(?<=[\s\"']target)\s*=\s*[\"']?_top\b"),
        ),
        is_tolerated=True,
    ),
    Habit(
        code="pop_ups",
        patterns=(
            re.compile(rb"window\.open(?<![\w$]window\.open)\s*\((?!\s*[\"']{2}\s*,\s*[\"']_(?:self|parent|top))"),
        ),
    ),
    Habit(code="service_worker", patterns=(re.compile(rb"serviceWorker\s{0,9}\.\s{0,9}register\s{0,9}\("),)),
    Habit(
        code="device_closed",
        patterns=(
            re.compile(rb"getUserMedia\s{0,9}\("),
            re.compile(rb"geolocation\s{0,9}\.\s{0,9}(?:getCurrentPosition|watchPosition)\s{0,9}\("),
        ),
    ),
    Habit(code="domain_set", patterns=(re.compile(rb"document\.domain\s{0,9}=(?!=)"),), is_tolerated=True),
)


class Habits:
    """Looks for habits in one text after another; each is looked for until it was met."""

    def __init__(self) -> None:
        self._pending = list(HABITS)
        self._seen: dict[str, Seen] = {}

    def look_at(self, name: str, text: bytes) -> None:
        """Look for what was not met yet."""
        is_library = bool(_LIBRARY.fullmatch(name.casefold()))
        for habit in tuple(self._pending):
            if is_library and not habit.in_libraries:
                continue
            offset = _first(habit, text)
            if offset >= 0:
                self._pending.remove(habit)
                self._seen[habit.code] = Seen(habit.code, name, line_of(text, offset))

    def seen(self) -> Iterator[Seen]:
        """Yield what was met, in the order of the table; `unload` alone only where no better event is heard."""
        for habit in HABITS:
            met = self._seen.get(habit.code)
            if met and habit.code != LEAVING and not (habit.code == UNLOAD and LEAVING in self._seen):
                yield met


def line_of(text: bytes, offset: int) -> int:
    """Return the line in which a byte stands, counted from one."""
    return text.count(b"\n", 0, offset) + 1


def _first(habit: Habit, text: bytes) -> int:
    """Return where a habit shows first, -1 when it does not."""
    places = (_first_match(pattern, text, is_tolerated=habit.is_tolerated) for pattern in habit.patterns)
    return min((place for place in places if place >= 0), default=-1)


def _first_match(pattern: re.Pattern[bytes], text: bytes, *, is_tolerated: bool) -> int:
    for match in islice(pattern.finditer(text), _MOST):
        if not (is_tolerated and _is_guarded(text, match.start())):
            return match.start()
    return -1


def _is_guarded(text: bytes, offset: int) -> bool:
    """Say whether the nearest `try` before a word is still open there, as far as can be told without parsing."""
    before = text[max(0, offset - _GUARDED) : offset]
    tries = list(_TRY.finditer(before))
    return bool(tries) and not _CATCH.search(before, tries[-1].end())
