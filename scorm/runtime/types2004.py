"""The types of SCORM 2004 as data (RTE 4.1.1); see `scorm.runtime.types` for what patterns may use."""

from dataclasses import replace

from scorm.runtime.types import LOOSE_NUMBER, NUMBER, WHITE, Check, Grammar, Part, Type
from scorm.timespan import LOOSE2004, STRICT2004

# LMS choice: an identifier is what a URI can be read from, non-ASCII letters included; white space, brackets, braces
# and the other characters that no URI has are refused. A URN needs its two parts. Written without lookahead.
_NO_URI = WHITE + r"<>\x22{}|\\^`\[\]"
_ANY = f"[^{_NO_URI}]"
URI = (
    rf"[^uU{_NO_URI}]{_ANY}*|[uU]([^rR{_NO_URI}]{_ANY}*)?|[uU][rR]([^nN{_NO_URI}]{_ANY}*)?"
    rf"|[uU][rR][nN]([^:{_NO_URI}]{_ANY}*)?|[uU][rR][nN]:[A-Za-z0-9][A-Za-z0-9-]{{0,31}}:{_ANY}+"
)

_YEAR = "(19[7-9][0-9]|20[0-2][0-9]|203[0-8])"
_LEAP = "(19(7[26]|8[048]|9[26])|20(0[048]|1[26]|2[048]|3[26]))"
_MONTH = "(0[1-9]|1[0-2])"
_LONG_DAY = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
_SHORT_DAY = "(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
_HOUR = "([01][0-9]|2[0-3])"
_SIXTY = "[0-5][0-9]"
_ZONE = f"(Z|[+-]{_HOUR}(:{_SIXTY})?)"
_CLOCK = rf"T{_HOUR}(:{_SIXTY}(:{_SIXTY}(\.[0-9]{{1,2}}{_ZONE}?)?)?)?"
_TIMESTAMP = f"{_YEAR}(-{_MONTH})?|({_YEAR}-({_LONG_DAY}|{_SHORT_DAY})|{_LEAP}-02-29)({_CLOCK})?"
_LOOSE_TIMESTAMP = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{1,2}(:[0-9]{1,2}(:[0-9]{1,2}([.,][0-9]{0,9})?)?)?"
    r"( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?"
)

REAL = Type(name="real", pattern=NUMBER, loose=LOOSE_NUMBER)
SCALED = replace(REAL, name="real -1..1", least=-1, most=1)
SHARE = replace(REAL, name="real 0..1", least=0, most=1)
LEVEL = replace(REAL, name="real 0..", least=0)
LONG_IDENTIFIER = Type(name="long_identifier", pattern=URI, loose=r"[\s\S]+")
# No text at all in the default language is the empty text: the suite reads it back so.
_EMPTY = (("{lang=en}", ""),)
LOCALIZED = Type(name="localized_string", synonyms=_EMPTY, check=Check.LOCALIZED)
LANGUAGE = Type(name="language", words=("",), check=Check.LANGUAGE)
TIMESTAMP = Type(name="time", pattern=_TIMESTAMP, loose=_LOOSE_TIMESTAMP)
DURATION = Type(name="timeinterval", pattern=STRICT2004, loose=LOOSE2004)
CAPTIONING = Type(name="audio_captioning", words=("-1", "0", "1"))
COMPLETION = Type(name="completion_status", words=("completed", "incomplete", "not attempted", "unknown"))
SUCCESS = Type(name="success_status", words=("passed", "failed", "unknown"))
EXIT = Type(name="exit", words=("time-out", "suspend", "logout", "normal", ""))
RESULT = Type(
    name="result",
    words=("correct", "incorrect", "unanticipated", "neutral"),
    aliases=(("wrong", "incorrect"),),
    pattern=NUMBER,
    loose=LOOSE_NUMBER,
)
REQUEST_WORDS = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll", "_none_")
# LMS choice: choice and jump without a target are no requests; that the target exists is found out at navigation.
REQUEST = Type(name="request", words=REQUEST_WORDS, pattern=r"\{target=[^{}]+\}(choice|jump)")
REQUEST3 = Type(name="request", words=REQUEST_WORDS, pattern=r"\{target=[^{}]+\}choice")
REQUEST2 = replace(REQUEST3, words=tuple(word for word in REQUEST_WORDS if word != "suspendAll"))


def _response(name: str, grammar: Grammar) -> Type:
    """Return a type of responses; the lenient profile keeps any text, since reports beat purity."""
    return Type(name=name, grammar=grammar, loose=r"[\s\S]*")


_IDENTIFIERS = Grammar(left=Part.IDENTIFIER, is_list=True)
_CHOICES = replace(_IDENTIFIERS, is_distinct=True, may_be_empty=True)
_PAIRS = Grammar(left=Part.IDENTIFIER, right=Part.IDENTIFIER, pair="[.]", is_list=True)
_STEPS = Grammar(left=Part.IDENTIFIER, right=Part.TEXT, pair="[.]", least_sides=1, is_list=True)
_TEXTS = Grammar(left=Part.LOCALIZED, is_list=True, may_be_empty=True)

TRUTH = Type(name="true-false", words=("true", "false"), loose=r"[\s\S]*")
ANY_TEXT = Type(name="other")
CHOICES = _response("choice", _CHOICES)
FILL_IN = _response("fill-in", _TEXTS)
FILL_IN_PATTERN = _response("fill-in pattern", replace(_TEXTS, front=("case_matters", "order_matters")))
LONG_FILL_IN_PATTERN = replace(
    _response("long-fill-in pattern", Grammar(left=Part.TEXT, front=("case_matters", "lang"), may_be_empty=True)),
    synonyms=_EMPTY,
)
MATCHING = _response("matching", replace(_PAIRS, may_be_empty=True))
MATCHING_PATTERN = _response("matching pattern", _PAIRS)
PERFORMANCE = _response("performance", _STEPS)
PERFORMANCE_PATTERN = _response("performance pattern", replace(_STEPS, right=Part.ANSWER, front=("order_matters",)))
SEQUENCING = _response("sequencing", _IDENTIFIERS)
LIKERT = _response("likert", Grammar(left=Part.IDENTIFIER))
NUMERIC = replace(REAL, name="numeric", loose=r"[\s\S]*")
NUMERIC_PATTERN = _response("numeric pattern", Grammar(left=Part.REAL, right=Part.REAL, pair="[:]", least_sides=0))
LONG_FILL_IN = replace(LOCALIZED, name="long-fill-in", loose=r"[\s\S]*")

RESPONSES = {
    "true-false": TRUTH,
    "choice": CHOICES,
    "fill-in": FILL_IN,
    "long-fill-in": LONG_FILL_IN,
    "matching": MATCHING,
    "performance": PERFORMANCE,
    "sequencing": SEQUENCING,
    "likert": LIKERT,
    "numeric": NUMERIC,
    "other": ANY_TEXT,
}
"""The type of `learner_response` by the interaction's type (RTE 4.2.9.2)."""

PATTERNS = {
    **RESPONSES,
    "fill-in": FILL_IN_PATTERN,
    "long-fill-in": LONG_FILL_IN_PATTERN,
    "matching": MATCHING_PATTERN,
    "performance": PERFORMANCE_PATTERN,
    "numeric": NUMERIC_PATTERN,
}
"""The type of a correct response's `pattern` by the interaction's type (RTE 4.2.9.1)."""

INTERACTION_TYPE = Type(name="interaction", words=tuple(RESPONSES))
