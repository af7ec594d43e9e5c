"""The attributes of elements as values; what is no value of its kind is reported, and its default stands."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from scorm.packaging.findings import Finding, finding
from scorm.xml import Element

Word = TypeVar("Word", bound=StrEnum)

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_DECIMAL = re.compile(r"[+-]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})")
_COUNT = re.compile(r"[+]?[0-9]{1,9}")
_BLANK = re.compile(r"%(20|09|0[AD])", re.IGNORECASE)
_SHOWN = 100  # characters of a value that a finding repeats


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong in one place: an item, an organization, or shared rules."""

    findings: list[Finding]
    place: str

    def note(self, code: str, **parameters: str) -> None:
        """Add a finding."""
        self.findings.append(finding(code, place=self.place, **parameters))

    def refuse_value(self, element: str, attribute: str, value: str) -> None:
        """Add that a value is none of its kind."""
        self.note("sequencing_value_invalid", element=element, attribute=attribute, value=value[:_SHOWN])


@dataclass(frozen=True, slots=True)
class Values:
    """The attributes of an element, by their names as the books spell them."""

    element: Element
    faults: Faults

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean: `true`, `false`, `1` or `0`."""
        written = self.element.get(name.lower())
        if not written:
            return default
        value = _FLAGS.get(written.lower())
        if value is None:
            self._refuse(name, written)
        return default if value is None else value

    def number(self, name: str, lowest: float, highest: float, *, default: float) -> float:
        """Return a decimal number within its bounds."""
        written = self.element.get(name.lower())
        value = decimal_within(written, lowest, highest)
        if written and value is None:
            self._refuse(name, written)
        return default if value is None else value

    def count(self, name: str) -> int | None:
        """Return a whole number from zero, None when there is none."""
        written = self.element.get(name.lower())
        if not written or _COUNT.fullmatch(written):
            return int(written) if written else None
        self._refuse(name, written)
        return None

    def word(self, name: str, words: type[Word], default: Word) -> Word:
        """Return one of a closed set of words."""
        written = self.element.get(name.lower())
        try:
            return words(written) if written else default
        except ValueError:
            self._refuse(name, written)
            return default

    def identifier(self, name: str) -> str:
        """Return an identifier that is a URI, empty when there is none.

        White space around it is no part of it, and a run of blanks inside, encoded or not, is one blank.
        """
        return " ".join(_BLANK.sub(" ", self.element.get(name.lower())).split())

    def lacks(self, name: str) -> bool:
        """Say whether an attribute that must be there is not, and report it."""
        is_missing = not self.identifier(name)
        if is_missing:
            self._refuse(name, "")
        return is_missing

    def _refuse(self, name: str, written: str) -> None:
        self.faults.refuse_value(self.element.name, name, written)


def decimal_within(written: str, lowest: float, highest: float) -> float | None:
    """Return a decimal number, None when it is none or out of its bounds; infinities and NaN are no numbers."""
    if not _DECIMAL.fullmatch(written):
        return None
    value = float(written)
    return value if math.isfinite(value) and lowest <= value <= highest else None
