"""What an element of a data model is, and what one edition's table holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scorm.runtime.codes import Condition
from scorm.runtime.types import Type


class Access(StrEnum):
    """Who may do what with an element, seen from the SCO."""

    READ_ONLY = "read-only"
    WRITE_ONLY = "write-only"
    READ_WRITE = "read-write"


class Profile(StrEnum):
    """How closely the book is followed: to the letter, or as real content needs it."""

    STRICT = "strict"
    LENIENT = "lenient"


class Keyword(StrEnum):
    """The three names that describe the data model instead of holding data."""

    CHILDREN = "_children"
    COUNT = "_count"
    VERSION = "_version"


class Action(StrEnum):
    """What a function of the API does, whatever the edition calls it."""

    OPEN = "open"
    CLOSE = "close"
    GET = "get"
    SET = "set"
    COMMIT = "commit"
    LAST_ERROR = "last-error"
    ERROR_STRING = "error-string"
    DIAGNOSTIC = "diagnostic"


class State(StrEnum):
    """Where one launch of one SCO stands."""

    NOT_INITIALIZED = "not-initialized"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a data model.

    `name` has the letter `n` in the place of each index. `length` is the book's greatest number of characters,
    `lenient_length` the cap of the lenient profile: a longer value is refused as a whole, never cut.
    """

    name: str
    type: Type
    access: Access
    default: str = ""
    length: int = 255
    lenient_length: int = 255
    appends: bool = False

    @property
    def keyword(self) -> Keyword | None:
        """Return which keyword the element is, if it is one."""
        last = self.name.rpartition(".")[2]
        return Keyword(last) if last.startswith("_") else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The code with which a state refuses a call, given before or after the argument is looked at.

    `strict_only`: the lenient profile lets the call through, since a reloaded SCO opens its session again.
    """

    code: str
    after_argument: bool = False
    strict_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """The whole of one edition: elements, codes, function names, states.

    `api` is the name of the object that a SCO looks for, `version` its property of that name, where the edition has
    one. `failures` says with which code a function fails when the LMS cannot do its part. `session_only` elements
    belong to one session: the next one does not find them.
    """

    edition: str
    api: str
    version: str | None = None
    elements: Mapping[str, Element]
    codes: Mapping[Condition, str]
    texts: Mapping[str, tuple[str, str]]
    functions: Mapping[str, Action]
    refusals: Mapping[tuple[State, Action], Refusal]
    failures: Mapping[Action, str]
    session_only: tuple[str, ...]
