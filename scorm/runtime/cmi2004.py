"""The data model and the API of SCORM 2004, 4th Edition, as one table (RTE 3, 4 and SN 5.6)."""

from scorm.runtime import types, types2004
from scorm.runtime.codes2004 import CODES2004, SET_CODES2004, TEXTS2004
from scorm.runtime.elements import (
    Access,
    Action,
    Collection,
    Element,
    Evaluation,
    Refusal,
    State,
    Table,
    Unique,
    Variant,
)
from scorm.runtime.languages import LANGUAGES
from scorm.runtime.types import Type
from scorm.runtime.types2004 import PATTERNS, RESPONSES

KIB = 1024
GENEROUS = 64 * KIB
"""The greatest length of most values: the book's own are the least that an LMS keeps."""

GREATEST = KIB * KIB
"""The greatest length of suspend data, shared data and responses."""

RO, WO, RW = Access.READ_ONLY, Access.WRITE_ONLY, Access.READ_WRITE
TYPE = "cmi.interactions.n.type"


def _keyword(name: str, value: str = "0") -> Element:
    return Element(name=name, type=types.KEYWORD, access=RO, default=value)


def _leaf(name: str, kind: Type, access: Access = RW, default: str | None = None, length: int = 255) -> Element:
    return Element(name=name, type=kind, access=access, default=default, length=length, lenient_length=GENEROUS)


def _identifier(name: str, unique: Unique | None = None, *, is_set_once: bool = False) -> Element:
    return Element(
        name=name,
        type=types2004.LONG_IDENTIFIER,
        access=RW,
        default=None,
        length=4000,
        lenient_length=GENEROUS,
        unique=unique,
        is_set_once=is_set_once,
    )


def _great(name: str, length: int, access: Access = RW, default: str | None = None) -> Element:
    return Element(name=name, type=types.TEXT, access=access, default=default, length=length, lenient_length=GREATEST)


def _comments(name: str, access: Access) -> tuple[Element, ...]:
    return (
        _keyword(f"{name}._children", "comment,location,timestamp"),
        _keyword(f"{name}._count"),
        _leaf(f"{name}.n.comment", types2004.LOCALIZED, access, length=4000),
        _leaf(f"{name}.n.location", types.TEXT, access, length=250),
        _leaf(f"{name}.n.timestamp", types2004.TIMESTAMP, access),
    )


def _score(name: str) -> tuple[Element, ...]:
    return (
        _keyword(f"{name}._children", "scaled,raw,min,max"),
        _leaf(f"{name}.scaled", types2004.SCALED),
        _leaf(f"{name}.raw", types2004.REAL),
        _leaf(f"{name}.min", types2004.REAL),
        _leaf(f"{name}.max", types2004.REAL),
    )


def _evaluated(name: str, kind: Type, threshold: str, measure: str, words: tuple[str, str]) -> Element:
    evaluation = Evaluation(threshold=threshold, measure=measure, reached=words[0], missed=words[1], unknown="unknown")
    return Element(name=name, type=kind, access=RW, default="unknown", evaluation=evaluation)


def _varying(name: str, variants: dict[str, Variant]) -> Element:
    """Return a response or a pattern: any length that the book names in any of the types fits the greatest."""
    return Element(
        name=name,
        type=types.TEXT,
        access=RW,
        default=None,
        length=GREATEST,
        lenient_length=GREATEST,
        varies_by=TYPE,
        variants=variants,
    )


def _valid(request: str) -> tuple[Element, ...]:
    """Return the elements that say whether a request with a target would be valid; unknown targets are not."""
    return (
        Element(
            name=f"adl.nav.request_valid.{request}.{{target=*}}",
            type=types.TEXT,
            access=RO,
            default="unknown",
            default_beside="false",
        ),
    )


_ONE_PATTERN = {"true-false", "likert", "numeric", "other"}
_UNIQUE_PATTERNS = {"choice": Unique.SET, "sequencing": Unique.TEXT}

ELEMENTS = (
    _keyword("cmi._version", "1.0"),
    *_comments("cmi.comments_from_learner", RW),
    *_comments("cmi.comments_from_lms", RO),
    _evaluated(
        "cmi.completion_status",
        types2004.COMPLETION,
        "cmi.completion_threshold",
        "cmi.progress_measure",
        ("completed", "incomplete"),
    ),
    _leaf("cmi.completion_threshold", types2004.SHARE, RO),
    _leaf("cmi.credit", types.TEXT, RO, "credit"),
    _leaf("cmi.entry", types.TEXT, RO, "ab-initio"),
    _leaf("cmi.exit", types2004.EXIT, WO),
    _keyword(
        "cmi.interactions._children",
        "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,description",
    ),
    _keyword("cmi.interactions._count"),
    _identifier("cmi.interactions.n.id"),
    Element(
        name=TYPE,
        type=types2004.INTERACTION_TYPE,
        access=RW,
        default=None,
        clears=("learner_response", "correct_responses.n.pattern"),
    ),
    _keyword("cmi.interactions.n.objectives._count"),
    _identifier("cmi.interactions.n.objectives.n.id", Unique.TEXT),
    _leaf("cmi.interactions.n.timestamp", types2004.TIMESTAMP),
    _keyword("cmi.interactions.n.correct_responses._count"),
    _varying(
        "cmi.interactions.n.correct_responses.n.pattern",
        {
            word: Variant(type=kind, most=1 if word in _ONE_PATTERN else None, unique=_UNIQUE_PATTERNS.get(word))
            for word, kind in PATTERNS.items()
        },
    ),
    _leaf("cmi.interactions.n.weighting", types2004.REAL),
    _varying("cmi.interactions.n.learner_response", {word: Variant(type=kind) for word, kind in RESPONSES.items()}),
    _leaf("cmi.interactions.n.result", types2004.RESULT),
    _leaf("cmi.interactions.n.latency", types2004.DURATION),
    _leaf("cmi.interactions.n.description", types2004.LOCALIZED, length=250),
    _leaf("cmi.launch_data", types.TEXT, RO, length=4000),
    _leaf("cmi.learner_id", types2004.LONG_IDENTIFIER, RO, length=4000),
    _leaf("cmi.learner_name", types2004.LOCALIZED, RO, length=250),
    _keyword("cmi.learner_preference._children", "audio_level,language,delivery_speed,audio_captioning"),
    _leaf("cmi.learner_preference.audio_level", types2004.LEVEL, RW, "1"),
    _leaf("cmi.learner_preference.language", types2004.LANGUAGE, RW, ""),
    _leaf("cmi.learner_preference.delivery_speed", types2004.LEVEL, RW, "1"),
    _leaf("cmi.learner_preference.audio_captioning", types2004.CAPTIONING, RW, "0"),
    _leaf("cmi.location", types.TEXT, length=1000),
    _leaf("cmi.max_time_allowed", types2004.DURATION, RO),
    _leaf("cmi.mode", types.TEXT, RO, "normal"),
    _keyword(
        "cmi.objectives._children", "id,score,success_status,completion_status,progress_measure,description"
    ),
    _keyword("cmi.objectives._count"),
    _identifier("cmi.objectives.n.id", Unique.TEXT, is_set_once=True),
    *_score("cmi.objectives.n.score"),
    _leaf("cmi.objectives.n.success_status", types2004.SUCCESS, RW, "unknown"),
    _leaf("cmi.objectives.n.completion_status", types2004.COMPLETION, RW, "unknown"),
    _leaf("cmi.objectives.n.progress_measure", types2004.SHARE),
    _leaf("cmi.objectives.n.description", types2004.LOCALIZED, length=250),
    _leaf("cmi.progress_measure", types2004.SHARE),
    _leaf("cmi.scaled_passing_score", types2004.SCALED, RO),
    *_score("cmi.score"),
    _leaf("cmi.session_time", types2004.DURATION, WO),
    _evaluated(
        "cmi.success_status",
        types2004.SUCCESS,
        "cmi.scaled_passing_score",
        "cmi.score.scaled",
        ("passed", "failed"),
    ),
    _great("cmi.suspend_data", 64000),
    _leaf("cmi.time_limit_action", types.TEXT, RO, "continue,no message"),
    _leaf("cmi.total_time", types2004.DURATION, RO, "PT0S"),
    _leaf("adl.nav.request", types2004.REQUEST, RW, "_none_"),
    _leaf("adl.nav.request_valid.continue", types.TEXT, RO, "unknown"),
    _leaf("adl.nav.request_valid.previous", types.TEXT, RO, "unknown"),
    *_valid("choice"),
    *_valid("jump"),
    _keyword("adl.data._children", "id,store"),
    _keyword("adl.data._count"),
    _leaf("adl.data.n.id", types2004.LONG_IDENTIFIER, RO, length=4000),
    Element(
        name="adl.data.n.store",
        type=types.TEXT,
        access=RW,
        default=None,
        length=64000,
        lenient_length=GREATEST,
        is_guarded=True,
        is_void_when_empty=True,
    ),
)  # fmt: skip

COLLECTIONS = {
    "cmi.objectives": Collection(first="id"),
    "cmi.interactions": Collection(first="id"),
    "adl.data": Collection(is_fixed=True),
}

FUNCTIONS = {
    "Initialize": Action.OPEN,
    "Terminate": Action.CLOSE,
    "GetValue": Action.GET,
    "SetValue": Action.SET,
    "Commit": Action.COMMIT,
    "GetLastError": Action.LAST_ERROR,
    "GetErrorString": Action.ERROR_STRING,
    "GetDiagnostic": Action.DIAGNOSTIC,
}

REFUSALS = {
    (State.NOT_INITIALIZED, Action.GET): Refusal("122"),
    (State.NOT_INITIALIZED, Action.SET): Refusal("132"),
    (State.NOT_INITIALIZED, Action.COMMIT): Refusal("142", after_argument=True),
    (State.NOT_INITIALIZED, Action.CLOSE): Refusal("112"),
    (State.RUNNING, Action.OPEN): Refusal("103", after_argument=True, strict_only=True),
    (State.FINISHED, Action.OPEN): Refusal("104", strict_only=True),
    (State.FINISHED, Action.GET): Refusal("123"),
    (State.FINISHED, Action.SET): Refusal("133"),
    (State.FINISHED, Action.COMMIT): Refusal("143"),
    (State.FINISHED, Action.CLOSE): Refusal("113"),
}

FAILURES = {
    **dict.fromkeys(Action, "101"),
    Action.OPEN: "102",
    Action.CLOSE: "111",
    Action.GET: "301",
    Action.SET: "351",
    Action.COMMIT: "391",
}

CMI2004 = Table(
    edition="2004 4th Edition",
    api="API_1484_11",
    version="1.0",
    elements={element.name: element for element in ELEMENTS},
    collections=COLLECTIONS,
    codes=CODES2004,
    set_codes=SET_CODES2004,
    texts=TEXTS2004,
    functions=FUNCTIONS,
    refusals=REFUSALS,
    failures=FAILURES,
    session_only=("cmi.session_time", "cmi.exit", "adl.nav.request"),
    length_binds=False,
    is_read_by_segment=True,
    languages=LANGUAGES,
)
