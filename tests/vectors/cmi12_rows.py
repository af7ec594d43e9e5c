"""SCORM 1.2 element by element: what is legal, what is not, what the LMS gives, by the book (RTE 1.2, 3.4)."""

from dataclasses import dataclass

Text = str | dict[str, list[object]]

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
