"""The data model and the API of SCORM 1.2 as one table (RTE 1.2, 3.3 and 3.4)."""

from scorm.runtime import types
from scorm.runtime.codes import CODES12, TEXTS12
from scorm.runtime.elements import Access, Action, Element, Refusal, State, Table
from scorm.runtime.types import Type

KIB = 1024
GENEROUS = 64 * KIB
"""The lenient profile's cap for texts: question titles as identifiers, answers in words."""

RO, WO, RW = Access.READ_ONLY, Access.WRITE_ONLY, Access.READ_WRITE


def _keyword(name: str, value: str = "0") -> Element:
    return Element(name=name, type=types.KEYWORD, access=RO, default=value)


def _text(name: str, access: Access = RW, length: int = 255, lenient_length: int = GENEROUS) -> Element:
    return Element(name=name, type=types.TEXT, access=access, length=length, lenient_length=lenient_length)


def _identifier(name: str, access: Access) -> Element:
    return Element(name=name, type=types.IDENTIFIER, access=access, lenient_length=GENEROUS)


def _feedback(name: str) -> Element:
    return Element(name=name, type=types.FEEDBACK, access=WO, lenient_length=GENEROUS)


def _leaf(name: str, kind: Type, access: Access = RW, default: str = "") -> Element:
    return Element(name=name, type=kind, access=access, default=default)


ELEMENTS = (
    _keyword("cmi._version", "3.4"),
    _keyword(
        "cmi.core._children",
        "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time",
    ),
    _identifier("cmi.core.student_id", RO),
    _text("cmi.core.student_name", RO),
    _text("cmi.core.lesson_location"),
    _leaf("cmi.core.credit", types.TEXT, RO, "credit"),
    _leaf("cmi.core.lesson_status", types.LESSON_STATUS, RW, "not attempted"),
    _leaf("cmi.core.entry", types.TEXT, RO, "ab-initio"),
    _keyword("cmi.core.score._children", "raw,min,max"),
    _leaf("cmi.core.score.raw", types.SCORE),
    _leaf("cmi.core.score.min", types.SCORE),
    _leaf("cmi.core.score.max", types.SCORE),
    _leaf("cmi.core.total_time", types.TIMESPAN, RO, "0000:00:00.00"),
    _leaf("cmi.core.lesson_mode", types.TEXT, RO, "normal"),
    _leaf("cmi.core.exit", types.EXIT, WO),
    _leaf("cmi.core.session_time", types.TIMESPAN, WO),
    _text("cmi.suspend_data", RW, 4096, KIB * KIB),
    _text("cmi.launch_data", RO, 4096),
    Element(name="cmi.comments", type=types.TEXT, access=RW, length=4096, lenient_length=GENEROUS, appends=True),
    _text("cmi.comments_from_lms", RO, 4096),
    _keyword("cmi.objectives._children", "id,score,status"),
    _keyword("cmi.objectives._count"),
    _identifier("cmi.objectives.n.id", RW),
    _keyword("cmi.objectives.n.score._children", "raw,min,max"),
    _leaf("cmi.objectives.n.score.raw", types.SCORE),
    _leaf("cmi.objectives.n.score.min", types.SCORE),
    _leaf("cmi.objectives.n.score.max", types.SCORE),
    _leaf("cmi.objectives.n.status", types.OBJECTIVE_STATUS, RW, "not attempted"),
    _keyword("cmi.student_data._children", "mastery_score,max_time_allowed,time_limit_action"),
    _leaf("cmi.student_data.mastery_score", types.DECIMAL, RO),
    _leaf("cmi.student_data.max_time_allowed", types.TIMESPAN, RO),
    _leaf("cmi.student_data.time_limit_action", types.TEXT, RO),
    _keyword("cmi.student_preference._children", "audio,language,speed,text"),
    _leaf("cmi.student_preference.audio", types.AUDIO, RW, "0"),
    _text("cmi.student_preference.language"),
    _leaf("cmi.student_preference.speed", types.SPEED, RW, "0"),
    _leaf("cmi.student_preference.text", types.TEXT_SHOWN, RW, "0"),
    _keyword(
        "cmi.interactions._children",
        "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
    ),
    _keyword("cmi.interactions._count"),
    _identifier("cmi.interactions.n.id", WO),
    _keyword("cmi.interactions.n.objectives._count"),
    _identifier("cmi.interactions.n.objectives.n.id", WO),
    _leaf("cmi.interactions.n.time", types.TIME, WO),
    _leaf("cmi.interactions.n.type", types.INTERACTION_TYPE, WO),
    _keyword("cmi.interactions.n.correct_responses._count"),
    _feedback("cmi.interactions.n.correct_responses.n.pattern"),
    _leaf("cmi.interactions.n.weighting", types.DECIMAL, WO),
    _feedback("cmi.interactions.n.student_response"),
    _leaf("cmi.interactions.n.result", types.RESULT, WO),
    _leaf("cmi.interactions.n.latency", types.TIMESPAN, WO),
)

FUNCTIONS = {
    "LMSInitialize": Action.OPEN,
    "LMSFinish": Action.CLOSE,
    "LMSGetValue": Action.GET,
    "LMSSetValue": Action.SET,
    "LMSCommit": Action.COMMIT,
    "LMSGetLastError": Action.LAST_ERROR,
    "LMSGetErrorString": Action.ERROR_STRING,
    "LMSGetDiagnostic": Action.DIAGNOSTIC,
}

REFUSALS = {
    (State.NOT_INITIALIZED, Action.GET): Refusal("301"),
    (State.NOT_INITIALIZED, Action.SET): Refusal("301"),
    (State.NOT_INITIALIZED, Action.COMMIT): Refusal("301"),
    (State.NOT_INITIALIZED, Action.CLOSE): Refusal("301"),
    (State.RUNNING, Action.OPEN): Refusal("101", after_argument=True, strict_only=True),
    # LMS choice: the book does not say what a finished session answers; as before it was opened, but for opening.
    (State.FINISHED, Action.OPEN): Refusal("101", strict_only=True),
    (State.FINISHED, Action.GET): Refusal("301"),
    (State.FINISHED, Action.SET): Refusal("301"),
    (State.FINISHED, Action.COMMIT): Refusal("301"),
    (State.FINISHED, Action.CLOSE): Refusal("301"),
}

CMI12 = Table(
    edition="1.2",
    api="API",
    elements={element.name: element for element in ELEMENTS},
    codes=CODES12,
    texts=TEXTS12,
    functions=FUNCTIONS,
    refusals=REFUSALS,
    failures=dict.fromkeys(Action, "101"),
    session_only=("cmi.core.session_time", "cmi.core.exit"),
)
