"""Write `cmi12.json`: calls of a SCORM 1.2 SCO with the result and the code that must come back.

The expectations below are written by hand from the book (RTE 1.2, 3.3 and 3.4), never taken from an implementation;
this script only lays them out as calls. Both interpreters, Python's and the browser's, are held to the file.

    python tests/vectors/make_cmi12.py

A long text stands as `{"repeat": [unit, count]}`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

Text = str | dict[str, list[object]]
Call = list[object]

OUT = Path(__file__).with_name("cmi12.json")
PROFILES = ("strict", "lenient")
MIB = 1024 * 1024
GENEROUS = 64 * 1024


def repeat(count: int, unit: str = "x") -> Text:
    """Return a long text."""
    return {"repeat": [unit, count]}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One element that a SCO can set.

    `first`: what it reads before any set. `accepted` and `refused` hold in both profiles; `loose` is refused in the
    strict profile and accepted in the lenient one, and reads back as it was given.
    """

    name: str
    first: str = ""
    accepted: tuple[Text, ...]
    refused: tuple[Text, ...] = ()
    loose: tuple[Text, ...] = ()
    is_write_only: bool = False


SCORES = {
    "accepted": ("0", "100", "90.99", "00", "+7", "50.", ".5", "-0", "100.0", ""),
    "refused": ("one hundred", "1,5", "NaN", "Infinity", "1e", " 5", "5 ", "0x10", "--1", ".", "٣", "1_0", "5\n"),
    "loose": ("-1", "-99", "100.01", "101", "1000", "1e1", "8.5E-7"),
}
DECIMALS = {
    "accepted": ("0", "-90.99", "90.99", "1000", "-99"),
    "refused": ("one hundred", "", "1,5", "NaN", " 5"),
    "loose": ("1e1",),
}
IDENTIFIERS = {
    "accepted": ("1", "X990", "a-b_c.d:e/f?g=h", "é", "{}[]", repeat(255), repeat(255, "😀")),
    "refused": ("", repeat(GENEROUS + 1)),
    "loose": ("a b", " a", "a\n", "a\u00a0b", repeat(256), repeat(256, "😀"), repeat(GENEROUS)),
}
TEXT_255 = {
    "accepted": ("", "1", "a\r\nb", "&#32;{[ ]}", "😀", repeat(255), repeat(255, "😀")),
    "refused": (repeat(GENEROUS + 1),),
    "loose": (repeat(256), repeat(256, "😀"), repeat(GENEROUS)),
}
TIMESPANS = {
    "accepted": ("00:00:00", "0000:00:00.00", "0000:03:45.5", "1121:03:40", "30:99:99", "9999:59:59.99", "001:00:00"),
    "refused": ("", "3 hours", "PT1H", "3330:330:40", "3330:30:40 seconds", "00:00", "-1:00:00", "00:00:00\n", "::"),
    "loose": ("1:00:00", "33330:30:40", "3330:30:1.34", "00:00:05.123", "0:0:0", "00:00:05,5", "00:00:05."),
}
INTEGERS_REFUSED = ("", "Foo", "5.5", "1e1", "32769", "-32769", "50000", "-50000", " 1", "٣")
STATUSES = ("passed", "completed", "failed", "incomplete", "browsed")
NO_STATUS = ("", "NA", "Passed", "passed ", " passed", "status set to completed", "unknown")

ROWS = (
    Row(name="cmi.core.lesson_location", **TEXT_255),
    Row(
        name="cmi.core.lesson_status", first="not attempted", accepted=STATUSES, refused=("not attempted", *NO_STATUS)
    ),
    Row(name="cmi.core.score.raw", **SCORES),
    Row(name="cmi.core.score.min", **SCORES),
    Row(name="cmi.core.score.max", **SCORES),
    Row(
        name="cmi.core.exit",
        accepted=("time-out", "suspend", "logout", ""),
        refused=("Suspend", "LOGOUT", "suspend ", "timeout", "T"),
        loose=("normal",),
        is_write_only=True,
    ),
    Row(name="cmi.core.session_time", **TIMESPANS, is_write_only=True),
    Row(
        name="cmi.suspend_data",
        accepted=("", "none", "A=1,B=2", "&#32;", "\r\n\t", "{}[]|", "😀", repeat(4096), repeat(4096, "😀")),
        refused=(repeat(MIB + 1),),
        loose=(repeat(4097), repeat(4097, "😀"), repeat(MIB)),
    ),
    Row(name="cmi.objectives.0.id", **IDENTIFIERS),
    Row(name="cmi.objectives.0.score.raw", **SCORES),
    Row(name="cmi.objectives.0.score.min", **SCORES),
    Row(name="cmi.objectives.0.score.max", **SCORES),
    Row(
        name="cmi.objectives.0.status",
        first="not attempted",
        accepted=(*STATUSES, "not attempted"),
        refused=NO_STATUS,
    ),
    Row(
        name="cmi.student_preference.audio",
        first="0",
        accepted=("-1", "0", "100", "+9"),
        refused=("-2", "101", *INTEGERS_REFUSED),
    ),
    Row(name="cmi.student_preference.language", **TEXT_255),
    Row(
        name="cmi.student_preference.speed",
        first="0",
        accepted=("-100", "0", "100"),
        refused=("-101", "101", *INTEGERS_REFUSED),
    ),
    Row(
        name="cmi.student_preference.text",
        first="0",
        accepted=("-1", "0", "1"),
        refused=("-2", "2", *INTEGERS_REFUSED),
    ),
    Row(name="cmi.interactions.0.id", **IDENTIFIERS, is_write_only=True),
    Row(name="cmi.interactions.0.objectives.0.id", **IDENTIFIERS, is_write_only=True),
    Row(
        name="cmi.interactions.0.time",
        accepted=("00:00:00", "23:59:59", "23:03:33.4", "12:00:00.99"),
        refused=("", "24:00:00", "99:03:33.4", "12:99:33.4", "12:00:60", "9812:10:33.4", "12:30", "12:00:3 seconds"),
        loose=("1:02:03", "12:00:00.123", "9:5:7"),
        is_write_only=True,
    ),
    Row(
        name="cmi.interactions.0.type",
        accepted=(
            "true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric",
        ),
        refused=("", "TF", "Numeric", "long-fill-in", "other"),
        is_write_only=True,
    ),
    Row(name="cmi.interactions.0.correct_responses.0.pattern", **TEXT_255, is_write_only=True),
    Row(name="cmi.interactions.0.weighting", **DECIMALS, is_write_only=True),
    Row(name="cmi.interactions.0.student_response", **TEXT_255, is_write_only=True),
    Row(
        name="cmi.interactions.0.result",
        accepted=("correct", "wrong", "unanticipated", "neutral", "95.5", "-1"),
        refused=("", "C", "WRONG", "Incorrect", "1,5"),
        loose=("incorrect", "1e1"),
        is_write_only=True,
    ),
    Row(name="cmi.interactions.0.latency", **TIMESPANS, is_write_only=True),
)  # fmt: skip

LAUNCH = {
    "cmi.core.student_id": "learner-1",
    "cmi.core.student_name": "Last, First",
    "cmi.core.credit": "no-credit",
    "cmi.core.entry": "resume",
    "cmi.core.total_time": "0000:10:00.00",
    "cmi.core.lesson_mode": "review",
    "cmi.launch_data": "a=1",
    "cmi.comments_from_lms": "Welcome",
    "cmi.student_data.mastery_score": "80",
    "cmi.student_data.max_time_allowed": "00:30:00",
    "cmi.student_data.time_limit_action": "exit,no message",
    "lms.own_status": "",
}
"""What the LMS gives: each of these is read by the SCO and never set, but the last, which is no SCO's business."""

UNGIVEN = {
    "cmi.core.student_id": "",
    "cmi.core.student_name": "",
    "cmi.core.credit": "credit",
    "cmi.core.entry": "ab-initio",
    "cmi.core.total_time": "0000:00:00.00",
    "cmi.core.lesson_mode": "normal",
    "cmi.launch_data": "",
    "cmi.comments_from_lms": "",
    "cmi.student_data.mastery_score": "",
    "cmi.student_data.max_time_allowed": "",
    "cmi.student_data.time_limit_action": "",
}
"""The same elements when the LMS gives nothing."""

CHILDREN = {
    "cmi.core": (
        "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,"
        "session_time"
    ),
    "cmi.core.score": "raw,min,max",
    "cmi.objectives": "id,score,status",
    "cmi.student_data": "mastery_score,max_time_allowed,time_limit_action",
    "cmi.student_preference": "audio,language,speed,text",
    "cmi.interactions": "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
}

NAMES = {
    # malformed, another model, or a node that is no leaf
    "": "201", ".": "201", "cmi": "201", "cmi.": "201", ".cmi.core": "201", "cmi..core": "201", "cmi.core.": "201",
    "foo.bar": "201", "CMI.core.exit": "201", "cmi.core": "201", "cmi.core.score": "201", "cmi.objectives": "201",
    "cmi.objectives.0": "201", "cmi.interactions.0.objectives": "201", "constructor": "201", "__proto__": "201",
    "lms.own_status": "201", "adl.nav.request": "201", " cmi.suspend_data": "201",
    # unknown below a known category, and an unknown category
    "cmi.core.none": "201", "cmi.core.none._children": "201", "cmi.core.Exit": "201", "cmi.suspend_data.x": "201",
    "cmi.core.0.exit": "201", "cmi.objectives.0.nothing": "201", "cmi.objectives.n.id": "201",
    "cmi.objectives.-1.id": "201", "cmi.objectives.x.id": "201", "cmi.objectives.id": "201",
    "cmi.objectives.²,0.id": "201", "cmi.core._version": "201", "cmi.core.session_time ": "201",
    "cmi.nothing": "401", "cmi.nothing.deeper": "401", "cmi.suspend_data2": "401", "cmi.__proto__": "401",
    "cmi.location": "401", "cmi.score.scaled": "401", "cmi.completion_status": "401", "cmi.3": "401",
    # keywords where there are none
    "cmi.launch_data._children": "202", "cmi.core.lesson_status._children": "202", "cmi.core.exit._children": "202",
    "cmi.objectives.0.id._children": "202", "cmi.interactions.0.objectives._children": "202", "cmi._children": "202",
    "cmi.launch_data._count": "203", "cmi.core._count": "203", "cmi.core.score._count": "203", "cmi._count": "203",
    "cmi.student_data._count": "203", "cmi.objectives.0._count": "203",
}  # fmt: skip


def get(name: object, value: Text, code: str = "0") -> Call:
    """Return a read and what must come back."""
    return ["LMSGetValue", [name], value, code]


def put(name: object, value: object, code: str = "0") -> Call:
    """Return a write and what must come back."""
    return ["LMSSetValue", [name, value], "true" if code == "0" else "false", code]


OPEN: Call = ["LMSInitialize", [""], "true", "0"]


def element_calls(row: Row, profile: str) -> list[Call]:
    """Return every check of one element: before any set, each legal value, each illegal one."""
    calls = [OPEN]
    is_record = ".0." in row.name
    kept: Text = row.first
    if row.is_write_only:
        calls.append(get(row.name, "", "404"))
    else:
        calls.append(get(row.name, "", "201") if is_record else get(row.name, row.first))
    loose = row.loose if profile == "lenient" else ()
    refused = row.refused if profile == "lenient" else (*row.refused, *row.loose)
    for value in (*row.accepted, *loose):
        calls.append(put(row.name, value))
        kept = value
        calls.append(get(row.name, "", "404") if row.is_write_only else get(row.name, kept))
    for value in refused:
        calls.append(put(row.name, value, "405"))
        calls.append(get(row.name, "", "404") if row.is_write_only else get(row.name, kept))
    return calls


def refused_first_calls(row: Row) -> list[Call]:
    """Return that a record does not appear when its first value is refused."""
    collection = row.name.partition(".0.")[0]
    return [
        OPEN,
        get(f"{collection}._count", "0"),
        *(put(row.name, value, "405") for value in row.refused),
        get(f"{collection}._count", "0"),
        put(row.name, row.accepted[0]),
        get(f"{collection}._count", "1"),
    ]


def given_calls(expected: dict[str, str]) -> list[Call]:
    """Return that what the LMS gives is read and cannot be set."""
    calls = [OPEN]
    for name, value in expected.items():
        if name.startswith("cmi."):
            calls += [get(name, value), put(name, "x", "403"), get(name, value)]
    return calls


def keyword_calls() -> list[Call]:
    """Return that keywords are read and cannot be set."""
    calls = [OPEN, get("cmi._version", "3.4"), put("cmi._version", "3.4", "402")]
    for node, children in CHILDREN.items():
        calls += [get(f"{node}._children", children), put(f"{node}._children", "x", "402")]
    for collection in ("cmi.objectives", "cmi.interactions"):
        calls += [get(f"{collection}._count", "0"), put(f"{collection}._count", "4", "402")]
    calls += [
        get("cmi.objectives.0.score._children", "", "201"),
        put("cmi.objectives.0.status", "passed"),
        get("cmi.objectives.0.score._children", "raw,min,max"),
        put("cmi.objectives.0.score._children", "raw", "402"),
        get("cmi.objectives.0.id", ""),
        get("cmi.objectives.0.score.raw", ""),
        put("cmi.objectives.1.score._children", "raw", "402"),
        put("cmi.objectives.2.score._children", "raw", "201"),
        get("cmi.objectives._count", "1"),
    ]
    return calls


def name_calls() -> list[Call]:
    """Return what wrong names answer, read and written."""
    calls = [OPEN]
    for name, code in NAMES.items():
        calls += [get(name, "", code), put(name, "x", code)]
    return calls


def index_calls() -> list[Call]:
    """Return how records come into being: without gaps, whatever field comes first."""
    interactions = "cmi.interactions"
    return [
        OPEN,
        get("cmi.objectives.0.id", "", "201"),
        put("cmi.objectives.1.id", "B", "201"),
        put("cmi.objectives.9.id", "", "201"),
        put("cmi.objectives.99999999999999999999.id", "B", "201"),
        get("cmi.objectives._count", "0"),
        put("cmi.objectives.0.score.raw", "5"),
        get("cmi.objectives._count", "1"),
        get("cmi.objectives.0.status", "not attempted"),
        put("cmi.objectives.01.id", "B"),
        get("cmi.objectives._count", "2"),
        get("cmi.objectives.1.id", "B"),
        get("cmi.objectives.0001.id", "B"),
        put("cmi.objectives.0.id", "B"),
        put("cmi.objectives.0.id", "C"),
        get("cmi.objectives.0.id", "C"),
        get("cmi.objectives.2.id", "", "201"),
        # the lists of the record that would come next read as empty, those beyond do not exist
        get(f"{interactions}.0.objectives._count", "0"),
        get(f"{interactions}.0.correct_responses._count", "0"),
        get(f"{interactions}.1.objectives._count", "", "201"),
        put(f"{interactions}.0.objectives._count", "1", "402"),
        put(f"{interactions}.1.objectives._count", "1", "201"),
        # write-only is said before the index
        get(f"{interactions}.5.student_response", "", "404"),
        get(f"{interactions}.5.objectives.5.id", "", "404"),
        put(f"{interactions}.0.objectives.1.id", "O", "201"),
        get(f"{interactions}._count", "0"),
        put(f"{interactions}.0.objectives.0.id", "O"),
        get(f"{interactions}._count", "1"),
        get(f"{interactions}.0.objectives._count", "1"),
        put(f"{interactions}.0.objectives.1.id", "P"),
        put(f"{interactions}.0.objectives.1.id", "Q"),
        get(f"{interactions}.0.objectives._count", "2"),
        put(f"{interactions}.0.correct_responses.1.pattern", "a", "201"),
        put(f"{interactions}.0.correct_responses.0.pattern", ""),
        get(f"{interactions}.0.correct_responses._count", "1"),
        put(f"{interactions}.1.time", "99:00:00", "405"),
        put(f"{interactions}.1.time", "12:00:00"),
        put(f"{interactions}.3.time", "12:00:00", "201"),
        get(f"{interactions}._count", "2"),
        get(f"{interactions}.1.objectives._count", "0"),
    ]


def comment_calls(profile: str) -> list[Call]:
    """Return that comments append, and that what does not fit leaves them as they were."""
    cap = 4096 if profile == "strict" else GENEROUS
    return [
        OPEN,
        get("cmi.comments", ""),
        put("cmi.comments", ""),
        put("cmi.comments", "A"),
        put("cmi.comments", "B"),
        get("cmi.comments", "AB"),
        put("cmi.comments", repeat(cap - 1), "405"),
        get("cmi.comments", "AB"),
        put("cmi.comments", repeat(cap - 2)),
        put("cmi.comments", "C", "405"),
        put("cmi.comments", ""),
    ]


def state_calls(profile: str) -> list[Call]:
    """Return what each function answers in each state, with the right argument and a wrong one."""
    again: tuple[str, str] = ("false", "101") if profile == "strict" else ("true", "0")
    closed: list[Call] = [
        ["LMSGetValue", ["cmi.core.student_id"], "", "301"],
        ["LMSGetValue", [""], "", "301"],
        ["LMSSetValue", ["cmi.core.score.raw", "x"], "false", "301"],
        ["LMSCommit", [""], "false", "301"],
        ["LMSCommit", ["x"], "false", "301"],
        ["LMSFinish", [""], "false", "301"],
        ["LMSFinish", ["x"], "false", "301"],
    ]
    return [
        ["LMSGetLastError", [], "0", "0"],
        *closed,
        ["LMSInitialize", ["x"], "false", "201"],
        ["LMSGetLastError", [], "201", "201"],
        ["LMSInitialize", [0], "false", "201"],
        *closed,
        OPEN,
        ["LMSInitialize", ["x"], "false", "201"],
        ["LMSInitialize", [""], *again],
        ["LMSCommit", ["x"], "false", "201"],
        ["LMSCommit", [""], "true", "0"],
        ["LMSGetValue", ["cmi.core.student_id"], "learner-1", "0"],
        ["LMSSetValue", ["cmi.core.score.raw", "80"], "true", "0"],
        ["LMSFinish", ["x"], "false", "201"],
        ["LMSGetValue", ["cmi.core.score.raw"], "80", "0"],
        ["LMSFinish", [""], "true", "0"],
        *closed,
        ["LMSInitialize", [""], *again],
    ]


def error_calls() -> list[Call]:
    """Return that the functions about errors work always and never change the stored code."""
    calls: list[Call] = [
        ["LMSGetErrorString", ["0"], "No error", "0"],
        ["LMSGetValue", ["x"], "", "301"],
        ["LMSGetLastError", ["ignored"], "301", "301"],
        ["LMSGetErrorString", ["301"], "Not initialized", "301"],
        ["LMSGetErrorString", [301], "Not initialized", "301"],
    ]
    for unknown in ("", "1", "001", "999", "x", "constructor", "__proto__", "301 "):
        calls.append(["LMSGetErrorString", [unknown], "", "301"])
    for unknown in ("1", "999", "anything at all", "toString"):
        calls.append(["LMSGetDiagnostic", [unknown], "", "301"])
    return [*calls, OPEN, ["LMSGetLastError", [], "0", "0"]]


def argument_calls(profile: str) -> list[Call]:
    """Return that arguments become text first, and what a missing one means."""
    missing = ["false", "201"] if profile == "strict" else ["true", "0"]
    return [
        ["LMSInitialize", [], *missing],
        *([OPEN] if profile == "strict" else []),
        ["LMSCommit", [None], *missing],
        ["LMSCommit", [False], "false", "201"],
        put("cmi.core.score.raw", 85),
        get("cmi.core.score.raw", "85"),
        put("cmi.core.score.raw", 85.5),
        get("cmi.core.score.raw", "85.5"),
        put("cmi.core.lesson_location", True),
        get("cmi.core.lesson_location", "true"),
        put("cmi.core.lesson_location", None),
        get("cmi.core.lesson_location", "null"),
        ["LMSSetValue", ["cmi.suspend_data"], "true", "0"],
        get("cmi.suspend_data", "undefined"),
        ["LMSGetValue", [], "", "201"],
        get(None, "", "201"),
        ["LMSGetValue", ["cmi.suspend_data", "more"], "undefined", "0"],
        ["LMSFinish", [], *missing],
    ]


def groups(profile: str) -> list[dict[str, object]]:
    """Return the groups of one profile; each starts with a new instance on `values`."""
    named: list[tuple[str, dict[str, str], list[Call]]] = [
        ("what the LMS gives", LAUNCH, given_calls(LAUNCH)),
        ("what the LMS does not give", {}, given_calls(UNGIVEN)),
        ("keywords", {}, keyword_calls()),
        ("names", LAUNCH, name_calls()),
        ("indexes", {}, index_calls()),
        ("comments", {}, comment_calls(profile)),
        ("states", LAUNCH, state_calls(profile)),
        ("errors", {}, error_calls()),
        ("arguments", {}, argument_calls(profile)),
    ]
    named += [(row.name, {}, element_calls(row, profile)) for row in ROWS]
    named += [(f"{row.name} refused first", {}, refused_first_calls(row)) for row in ROWS if ".0." in row.name]
    return [{"name": name, "profile": profile, "values": values, "calls": calls} for name, values, calls in named]


def text_of_file() -> str:
    """Return the file's text: one call a line, so that a change reads well."""
    parts = []
    for group in [group for profile in PROFILES for group in groups(profile)]:
        calls = ",\n".join(json.dumps(call, ensure_ascii=True) for call in group.pop("calls"))
        parts.append(json.dumps(group, ensure_ascii=True)[:-1] + ', "calls": [\n' + calls + "\n]}")
    return "[\n" + ",\n".join(parts) + "\n]\n"


if __name__ == "__main__":
    OUT.write_text(text_of_file(), encoding="ascii")
