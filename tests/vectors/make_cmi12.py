"""Write `cmi12.json`: calls of a SCORM 1.2 SCO with the result and the code that must come back.

The expectations below are written by hand from the book (RTE 1.2, 3.3 and 3.4), never taken from an implementation;
this script only lays them out as calls. Both interpreters, Python's and the browser's, are held to the file.

    python -m tests.vectors.make_cmi12

A long text stands as `{"repeat": [unit, count]}`.
"""

import json
from pathlib import Path

from tests.vectors.cmi12_rows import CHILDREN, GENEROUS, LAUNCH, NAMES, ROWS, UNGIVEN, Row, Text, repeat

Call = list[object]

OUT = Path(__file__).with_name("cmi12.json")
PROFILES = ("strict", "lenient")


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
