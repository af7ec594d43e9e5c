"""Calls of a SCORM 2004 SCO: `[function, arguments, result, code]`."""

from tests.vectors.cmi12_rows import Text

Call = list[object]

OPEN: Call = ["Initialize", [""], "true", "0"]


def get(name: object, value: Text, code: str = "0") -> Call:
    """Return a read and what must come back."""
    return ["GetValue", [name], value, code]


def put(name: object, value: object, code: str = "0") -> Call:
    """Return a write and what must come back."""
    return ["SetValue", [name, value], "true" if code == "0" else "false", code]
