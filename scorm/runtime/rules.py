"""Judging values: an element's type and lengths, made ready for one profile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scorm.runtime.codes import Condition
from scorm.runtime.elements import Element, Profile, Table


class Deviation(StrEnum):
    """What the lenient profile accepted beyond the book."""

    LENGTH = "longer-than-the-book"
    RANGE = "out-of-range"
    FORM = "loose-form"
    ALIAS = "other-word"


Judgement = tuple[str, Condition | None, Deviation | None]
"""The value to keep; or why it is refused; and what was accepted beyond the book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one element takes in one profile; `cap` binds, `length` is the book's."""

    words: frozenset[str]
    aliases: Mapping[str, str]
    pattern: re.Pattern[str] | None
    loose: re.Pattern[str] | None
    least: float | None
    most: float | None
    range_binds: bool
    length: int
    cap: int

    def judge(self, value: str, before: str = "") -> Judgement:
        """Judge `value`; `before` is the text that it is appended to, where the element appends."""
        if value in self.words:
            return value, None, None
        if value in self.aliases:
            return self.aliases[value], None, Deviation.ALIAS
        kept = before + value
        fault, deviation = self._look_at(value, len(kept))
        return (before if fault else kept), fault, deviation

    def _look_at(self, value: str, length: int) -> tuple[Condition | None, Deviation | None]:
        if length > self.cap:
            return Condition.TYPE, None
        deviation = Deviation.LENGTH if length > self.length else None
        if self.pattern is None:
            return (Condition.TYPE, None) if self.words else (None, deviation)
        if not self.pattern.fullmatch(value):
            if self.loose is None or not self.loose.fullmatch(value):
                return Condition.TYPE, None
            deviation = Deviation.FORM
        if self.least is not None and self.most is not None and not self.least <= float(value) <= self.most:
            return (Condition.RANGE, None) if self.range_binds else (None, Deviation.RANGE)
        return None, deviation


def rule_for(element: Element, profile: Profile) -> Rule:
    """Return the rule of `element` in `profile`."""
    kind = element.type
    is_lenient = profile is Profile.LENIENT
    return Rule(
        words=frozenset(kind.words),
        aliases=dict(kind.aliases) if is_lenient else {},
        pattern=re.compile(kind.pattern) if kind.pattern is not None else None,
        loose=re.compile(kind.loose) if is_lenient and kind.loose is not None else None,
        least=kind.least,
        most=kind.most,
        range_binds=kind.range_binds or not is_lenient,
        length=element.length,
        cap=element.lenient_length if is_lenient else element.length,
    )


@lru_cache(maxsize=8)
def rules_of(table: Table, profile: Profile) -> Mapping[str, Rule]:
    """Return the rules of the whole table by the elements' names."""
    return {name: rule_for(element, profile) for name, element in table.elements.items()}
