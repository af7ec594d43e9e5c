"""Judging values: an element's type and lengths, made ready for one profile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from scorm.runtime.checks import Languages, fits, passes
from scorm.runtime.codes import Condition
from scorm.runtime.elements import Element, Profile, Table, Unique
from scorm.runtime.types import Check, Grammar, Type


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
    """What one element takes in one profile; `cap` binds, `length` is the book's.

    `others` are words that are written otherwise than they are kept. With `variants`, another element's value says
    which of them counts instead. `most_records` may be in the collection, of which no two share what `unique` says.
    """

    words: frozenset[str]
    others: Mapping[str, tuple[str, Deviation | None]]
    pattern: re.Pattern[str] | None
    check: Check | None
    grammar: Grammar | None
    languages: Languages
    loose: re.Pattern[str] | None
    least: float | None
    most: float | None
    range_binds: bool
    length: int
    cap: int
    unique: Unique | None = None
    most_records: int | None = None
    variants: Mapping[str, "Rule"] | None = None

    def judge(self, value: str, before: str = "") -> Judgement:
        """Judge `value`; `before` is the text that it is appended to, where the element appends."""
        if value in self.words:
            return value, None, None
        other = self.others.get(value)
        if other is not None:
            return other[0], None, other[1]
        kept = before + value
        fault, deviation = self._look_at(value, len(kept))
        return (before if fault else kept), fault, deviation

    def _look_at(self, value: str, length: int) -> tuple[Condition | None, Deviation | None]:
        deviation = Deviation.LENGTH if length > self.length else None
        if not self._fits(value):
            if self.loose is None or not self.loose.fullmatch(value):
                return Condition.TYPE, None
            deviation = Deviation.FORM
        if length > self.cap:
            return Condition.LONG, None
        if self._is_out_of_range(value):
            return (Condition.RANGE, None) if self.range_binds else (None, Deviation.RANGE)
        return None, deviation

    def _fits(self, value: str) -> bool:
        if self.pattern is not None:
            return self.pattern.fullmatch(value) is not None
        if self.grammar is not None:
            return fits(self.grammar, value, self.languages)
        if self.check is not None:
            return passes(self.check, value, self.languages)
        return not self.words

    def _is_out_of_range(self, value: str) -> bool:
        if self.least is None and self.most is None:
            return False
        number = float(value)
        return (self.least is not None and number < self.least) or (self.most is not None and number > self.most)


def rule_for(element: Element, kind: Type, table: Table, profile: Profile) -> Rule:
    """Return the rule of `element`, when its values are of this type, in `profile`."""
    is_lenient = profile is Profile.LENIENT
    return Rule(
        words=frozenset(kind.words),
        others=other_words(kind, profile),
        pattern=re.compile(kind.pattern) if kind.pattern is not None else None,
        check=kind.check,
        grammar=kind.grammar,
        languages=None if is_lenient else table.languages,
        loose=re.compile(kind.loose) if is_lenient and kind.loose is not None else None,
        least=kind.least,
        most=kind.most,
        range_binds=kind.range_binds or not is_lenient,
        length=element.length,
        cap=cap_of(element, table, profile),
        unique=element.unique,
    )


def other_words(kind: Type, profile: Profile) -> Mapping[str, tuple[str, Deviation | None]]:
    """Return what is kept for words that are written otherwise."""
    found: dict[str, tuple[str, Deviation | None]] = {written: (kept, None) for written, kept in kind.synonyms}
    if profile is Profile.LENIENT:
        found.update((written, (kept, Deviation.ALIAS)) for written, kept in kind.aliases)
    return found


def cap_of(element: Element, table: Table, profile: Profile) -> int:
    """Return the greatest length that is kept."""
    return element.length if table.length_binds and profile is Profile.STRICT else element.lenient_length


def rule_with_variants(element: Element, table: Table, profile: Profile) -> Rule:
    """Return the rule of `element` in `profile`."""
    rule = rule_for(element, element.type, table, profile)
    if not element.variants:
        return rule
    variants = {
        word: replace(rule_for(element, variant.type, table, profile), unique=variant.unique, most_records=variant.most)
        for word, variant in element.variants.items()
    }
    return replace(rule, variants=variants)


@lru_cache(maxsize=16)
def rules_of(table: Table, profile: Profile) -> Mapping[str, Rule]:
    """Return the rules of the whole table by the elements' names."""
    return {name: rule_with_variants(element, table, profile) for name, element in table.elements.items()}
