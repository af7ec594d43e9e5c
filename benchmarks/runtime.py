"""How many calls of a SCO the run-time answers in a second, every check of the strict profile included."""

from time import process_time

from benchmarks.figures import Figure
from scorm.runtime.api import ApiInstance
from scorm.runtime.elements import Profile
from scorm.runtime.model import RunTimeData
from scorm.runtime.tables import table_named

ROUNDS = 2_000
TIMES = 7  # the quickest counts: the machine has other things to do
ONE = "cmi.interactions.0"
CALLS = {
    "1.2": (
        ("LMSSetValue", "cmi.core.score.raw", "80"),
        ("LMSGetValue", "cmi.core.score.raw"),
        ("LMSSetValue", "cmi.core.lesson_status", "completed"),
        ("LMSSetValue", "cmi.core.session_time", "00:10:30.5"),
        ("LMSSetValue", "cmi.interactions.0.student_response", "a,b"),
        ("LMSSetValue", "cmi.suspend_data", "x" * 2000),
        ("LMSGetValue", "cmi.suspend_data"),
    ),
    "2004 4th Edition": (
        ("SetValue", "cmi.score.scaled", "0.8"),
        ("GetValue", "cmi.score.scaled"),
        ("SetValue", "cmi.completion_status", "completed"),
        ("SetValue", "cmi.session_time", "PT10M30.5S"),
        ("SetValue", f"{ONE}.id", "urn:example:question"),
        ("SetValue", f"{ONE}.type", "choice"),
        ("SetValue", f"{ONE}.correct_responses.0.pattern", "a[,]b"),
        ("SetValue", f"{ONE}.learner_response", "b[,]c"),
        ("SetValue", f"{ONE}.timestamp", "2024-02-29T12:00:00"),
        ("SetValue", "cmi.suspend_data", "x" * 2000),
        ("GetValue", "cmi.suspend_data"),
    ),
}


def measure() -> list[Figure]:
    """Return the calls a second of each generation, and what a value of 1 MiB costs."""
    figures = [
        Figure(
            f"SCORM {edition}, calls of a SCO",
            max(calls_a_second(edition) for _ in range(TIMES)) / 1000,
            "k/s",
            100,
            at_least=True,
        )
        for edition in CALLS
    ]
    return [*figures, Figure("a response of 1 MiB, judged", min(greatest_ms() for _ in range(TIMES)), "ms", 250)]


def calls_a_second(edition: str) -> float:
    """Return how many get and set values are answered."""
    table = table_named(edition)
    api = ApiInstance(RunTimeData(table, Profile.STRICT, {}))
    api.call(next(iter(table.functions)), "")
    calls = CALLS[edition]
    assert [api.call(*call)[1] for call in calls] == ["0"] * len(calls)
    start = process_time()
    for _ in range(ROUNDS):
        for call in calls:
            api.call(*call)
    return ROUNDS * len(calls) / (process_time() - start)


def greatest_ms() -> float:
    """Return what the longest response costs that is kept: pairs, each looked at."""
    response = "step[.]answer[,]" * 65_535 + "step[.]answer"
    data = RunTimeData(table_named("2004 4th Edition"), Profile.STRICT, {})
    for field, value in (("id", "one"), ("type", "performance")):
        data.set_value(f"{ONE}.{field}", value)
    start = process_time()
    assert data.set_value(f"{ONE}.learner_response", response).code == "0"
    return (process_time() - start) * 1000
