"""The states, the functions about errors and the arguments of SCORM 2004 (RTE 3.1)."""

from tests.vectors.calls2004 import OPEN, Call, get, put


def before_or_after(codes: tuple[str, str, str, str, str]) -> list[Call]:
    """Return what the functions answer while no session is open: get, set, commit, commit of `x`, terminate."""
    read, written, kept, argument, closed = codes
    return [
        ["GetValue", ["cmi.learner_id"], "", read],
        ["GetValue", [""], "", read],
        ["SetValue", ["cmi.score.raw", "x"], "false", written],
        ["SetValue", ["", "x"], "false", written],
        ["Commit", [""], "false", kept],
        ["Commit", ["x"], "false", argument],
        ["Terminate", [""], "false", closed],
        ["Terminate", ["x"], "false", closed],
    ]


def state_calls(profile: str) -> list[Call]:
    """Return what each function answers in each state, with the right argument and a wrong one."""
    is_strict = profile == "strict"
    again = ["false", "103"] if is_strict else ["true", "0"]
    reopened = ["false", "104"] if is_strict else ["true", "0"]
    return [
        ["GetLastError", [], "0", "0"],
        *before_or_after(("122", "132", "142", "201", "112")),
        ["Initialize", ["x"], "false", "201"],
        ["GetLastError", [], "201", "201"],
        ["Initialize", [0], "false", "201"],
        *before_or_after(("122", "132", "142", "201", "112")),
        OPEN,
        ["Initialize", ["x"], "false", "201"],
        ["Initialize", [""], *again],
        ["Commit", ["x"], "false", "201"],
        ["Commit", [""], "true", "0"],
        ["Commit", [""], "true", "0"],
        get("cmi.learner_id", "learner-1"),
        put("cmi.score.raw", "80"),
        ["Terminate", ["x"], "false", "201"],
        get("cmi.score.raw", "80"),
        ["Terminate", [""], "true", "0"],
        *before_or_after(("123", "133", "143", "143", "113")),
        ["Initialize", ["x"], "false", "104" if is_strict else "201"],
        ["Initialize", [""], *reopened],
    ]


def error_calls() -> list[Call]:
    """Return that the functions about errors work always and never change the stored code."""
    calls: list[Call] = [
        ["GetErrorString", ["0"], "No error", "0"],
        ["GetValue", ["x"], "", "122"],
        ["GetLastError", ["ignored"], "122", "122"],
        ["GetErrorString", ["301"], "General get failure", "122"],
        ["GetErrorString", [301], "General get failure", "122"],
        ["GetDiagnostic", [""], "Initialize has not been called.", "122"],
    ]
    for unknown in ("", "1", "001", "1444", "999", "x", "constructor", "__proto__", "301 "):
        calls.append(["GetErrorString", [unknown], "", "122"])
    for unknown in ("1", "999", "anything at all", "toString"):
        calls.append(["GetDiagnostic", [unknown], "", "122"])
    return [*calls, OPEN, ["GetLastError", [], "0", "0"]]


def argument_calls(profile: str) -> list[Call]:
    """Return that arguments become text first, and what a missing one means."""
    missing = ["false", "201"] if profile == "strict" else ["true", "0"]
    return [
        ["Initialize", [], *missing],
        *([OPEN] if profile == "strict" else []),
        ["Commit", [None], *missing],
        ["Commit", [False], "false", "201"],
        put("cmi.score.raw", 85),
        get("cmi.score.raw", "85"),
        put("cmi.score.scaled", 0.5),
        get("cmi.score.scaled", "0.5"),
        put("cmi.location", True),
        get("cmi.location", "true"),
        ["SetValue", ["cmi.suspend_data"], "true", "0"],
        get("cmi.suspend_data", "undefined"),
        ["GetValue", [], "", "401"],
        get(None, "", "401"),
        ["Terminate", [], *missing],
    ]
