"""The table of an edition as JSON for the player's script, the second interpreter of the same data."""

import json

from scorm.runtime.elements import Element, Profile, Table
from scorm.runtime.types import Type


def table_as_json(table: Table, profile: Profile) -> str:
    """Return compact JSON with all that a browser needs to answer a SCO in `profile`.

    The profile is worked in: there are no two lengths and no two patterns to choose from. An element is
    `[index of its type, access, default, greatest length, appends]`, the trailing parts left out when they are usual.
    The text is pure ASCII and may stand inside a script element.
    """
    types = list({element.type.name: element.type for element in table.elements.values()}.values())
    is_lenient = profile is Profile.LENIENT
    document = {
        "edition": table.edition,
        "profile": str(profile),
        "api": table.api,
        "version": table.version,
        "types": [type_as_json(kind, is_lenient) for kind in types],
        "elements": {
            name: element_as_json(element, types.index(element.type), is_lenient)
            for name, element in table.elements.items()
        },
        "codes": table.codes,
        "texts": table.texts,
        "functions": table.functions,
        "refusals": {
            f"{state} {action}": [refusal.code, int(refusal.after_argument)]
            for (state, action), refusal in table.refusals.items()
            if not (is_lenient and refusal.strict_only)
        },
        "failures": table.failures,
        "sessionOnly": table.session_only,
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def type_as_json(kind: Type, is_lenient: bool) -> dict[str, object]:
    """Return the type with what the profile makes of it; what does not bind is left out."""
    found: dict[str, object] = {}
    if kind.words:
        found["words"] = kind.words
    if kind.pattern is not None:
        found["pattern"] = f"(?:{kind.pattern})|(?:{kind.loose})" if is_lenient and kind.loose else kind.pattern
    if kind.least is not None and (kind.range_binds or not is_lenient):
        found["range"] = [kind.least, kind.most]
    if kind.aliases and is_lenient:
        found["aliases"] = dict(kind.aliases)
    return found


def element_as_json(element: Element, kind: int, is_lenient: bool) -> list[object]:
    """Return the element as a list without its usual ending."""
    cap = element.lenient_length if is_lenient else element.length
    access = {"read-only": "r", "write-only": "w", "read-write": "rw"}[element.access]
    row: list[object] = [kind, access, element.default, cap, int(element.appends)]
    for usual in (0, 255, ""):
        if row[-1] != usual:
            break
        row.pop()
    return row
