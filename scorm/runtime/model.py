"""The run-time data of one session: get and set by the book, from one table of elements."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scorm.errors import ScormError
from scorm.runtime.codes import Condition
from scorm.runtime.elements import Keyword, Profile, Table
from scorm.runtime.names import NOTES, Place, resolver_of
from scorm.runtime.rules import Deviation, rules_of


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call answers: the value and the error code, both as the SCO sees them."""

    value: str
    code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something accepted beyond the book: what, and in which element."""

    code: Deviation
    element: str


class RunTimeData:
    """The values of one SCO for one learner, as one session sees them.

    What holds at all times: every stored name is an element of the table (or a note of the LMS, see `names.NOTES`),
    collections have no gaps, every value that the SCO set is legal in the profile. A refused call changes nothing.
    """

    def __init__(self, table: Table, profile: Profile, values: Mapping[str, str]) -> None:
        """Take over stored `values`; raises `ScormError` when they cannot belong to the table."""
        self.table = table
        self.profile = profile
        self._values = dict(values)
        self._counts: dict[str, int] = {}
        self._findings: dict[Finding, None] = {}
        self._resolver = resolver_of(table)
        self._rules = rules_of(table, profile)
        self._ok = table.codes[Condition.NONE]
        self._done = Reply("true", self._ok)
        self._take_count_of_records()

    @property
    def values(self) -> Mapping[str, str]:
        """Return every stored value by its element's name, those of the LMS included; a live, read-only view."""
        return MappingProxyType(self._values)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was accepted beyond the book, each thing once, in the order of its first appearance."""
        return tuple(self._findings)

    def get_value(self, name: str) -> Reply:
        """Answer a GetValue (RTE 1.2, 3.3.3).

        Order of the checks: name, write-only, index. The suite wants 404 also for a record that is not there.
        """
        place = self._resolver.resolve(name)
        if place.element is None or place.get_refusal is not None:
            return self._unread(place.get_refusal or Condition.NAME)
        if place.records and not self._is_readable(place):
            return self._unread(Condition.INDEX)
        if place.element.keyword is Keyword.COUNT:
            return Reply(str(self._counts.get(place.collection, 0)), self._ok)
        return Reply(self._values.get(place.name, place.element.default), self._ok)

    def set_value(self, name: str, value: str) -> Reply:
        """Answer a SetValue (RTE 1.2, 3.3.3): name, index, keyword, read-only, then the value; only then keep it."""
        place = self._resolver.resolve(name)
        element = place.element
        if element is None:
            return self._unset(place.set_refusal or Condition.NAME)
        for collection, index in place.records:
            if index > self._counts.get(collection, 0):
                return self._unset(Condition.INDEX)
        if place.set_refusal is not None:
            return self._unset(place.set_refusal)
        rule = self._rules[element.name]
        kept, fault, deviation = rule.judge(value, self._values.get(place.name, "") if element.appends else "")
        if fault is not None:
            return self._unset(fault)
        if deviation is not None:
            self._findings[Finding(deviation, place.name)] = None
        self._keep(place, kept)
        return self._done

    def _unread(self, condition: Condition) -> Reply:
        return Reply("", self.table.codes[condition])

    def _unset(self, condition: Condition) -> Reply:
        return Reply("false", self.table.codes[condition])

    def _keep(self, place: Place, value: str) -> None:
        self._values[place.name] = value
        for collection, index in place.records:
            if index == self._counts.get(collection, 0):
                self._counts[collection] = index + 1

    def _is_readable(self, place: Place) -> bool:
        """Say whether the records on the way exist.

        The lists inside the record that would be created next read as empty: drivers ask for their count before
        they write the first field, and the suite expects 0.
        """
        is_count = place.element is not None and place.element.keyword is Keyword.COUNT
        return all(index < self._counts.get(collection, 0) + is_count for collection, index in place.records)

    def _take_count_of_records(self) -> None:
        present: dict[str, set[int]] = {}
        for name in self._values:
            if name.startswith(NOTES):
                continue
            place = self._resolver.resolve(name)
            if place.element is None or place.element.keyword is not None or place.name != name:
                raise ScormError(f"stored value {name!r} is no element of SCORM {self.table.edition}")
            for collection, index in place.records:
                present.setdefault(collection, set()).add(index)
        for collection, indexes in present.items():
            if len(indexes) != max(indexes) + 1:
                raise ScormError(f"stored records of {collection!r} have a gap")
            self._counts[collection] = len(indexes)
