"""The table of an edition as JSON for the player's script, the second interpreter of the same data."""

import json

from scorm.runtime.elements import Element, Profile, Table, Variant
from scorm.runtime.rules import cap_of
from scorm.runtime.types import Grammar, Type
from scorm.runtime.types2004 import REAL, URI


def table_as_json(table: Table, profile: Profile) -> str:
    """Return compact JSON with all that a browser needs to answer a SCO in `profile`.

    The profile is worked in: there are no two lengths and no two patterns to choose from. An element is
    `[index of its type, access, default, greatest length, what else it asks for]`, the trailing parts left out when
    they are usual. The text is pure ASCII and may stand inside a script element.
    """
    is_lenient = profile is Profile.LENIENT
    types = types_of(table)
    places = {kind.name: place for place, kind in enumerate(types)}
    document = {
        "edition": table.edition,
        "profile": str(profile),
        "api": table.api,
        "version": table.version,
        "types": [type_as_json(kind, is_lenient) for kind in types],
        "elements": {
            name: element_as_json(element, places, cap_of(element, table, profile))
            for name, element in table.elements.items()
        },
        "collections": {name: [one.first, int(one.is_fixed)] for name, one in table.collections.items()},
        "bySegment": int(table.is_read_by_segment),
        "languages": "" if is_lenient else " ".join(sorted(table.languages)),
        "parts": {"identifier": URI, "real": REAL.pattern} if any(kind.grammar for kind in types) else {},
        "codes": table.codes,
        "setCodes": table.set_codes,
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


def types_of(table: Table) -> list[Type]:
    """Return every type that the table uses, each once; their names tell them apart."""
    found: dict[str, Type] = {}
    for element in table.elements.values():
        for kind in (element.type, *(variant.type for variant in element.variants.values())):
            if found.setdefault(kind.name, kind) != kind:
                raise ValueError(f"two types are called {kind.name!r}")
    return list(found.values())


def type_as_json(kind: Type, is_lenient: bool) -> dict[str, object]:
    """Return the type with what the profile makes of it; what does not bind is left out."""
    found: dict[str, object] = {}
    if kind.words:
        found["words"] = kind.words
    pattern = kind.pattern
    if is_lenient and kind.loose is not None:
        # What is put together by a grammar is kept as it comes: the loose form takes it all.
        pattern = kind.loose if pattern is None else f"(?:{pattern})|(?:{kind.loose})"
    if pattern is not None:
        found["pattern"] = pattern
    elif kind.grammar is not None:
        found["grammar"] = grammar_as_json(kind.grammar)
    elif kind.check is not None:
        found["check"] = kind.check
    if (kind.least is not None or kind.most is not None) and (kind.range_binds or not is_lenient):
        found["range"] = [kind.least, kind.most]
    others = dict(kind.synonyms) | (dict(kind.aliases) if is_lenient else {})
    if others:
        found["others"] = others
    return found


def grammar_as_json(grammar: Grammar) -> dict[str, object]:
    """Return the grammar without what is usual."""
    found: dict[str, object] = {
        "left": grammar.left,
        "right": grammar.right,
        "pair": grammar.pair,
        "sides": grammar.least_sides,
        "front": grammar.front,
        "list": int(grammar.is_list),
        "distinct": int(grammar.is_distinct),
        "empty": int(grammar.may_be_empty),
    }
    return {name: value for name, value in found.items() if value}


def element_as_json(element: Element, places: dict[str, int], cap: int) -> list[object]:
    """Return the element as a list without its usual ending."""
    access = {"read-only": "r", "write-only": "w", "read-write": "rw"}[element.access]
    row: list[object] = [places[element.type.name], access, element.default, cap, demands_as_json(element, places)]
    usual_ending: tuple[object, ...] = ({}, 255, "")
    for usual in usual_ending:
        if row[-1] != usual:
            break
        row.pop()
    return row


def demands_as_json(element: Element, places: dict[str, int]) -> dict[str, object]:
    """Return what else the element asks for, by short names; nothing for most."""
    evaluation = element.evaluation
    found: dict[str, object] = {
        "appends": int(element.appends),
        "unique": element.unique,
        "once": int(element.is_set_once),
        "guarded": int(element.is_guarded),
        "void": int(element.is_void_when_empty),
        "beside": element.default_beside,
        "by": element.varies_by,
        "variants": {word: variant_as_json(variant, places) for word, variant in element.variants.items()},
        "clears": element.clears,
        "evaluation": evaluation
        and [evaluation.threshold, evaluation.measure, evaluation.reached, evaluation.missed, evaluation.unknown],
    }
    return {name: value for name, value in found.items() if value}


def variant_as_json(variant: Variant, places: dict[str, int]) -> list[object]:
    """Return `[index of its type, greatest number of records or null, what is unique or null]`."""
    return [places[variant.type.name], variant.most, variant.unique]
