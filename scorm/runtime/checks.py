"""What patterns cannot say of a value: language tags, and how responses are put together (RTE 4.1.1)."""

import re

from scorm.runtime.types import Check, Grammar, Part
from scorm.runtime.types2004 import REAL, URI

_TAG = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_IDENTIFIER = re.compile(URI)
_REAL = re.compile(REAL.pattern or "")
_LOCAL_USE = re.compile("q[a-t][a-z]")
_TRUTHS = frozenset({"true", "false"})

Languages = frozenset[str] | None
"""What a tag may begin with; None: anything of the right shape."""


def passes(check: Check, text: str, languages: Languages) -> bool:
    """Say whether `text` passes a check."""
    if check is Check.LANGUAGE:
        return is_language(text, languages)
    return without_front(text, ("lang",), languages) is not None


def is_language(tag: str, languages: Languages) -> bool:
    """Say whether `tag` names a language: a known code, `i` or `x`, then any subtags (RTE 4.1.1.5)."""
    if not _TAG.fullmatch(tag):
        return False
    first, *rest = tag.lower().split("-")
    if languages is None or first in languages:
        return True
    return bool(rest) if first in ("i", "x") else _LOCAL_USE.fullmatch(first) is not None


def without_front(text: str, names: tuple[str, ...], languages: Languages) -> str | None:
    """Return what follows the reserved delimiters at the front of `text`; None when one has a wrong value.

    Each of `names` may come once, in any order. What is not among them, or comes again, is text.
    """
    left = list(names)
    while left and text.startswith("{"):
        name, equals, _ = text[1:].partition("=")
        delimiter, closed, rest = text.partition("}")
        if not (equals and closed and name in left):
            break
        value = delimiter[len(name) + 2 :]
        if not (is_language(value, languages) if name == "lang" else value in _TRUTHS):
            return None
        left.remove(name)
        text = rest
    return text


def fits(grammar: Grammar, text: str, languages: Languages) -> bool:
    """Say whether a response or a pattern is put together as the grammar asks."""
    rest = without_front(text, grammar.front, languages)
    if not rest:
        return rest is not None and grammar.may_be_empty
    parts = rest.split("[,]") if grammar.is_list else [rest]
    if grammar.is_distinct and len(set(parts)) < len(parts):
        return False
    return all(_is_part(grammar, part, languages) for part in parts)


def _is_part(grammar: Grammar, text: str, languages: Languages) -> bool:
    if grammar.right is None:
        return _is_side(grammar.left, text, languages)
    sides = text.split(grammar.pair)
    if len(sides) != 2 or (sides[0] != "") + (sides[1] != "") < grammar.least_sides:
        return False
    left, right = sides
    if (left and not _is_side(grammar.left, left, languages)) or (
        right and not _is_side(grammar.right, right, languages)
    ):
        return False
    return grammar.right is not Part.REAL or is_ascending(left, right)


def _is_side(part: Part, text: str, languages: Languages) -> bool:
    match part:
        case Part.IDENTIFIER:
            return _IDENTIFIER.fullmatch(text) is not None
        case Part.REAL:
            return _REAL.fullmatch(text) is not None
        case Part.LOCALIZED:
            return passes(Check.LOCALIZED, text, languages)
        case Part.ANSWER if "[:]" in text:
            return fits(_RANGE, text, languages)
        case _:
            return True


def is_ascending(least: str, most: str) -> bool:
    """Say whether a range with these ends holds a number; an end that is missing is open."""
    return not (least and most) or float(least) <= float(most)


_RANGE = Grammar(left=Part.REAL, right=Part.REAL, pair="[:]", least_sides=0)
