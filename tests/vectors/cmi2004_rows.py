"""SCORM 2004 element by element: what is legal, what is not, what the LMS gives, by the book (RTE 4.1 and 4.2)."""

from dataclasses import dataclass, field

from tests.vectors.cmi12_rows import GENEROUS, MIB, Text, repeat

ABSENT = ("", "403")
UNKNOWN = ("unknown", "0")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One element that a SCO can set.

    `before`: what has to be set first. `first`: what it reads then, before any set of its own. `accepted`, and
    `refused` by code, hold in both profiles; `loose` is refused with 406 in the strict profile, accepted in the lenient
    one, and reads back as it was given. `read_as`: what is read otherwise than it was written.
    """

    name: str
    before: tuple[tuple[str, Text], ...] = ()
    first: tuple[Text, str] = ABSENT
    accepted: tuple[Text, ...]
    refused: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    loose: tuple[Text, ...] = ()
    read_as: dict[str, str] = field(default_factory=dict)
    is_write_only: bool = False


NO_NUMBER = ("", "one", "1,5", "34,000.00", "NaN", "Infinity", "-Infinity", " 5", "5 ", "0x10", "--1", ".", "٣", "5\n")
NUMBERS_LOOSE = ("1e0", "5E-1")
TOO_LONG = {"351": (repeat(GENEROUS + 1),)}
ANYWAY = ("1234567.1234567", "7.000099999887765544", "-3500.043", "0", "00", "+7", ".5", "5.")

SCALED = {
    "accepted": ("-1", "1", "-1.0", "1.0000000", "0", "0.5", "-.5", "1."),
    "refused": {"406": NO_NUMBER, "407": ("1.9", "-1.0000001", "1.0000001", "100", "-99.0")},
    "loose": NUMBERS_LOOSE,
}
SHARES = {
    "accepted": ("0", "1", "0.0", "1.0000000", "0.000099999887765544"),
    "refused": {"406": NO_NUMBER, "407": ("-0.0001", "-1", "1.0000001", "100")},
    "loose": NUMBERS_LOOSE,
}
REALS = {
    "accepted": ANYWAY,
    "refused": {"406": (*NO_NUMBER, repeat(GENEROUS + 1)), "351": (repeat(GENEROUS + 1, "1"),)},
    "loose": ("1e1", "8.5E-7", "1e999"),
}
LEVELS = {
    "accepted": ("0", "1", "100.0", "50.000099999887765544", "1000"),
    "refused": {"406": NO_NUMBER, "407": ("-0.1", "-1", "-100.0")},
    "loose": NUMBERS_LOOSE,
}
IDENTIFIERS = {
    "accepted": ("id", "u", "ur", "urn", "urnx", "x:y", "urn:adl:course/OBJ01", "URN:a-1:b", "http://x.org/?a=b#c", "é",
                 "_9_", "a.b-c", "100%", "😀", repeat(4000), repeat(GENEROUS)),
    "refused": {"351": (repeat(GENEROUS + 1),)},
    "loose": (" ", "a b", " a", "a\n", "urn:", "urn:adl", "urn:adl:", "urn:a b:c", "URN:x", "{x}", "[x]", "a\u00a0b",
              "<a>", 'a"b', "a\\b", "a|b", "a^b", "a`b"),
}  # fmt: skip
LOCALIZED = {
    "accepted": (
        "", "plain", "{lang=en}Hello", "{lang=EN-us}Hello", "{lang=fra}x", "{lang=x-mine}x", "{lang=i-klingon}x",
        "{lang=sr-Latn}x", "{lang=de-CH-1996}x", "{lang=zh-min-nan}", "{lang=qaa}x", "{ lang=en}x", "{lang=en", "{en}x",
        "{lang}x", "{case_matters=maybe}x", "{lang=en}{lang=}", "a{lang=}", "[,][.]{}", "\r\n&#32;", "😀",
        repeat(4000), repeat(GENEROUS),
    ),
    "refused": {
        "351": (repeat(GENEROUS + 1),),
        "406": ("{lang=}", "{lang=e n}x", "{lang=en-}x", "{lang=-en}x", "{lang=en-123456789}x", "{lang=é}x"),
    },
    "loose": ("{lang=sp}x", "{lang=zz}", "{lang=english}x", "{lang=frl}x", "{lang=ruq-JM}x", "{lang=i}x", "{lang=x}x"),
    "read_as": {"{lang=en}": ""},
}  # fmt: skip
TIMES = {
    "accepted": (
        "1970", "2038", "2004-12", "2004-02-29", "2000-02-29", "2036-02-29", "2005-02-28", "2004-04-30", "2004-12-31",
        "2004-04-01T00", "2004-04-01T23:59", "2004-04-01T23:59:59", "2004-04-01T00:00:00.0", "2004-04-01T09:45:58.55",
        "2004-04-01T09:45:58.55Z", "2004-04-01T09:45:58.5+00", "2004-04-01T09:45:58.55-23:59",
    ),
    "refused": {
        "406": (
            "", "4", "04", "22004", "1969", "2039", "2004-", "2004-4", "2004-13", "2004-00", "2004-04-31", "2004-04-00",
            "2005-02-29", "2100-02-29", "2004-02-30", "2004-4-1", "2004-04-01T", "2004-04-01T015",
            "2004-04-01T09:4x", "2004-04-01T09:45:58.55+2", "2004-04-01T09:45:58.55Z+02:30", "yesterday",
            "2004-04-01T09:45:58.55\n", "٢٠٠٤",
        )
    },
    "loose": (
        "2004-04-01T09:45:58Z", "2004-04-01T09:45:58+02:00", "2004-04-01T09:45:58.123Z", "2004-04-01T09Z",
        "2004-04-01T09:45-03", "2004-04-01T9", "2004-04-01T09:45:58.", "2004-04-01 09:45:58",
    ),
}  # fmt: skip
DURATIONS = {
    "accepted": (
        "P1Y6M14DT4H15M6.34S", "P1Y", "P6M", "P14D", "PT4H", "PT15M", "PT6S", "PT6.3S", "PT0S", "P0Y", "P1YT1S",
        "P1M1DT1M", "PT01H059M020S", "P0000000001D", "PT0.00S", "P1Y14D",
    ),
    "refused": {
        "406": (
            "", "1Y", "P1W", "-PT1S", "P-1D", "PT1.5H", "P1.5D", "P1D1Y", "PT1S1M", "P1DT1D", "pt1s", "PT 1S", "P1H",
            "00:00:10", "PT1S\n", "PT12345678901S", "PT٣S",
        )
    },
    "loose": ("PT1M30.123S", "PT0.S", "PT1,5S", "P", "PT", "P1Y6M14DT", "PT0.30000000000000004S"),
}  # fmt: skip
COMPLETIONS = {
    "first": UNKNOWN,
    "accepted": ("completed", "incomplete", "not attempted", "unknown"),
    "refused": {"406": ("", "passed", "Completed", "completed ", " completed", "true", repeat(256))},
}
SUCCESSES = {
    "first": UNKNOWN,
    "accepted": ("passed", "failed", "unknown"),
    "refused": {"406": ("", "completed", "Passed", "passed ", "satisfied", repeat(GENEROUS + 1))},
}

INTERACTION = (("cmi.interactions.0.id", "one"),)
OBJECTIVE = (("cmi.objectives.0.id", "one"),)
LEARNER = "cmi.comments_from_learner.0"
PREFERENCE = "cmi.learner_preference"

ROWS = (
    Row(name=f"{LEARNER}.comment", **LOCALIZED),
    Row(name=f"{LEARNER}.location", accepted=("", "page 1", "[,]", repeat(250), repeat(GENEROUS)), refused=TOO_LONG),
    Row(name=f"{LEARNER}.timestamp", **TIMES),
    Row(name="cmi.completion_status", **COMPLETIONS),
    Row(name="cmi.success_status", **SUCCESSES),
    Row(
        name="cmi.exit",
        accepted=("time-out", "suspend", "logout", "normal", ""),
        refused={"406": ("Suspend", "suspend ", "timeout", "exit", repeat(GENEROUS + 1))},
        is_write_only=True,
    ),
    Row(name="cmi.session_time", **DURATIONS, is_write_only=True),
    Row(name="cmi.location", accepted=("", "a\r\nb", "{lang=}", repeat(1000), repeat(GENEROUS)), refused=TOO_LONG),
    Row(
        name="cmi.suspend_data",
        accepted=("", "&#32;", "{}[]|", "😀", repeat(64000), repeat(64000, "😀"), repeat(MIB)),
        refused={"351": (repeat(MIB + 1),)},
    ),
    Row(name="cmi.progress_measure", **SHARES),
    Row(name="cmi.score.scaled", **SCALED),
    Row(name="cmi.score.raw", **REALS),
    Row(name="cmi.score.min", **REALS),
    Row(name="cmi.score.max", **REALS),
    Row(name=f"{PREFERENCE}.audio_level", first=("1", "0"), **LEVELS),
    Row(name=f"{PREFERENCE}.delivery_speed", first=("1", "0"), **LEVELS),
    Row(
        name=f"{PREFERENCE}.language",
        first=("", "0"),
        accepted=("", "en", "EN", "fr-CA", "eng", "i-klingon", "x-a-b", "qtz"),
        refused={"406": ("{lang=en}", "en_US", "e n", "en-", " ")},
        loose=("english", "xx", "zz-ZZ", "qzz", "i"),
    ),
    Row(
        name=f"{PREFERENCE}.audio_captioning",
        first=("0", "0"),
        accepted=("-1", "0", "1"),
        refused={"406": ("", "2", "-2", "1.0", "+1", "01", "on")},
    ),
    Row(name="cmi.objectives.0.score.scaled", before=OBJECTIVE, **SCALED),
    Row(name="cmi.objectives.0.score.raw", before=OBJECTIVE, **REALS),
    Row(name="cmi.objectives.0.score.min", before=OBJECTIVE, **REALS),
    Row(name="cmi.objectives.0.score.max", before=OBJECTIVE, **REALS),
    Row(name="cmi.objectives.0.success_status", before=OBJECTIVE, **SUCCESSES),
    Row(name="cmi.objectives.0.completion_status", before=OBJECTIVE, **COMPLETIONS),
    Row(name="cmi.objectives.0.progress_measure", before=OBJECTIVE, **SHARES),
    Row(name="cmi.objectives.0.description", before=OBJECTIVE, **LOCALIZED),
    Row(name="cmi.interactions.0.id", **IDENTIFIERS),
    Row(name="cmi.interactions.0.objectives.0.id", before=INTERACTION, **IDENTIFIERS),
    Row(name="cmi.interactions.0.timestamp", before=INTERACTION, **TIMES),
    Row(name="cmi.interactions.0.weighting", before=INTERACTION, **REALS),
    Row(
        name="cmi.interactions.0.result",
        before=INTERACTION,
        accepted=("correct", "incorrect", "unanticipated", "neutral", *ANYWAY),
        refused={"406": (*NO_NUMBER, "Correct", "right")},
        loose=("1e1",),
    ),
    Row(name="cmi.interactions.0.latency", before=INTERACTION, **DURATIONS),
    Row(name="cmi.interactions.0.description", before=INTERACTION, **LOCALIZED),
    Row(
        name="cmi.interactions.0.type",
        before=INTERACTION,
        accepted=(
            "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert",
            "numeric", "other",
        ),
        refused={"406": ("", "true", "Choice", "choice ", "other-fill-in", repeat(256))},
    ),
    Row(
        name="adl.nav.request",
        first=("_none_", "0"),
        accepted=(
            "continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll", "_none_",
            "{target=item-1}choice", "{target=a.b}jump", "{target=nowhere}choice",
        ),
        refused={
            "406": (
                "", "Continue", "choice", "jump", "{target=}choice", "{target=a}exit", "{target=a}", "target=a}choice",
                "{target=a}choice ", "{target={a}}choice", "continue\n",
            )
        },
    ),
)  # fmt: skip

LAUNCH = {
    "cmi.learner_id": "learner-1",
    "cmi.learner_name": "Last, First",
    "cmi.credit": "no-credit",
    "cmi.mode": "review",
    "cmi.entry": "resume",
    "cmi.launch_data": "a=1",
    "cmi.max_time_allowed": "PT30M",
    "cmi.time_limit_action": "exit,message",
    "cmi.total_time": "PT10M",
    "cmi.scaled_passing_score": "0.5",
    "cmi.completion_threshold": "0.8",
    "cmi.comments_from_lms.0.comment": "Welcome",
    "cmi.comments_from_lms.0.location": "start",
    "adl.nav.request_valid.continue": "true",
    "adl.nav.request_valid.previous": "false",
    "adl.nav.request_valid.choice.{target=item-1}": "true",
    "adl.nav.request_valid.choice.{target=a.b}": "false",
    "adl.nav.request_valid.jump.{target=a.b}": "true",
    "adl.data.0.id": "store-1",
    "adl.data.1.id": "store-2",
    "adl.data.1.store": "kept",
    "adl.data.2.id": "store-3",
    "adl.data.2.store": "secret",
    "lms.unwritable.adl.data.1.store": "true",
    "lms.unreadable.adl.data.2.store": "true",
    "lms.lease": "",
}
"""What the LMS gives; what begins with `lms.` is no SCO's business."""

UNGIVEN: dict[str, tuple[str, str]] = {
    "cmi.learner_id": ABSENT,
    "cmi.learner_name": ABSENT,
    "cmi.credit": ("credit", "0"),
    "cmi.mode": ("normal", "0"),
    "cmi.entry": ("ab-initio", "0"),
    "cmi.launch_data": ABSENT,
    "cmi.max_time_allowed": ABSENT,
    "cmi.time_limit_action": ("continue,no message", "0"),
    "cmi.total_time": ("PT0S", "0"),
    "cmi.scaled_passing_score": ABSENT,
    "cmi.completion_threshold": ABSENT,
    "adl.nav.request_valid.continue": UNKNOWN,
    "adl.nav.request_valid.previous": UNKNOWN,
    "adl.nav.request_valid.choice.{target=item-1}": UNKNOWN,
    "adl.nav.request_valid.jump.{target=item-1}": UNKNOWN,
}
"""What is read when the LMS gives nothing."""

CHILDREN = {
    "cmi.comments_from_learner": "comment,location,timestamp",
    "cmi.comments_from_lms": "comment,location,timestamp",
    "cmi.learner_preference": "audio_level,language,delivery_speed,audio_captioning",
    "cmi.score": "scaled,raw,min,max",
    "cmi.objectives": "id,score,success_status,completion_status,progress_measure,description",
    "cmi.interactions": (
        "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,description"
    ),
    "adl.data": "id,store",
}

NAMES = {
    # nothing at all
    "": ("301", "351"),
    # no element of the model, or a node that is no leaf
    ".": ("401", "401"), "cmi": ("401", "401"), "cmi.": ("401", "401"), "cmi.objectives": ("401", "401"),
    "cmi.score": ("401", "401"), "cmi.none": ("401", "401"), "foo.bar": ("401", "401"), "adl": ("401", "401"),
    "CMI.location": ("401", "401"), "cmi.location.x": ("401", "401"), "cmi.location ": ("401", "401"),
    "cmi..location": ("401", "401"), "cmi.core.exit": ("401", "401"), "adl.nav": ("401", "401"),
    "adl.nav.request_valid": ("401", "401"), "adl.nav.request_valid.exit": ("401", "401"),
    "adl.nav.{target=a}": ("401", "401"), "cmi.objectives.x.id": ("401", "401"), "cmi.objectives.-1.id": ("401", "401"),
    "cmi.objectives.n.id": ("401", "401"), "cmi.objectives.id": ("401", "401"), "lms.lease": ("401", "401"),
    "constructor": ("401", "401"), "cmi.__proto__": ("401", "401"), "adl.data": ("401", "401"),
    # keywords where there are none
    "cmi.location._children": ("301", "351"), "cmi.location._count": ("301", "351"), "cmi.score._count": ("301", "351"),
    "cmi._children": ("301", "351"), "cmi._count": ("301", "351"), "cmi.score._version": ("301", "351"),
    "cmi.exit._children": ("301", "351"),
    # without a target, or with none that can be one
    "adl.nav.request_valid.choice": ("301", "404"), "adl.nav.request_valid.jump": ("301", "404"),
    "adl.nav.request_valid.choice.item-1": ("301", "404"), "adl.nav.request_valid.choice.{target=}": ("301", "404"),
    "adl.nav.request_valid.jump.{item=a}": ("301", "404"), "adl.nav.request_valid.choice.{target=a}x": ("301", "404"),
    # a record that is not there comes before what is wrong with the name
    "cmi.objectives.0.nothing": ("301", "408"), "cmi.objectives.5.nothing": ("301", "351"),
    "cmi.objectives.0": ("301", "408"), "cmi.objectives.0.score": ("301", "408"),
    "cmi.objectives.0.score._children": ("301", "408"),
    "cmi.objectives.0._count": ("301", "408"), "cmi.objectives.1._children": ("301", "351"),
    "cmi.objectives.99999999999.id": ("301", "351"), "cmi.interactions.0.objectives._count": ("301", "408"),
    "cmi.interactions.0.objectives.0.id": ("301", "408"), "cmi.interactions.0.learner_response": ("301", "408"),
    "cmi.interactions.0.correct_responses.0.pattern": ("301", "408"), "cmi.interactions.01.latency": ("301", "351"),
    "cmi.comments_from_lms.0.comment": ("301", "404"), "cmi.comments_from_lms.1.comment": ("301", "351"),
    "cmi.comments_from_learner.1.comment": ("301", "351"), "adl.data.0.store": ("301", "351"),
    "adl.data.0.id": ("301", "351"), "adl.data.3.store": ("301", "351"),
}  # fmt: skip
"""What a get and a set of each name answer, when nothing has been given or set."""
