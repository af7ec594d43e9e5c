"""What an element of a data model is, and what one edition's table holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Unique(StrEnum):
    """What makes two values of a collection the same."""

    TEXT = "text"
    SET = "set"  # the parts between `[,]`, in any order


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How an element is reckoned when it is read (RTE 4.2.4, 4.2.22).

    When `threshold` has a value: `reached` or `missed` by what `measure` has, `unknown` while it has none. Without a
    threshold the element is what the SCO set.
    """

    threshold: str
    measure: str
    reached: str
    missed: str
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What an element takes while another one has a certain value.

    `most` is how many records its collection may have then, `unique` what no two of them may share.
    """

    type: Type
    most: int | None = None
    unique: Unique | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a data model.

    `name` has the letter `n` in the place of each index; one that ends in `{target=*}` takes any target there.
    `default` None: the element has no value until it is set; `default_beside` is read of a target when others have
    values. `length` is the book's greatest number of characters,
    `lenient_length` the cap of the lenient profile: a longer value is refused as a whole, never cut.

    `unique` holds within the collection, `is_set_once` for as long as the data live. `is_guarded`: notes of the LMS
    take away reading or writing (`names.UNREADABLE`, `names.UNWRITABLE`). `is_void_when_empty`: the empty text counts
    as no value. `varies_by` names the element, in the same record, whose value chooses among `variants`. A change of
    value forgets what `clears` names, relative to the record.
    """

    name: str
    type: Type
    access: Access
    default: str | None = ""
    default_beside: str | None = None
    length: int = 255
    lenient_length: int = 255
    appends: bool = False
    unique: Unique | None = None
    is_set_once: bool = False
    is_guarded: bool = False
    is_void_when_empty: bool = False
    evaluation: Evaluation | None = None
    varies_by: str = ""
    variants: Mapping[str, Variant] = field(default_factory=dict)
    clears: tuple[str, ...] = ()

    @property
    def keyword(self) -> Keyword | None:
        """Return which keyword the element is, if it is one."""
        last = self.name.rpartition(".")[2]
        return Keyword(last) if last.startswith("_") else None


@dataclass(frozen=True, slots=True)
class Collection:
    """How records come into a collection.

    `first` is the field that has to be set before any other, if there is one; `is_fixed`: only the LMS adds records.
    """

    first: str = ""
    is_fixed: bool = False


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
    one. `set_codes` are the codes that differ when a value is set. `failures` says with which code a function fails
    when the LMS cannot do its part. `session_only` elements belong to one session: the next one does not find them.

    `length_binds`: the book's lengths are limits, in the strict profile; otherwise they are the least that an LMS
    keeps. `is_read_by_segment`: a name is judged from left to right, so that a record that is not there comes before
    whatever else is wrong. `languages` are what a language tag may begin with.
    """

    edition: str
    api: str
    version: str | None = None
    elements: Mapping[str, Element]
    collections: Mapping[str, Collection] = field(default_factory=dict)
    codes: Mapping[Condition, str]
    set_codes: Mapping[Condition, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, str]]
    functions: Mapping[str, Action]
    refusals: Mapping[tuple[State, Action], Refusal]
    failures: Mapping[Action, str]
    session_only: tuple[str, ...]
    length_binds: bool = True
    is_read_by_segment: bool = False
    languages: frozenset[str] = frozenset()
