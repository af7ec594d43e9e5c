"""The types of the data model as data: what is accepted to the letter, and what the lenient profile adds.

Patterns use only what Python's and JavaScript's regular expressions have in common, since both interpret them:
no `\\d` or `\\w`, `\\s` only in `[\\s\\S]`, no lookaround, no flags; a pattern must match the whole value.
"""

from dataclasses import dataclass
from enum import StrEnum

from scorm.timespan import LOOSE12, STRICT12


class Check(StrEnum):
    """What no pattern can say, because a list of languages belongs to it; both interpreters know these."""

    LANGUAGE = "language"  # a language tag
    LOCALIZED = "localized"  # a text that may begin with `{lang=…}`


class Part(StrEnum):
    """What stands between the delimiters of a response; both interpreters know these."""

    IDENTIFIER = "identifier"
    TEXT = "text"
    LOCALIZED = "localized"
    REAL = "real"
    ANSWER = "answer"  # a text, or a range of numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a response or a pattern is put together (RTE 4.1.1.6, 4.2.9).

    `front` are the names of reserved delimiters (`{case_matters=true}`) that may come first, each once, in any order.
    The rest is one part, or parts between `[,]`; each is a `left`, or with a `pair` delimiter a left and a right side,
    of which `least_sides` are not empty. `is_distinct`: no part comes twice. `may_be_empty`: nothing at all is legal.
    """

    left: Part
    right: Part | None = None
    pair: str = ""
    least_sides: int = 2
    front: tuple[str, ...] = ()
    is_list: bool = False
    is_distinct: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """What values are legal: one of `words`, or a text that matches `pattern` and lies within the range.

    Neither words nor pattern: any text. `check` and `grammar` ask for more. `synonyms` (written → kept) are legal.
    `aliases`, likewise, and `loose` count in the lenient profile only; there `range_binds` says whether a number out of
    range is refused or kept and reported. A range may be open on either side.
    """

    name: str
    words: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    pattern: str | None = None
    check: Check | None = None
    grammar: Grammar | None = None
    loose: str | None = None
    least: float | None = None
    most: float | None = None
    range_binds: bool = True


NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
LOOSE_NUMBER = NUMBER + r"([eE][+-]?[0-9]{1,3})?"
WHITE = r"\x00-\x20\x7f\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_STATUS = ("passed", "completed", "failed", "incomplete", "browsed")

TEXT = Type(name="CMIString")
FEEDBACK = Type(name="CMIFeedback")  # the suite accepts any text, whatever the type of the interaction
KEYWORD = Type(name="keyword")
IDENTIFIER = Type(name="CMIIdentifier", pattern=f"[^{WHITE}]+", loose=r"[\s\S]+")
DECIMAL = Type(name="CMIDecimal", pattern=NUMBER, loose=LOOSE_NUMBER)
SCORE = Type(
    name="CMIDecimal 0-100", words=("",), pattern=NUMBER, loose=LOOSE_NUMBER, least=0, most=100, range_binds=False
)
TIME = Type(
    name="CMITime",
    pattern=r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,2})?",
    loose=r"([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]([.,][0-9]{0,9})?",
)
TIMESPAN = Type(name="CMITimespan", pattern=STRICT12, loose=LOOSE12)
AUDIO = Type(name="CMISInteger -1..100", pattern="[+-]?[0-9]+", least=-1, most=100)
SPEED = Type(name="CMISInteger -100..100", pattern="[+-]?[0-9]+", least=-100, most=100)
TEXT_SHOWN = Type(name="CMISInteger -1..1", pattern="[+-]?[0-9]+", least=-1, most=1)
LESSON_STATUS = Type(name="status of a lesson", words=_STATUS)
OBJECTIVE_STATUS = Type(name="status of an objective", words=(*_STATUS, "not attempted"))
EXIT = Type(name="exit", words=("time-out", "suspend", "logout", ""), aliases=(("normal", ""),))
INTERACTION_TYPE = Type(
    name="interaction",
    words=("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric"),
)
RESULT = Type(
    name="result",
    words=("correct", "wrong", "unanticipated", "neutral"),
    aliases=(("incorrect", "wrong"),),
    pattern=NUMBER,
    loose=LOOSE_NUMBER,
)
