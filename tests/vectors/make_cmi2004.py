"""Write `cmi2004.json`: calls of a SCORM 2004 SCO with the result and the code that must come back.

The expectations below are written by hand from the book (RTE 3.1, 4.1, 4.2 and SN 5.6), never taken from an
implementation; this script only lays them out as calls. Both interpreters, Python's and the browser's, are held to it.

    python -m tests.vectors.make_cmi2004

A long text stands as `{"repeat": [unit, count]}`.
"""

import json
from pathlib import Path

from tests.vectors.calls2004 import OPEN, Call, get, put
from tests.vectors.cmi12_rows import Text
from tests.vectors.cmi2004_responses import PATTERNS, RESPONSES, Grammar
from tests.vectors.cmi2004_rows import CHILDREN, LAUNCH, NAMES, ROWS, UNGIVEN, Row
from tests.vectors.cmi2004_states import argument_calls, error_calls, state_calls
from tests.vectors.cmi2004_stories import EDITIONS, STORIES

OUT = Path(__file__).with_name("cmi2004.json")
PROFILES = ("strict", "lenient")
FOURTH = "2004 4th Edition"
ONE = "cmi.interactions.0"


def element_calls(row: Row, profile: str) -> list[Call]:
    """Return every check of one element: before its record, before any set, each legal value, each illegal one."""
    is_record = ".0." in row.name
    calls = [OPEN]
    if is_record and not row.is_write_only:
        calls.append(get(row.name, "", "301"))
    if row.before:
        calls.append(put(row.name, row.accepted[0], "408"))
        calls += [put(name, value) for name, value in row.before]
    has_record = not is_record or (row.before and ".0." not in row.name.replace(".0.", ".", 1))
    kept: tuple[Text, str] = row.first if has_record else ("", "301")
    hidden = get(row.name, "", "405")
    calls.append(hidden if row.is_write_only else get(row.name, *kept))
    loose = row.loose if profile == "lenient" else ()
    for value in (*row.accepted, *row.read_as, *loose):
        kept = (row.read_as.get(value, value) if isinstance(value, str) else value, "0")
        calls += [put(row.name, value), hidden if row.is_write_only else get(row.name, *kept)]
    refused = dict(row.refused) | ({} if profile == "lenient" else {"406 too": row.loose})
    for code, values in refused.items():
        for value in values:
            calls += [put(row.name, value, code[:3]), hidden if row.is_write_only else get(row.name, *kept)]
    return calls


def ghost_calls(row: Row) -> list[Call]:
    """Return that a record does not appear when its first value is refused."""
    collection = row.name.rpartition(".0.")[0]
    refused = [(value, code) for code, values in row.refused.items() for value in values]
    return [
        OPEN,
        *(put(name, value) for name, value in row.before),
        get(f"{collection}._count", "0"),
        *(put(row.name, value, code) for value, code in refused),
        get(f"{collection}._count", "0"),
        put(row.name, row.accepted[0]),
        get(f"{collection}._count", "1"),
    ]


def response_calls(field: str, word: str, grammar: Grammar, profile: str) -> list[Call]:
    """Return what a response, or the first pattern, takes in an interaction of one type."""
    name = f"{ONE}.{field}"
    missing = "301" if field.startswith("correct_responses") else "403"
    calls = [OPEN, put(f"{ONE}.id", "one"), put(name, "x", "408"), get(name, "", missing)]
    calls += [put(f"{ONE}.type", word), get(name, "", missing)]
    kept: tuple[Text, str] = ("", missing)
    if profile == "strict":
        calls += [call for value in grammar.refused for call in (put(name, value, "406"), get(name, *kept))]
    written = (*grammar.accepted, *(grammar.refused if profile == "lenient" else ()))
    calls += [call for value in written for call in (put(name, value), get(name, value))]
    calls += [call for value, read in grammar.read_as for call in (put(name, value), get(name, read))]
    return calls


def given_calls(expected: dict[str, tuple[str, str]]) -> list[Call]:
    """Return that what the LMS gives is read and cannot be set."""
    calls = [OPEN]
    for name, (value, code) in expected.items():
        calls += [get(name, value, code), put(name, "x", "404"), get(name, value, code)]
    return calls


def keyword_calls() -> list[Call]:
    """Return that keywords are read and cannot be set."""
    calls = [OPEN, get("cmi._version", "1.0"), put("cmi._version", "1.0", "404")]
    for node, children in CHILDREN.items():
        calls += [get(f"{node}._children", children), put(f"{node}._children", "x", "404")]
    for node in ("comments_from_learner", "comments_from_lms", "objectives", "interactions"):
        calls += [get(f"cmi.{node}._count", "0"), put(f"cmi.{node}._count", "4", "404")]
    return [*calls, get("adl.data._count", "0"), put("adl.data._count", "1", "404")]


def name_calls() -> list[Call]:
    """Return what wrong names answer, read and written."""
    calls = [OPEN]
    for name, (read, written) in NAMES.items():
        calls += [get(name, "", read), put(name, "x", written)]
    return calls


def groups(profile: str) -> list[dict[str, object]]:
    """Return the groups of one profile; each starts with a new instance on `values`."""
    given = {name: (value, "0") for name, value in LAUNCH.items() if name.startswith("cmi.")}
    named: list[tuple[str, dict[str, str], list[Call]]] = [
        ("what the LMS gives", LAUNCH, given_calls(given)),
        ("what the LMS does not give", {}, given_calls(UNGIVEN)),
        ("keywords", {}, keyword_calls()),
        ("names", {}, name_calls()),
        ("states", LAUNCH, state_calls(profile)),
        ("errors", {}, error_calls()),
        ("arguments", {}, argument_calls(profile)),
    ]
    named += [(name, values, calls) for name, (values, calls) in STORIES.items()]
    named += [(row.name, {}, element_calls(row, profile)) for row in ROWS]
    named += [(f"{row.name} refused first", {}, ghost_calls(row)) for row in ROWS if row.name.endswith(".0.id")]
    for word, grammar in RESPONSES.items():
        named.append((f"response of {word}", {}, response_calls("learner_response", word, grammar, profile)))
    for word, grammar in PATTERNS.items():
        field = "correct_responses.0.pattern"
        named.append((f"pattern of {word}", {}, response_calls(field, word, grammar, profile)))
    found: list[dict[str, object]] = [
        {"name": name, "edition": FOURTH, "profile": profile, "values": values, "calls": calls}
        for name, values, calls in named
    ]
    return [*found, *(edition | {"profile": profile} for edition in EDITIONS)]


def text_of_file() -> str:
    """Return the file's text: one call a line, so that a change reads well."""
    parts = []
    for group in [group for profile in PROFILES for group in groups(profile)]:
        head = {name: value for name, value in group.items() if name != "calls"}
        calls = ",\n".join(json.dumps(call, ensure_ascii=True) for call in group["calls"])
        parts.append(json.dumps(head, ensure_ascii=True)[:-1] + ', "calls": [\n' + calls + "\n]}")
    return "[\n" + ",\n".join(parts) + "\n]\n"


if __name__ == "__main__":
    OUT.write_text(text_of_file(), encoding="ascii")
