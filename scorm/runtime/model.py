"""The run-time data of one session: get and set by the book, from one table of elements."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from scorm.errors import ScormError
from scorm.runtime.codes import Condition
from scorm.runtime.elements import Element, Evaluation, Keyword, Profile, Table, Unique
from scorm.runtime.names import NOTES, UNREADABLE, UNWRITABLE, Place, resolver_of
from scorm.runtime.rules import Deviation, Rule, rules_of


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
        self._holders: dict[str, dict[str, int]] = {}
        self._families: set[str] = set()
        self._findings: dict[Finding, None] = {}
        self._resolver = resolver_of(table)
        self._rules = rules_of(table, profile)
        self._ok = table.codes[Condition.NONE]
        self._done = Reply("true", self._ok)
        self._unread, self._unset = replies_of(table)
        self._take_count_of_records()

    @property
    def values(self) -> Mapping[str, str]:
        """Return every stored value by its element's name, those of the LMS included; a live, read-only view."""
        return MappingProxyType(self._values)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was accepted beyond the book, each thing once, in the order of its first appearance."""
        return tuple(self._findings)

    def refresh(self, values: Mapping[str, str]) -> None:
        """Take new values of what only the LMS sets; of elements with targets, all that are known now are given."""
        families = {self._resolver.resolve(name).family for name in values} - {""}
        for name in [name for name in self._values if self._resolver.resolve(name).family in families]:
            del self._values[name]
        self._values.update(values)
        self._take_count_of_records()

    def get_value(self, name: str) -> Reply:
        """Answer a GetValue (RTE 1.2, 3.3.3; RTE 3.1.4.1): name, records, write-only, then whether there is a value."""
        place = self._resolver.resolve(name)
        for collection, index in place.readable:
            if index >= self._counts.get(collection, 0):
                return self._unread[Condition.INDEX]
        element = place.element
        if element is None or place.get_refusal is not None:
            return self._unread[place.get_refusal or Condition.NAME]
        if element.keyword is Keyword.COUNT:
            return Reply(str(self._counts.get(place.collection, 0)), self._ok)
        if element.is_guarded and UNREADABLE + place.name in self._values:
            return self._unread[Condition.WRITE_ONLY]
        value = self._value_of(place, element)
        if value is None or (value == "" and element.is_void_when_empty):
            return self._unread[Condition.VALUE]
        return Reply(value, self._ok)

    def set_value(self, name: str, value: str) -> Reply:
        """Answer a SetValue (RTE 1.2, 3.3.3; RTE 3.1.4.2).

        Order of the checks: name and records, read-only, what it depends on, duplicates, then the value itself.
        """
        place = self._resolver.resolve(name)
        element = place.element
        refusal = self._why_out_of_reach(place)
        if element is None or refusal is not None:
            return self._unset[refusal or Condition.NAME]
        rule: Rule | None = self._rules[element.name]
        if rule is not None and rule.variants is not None:
            rule = rule.variants.get(self._values.get(place.varies_by, ""))
        if rule is None:
            return self._unset[Condition.DEPENDENCY]
        refusal = self._why_unwanted(place, element, rule, value)
        if refusal is not None:
            return self._unset[refusal]
        kept, fault, deviation = rule.judge(value, self._values.get(place.name, "") if element.appends else "")
        if fault is not None:
            return self._unset[fault]
        if deviation is not None:
            self._findings[Finding(deviation, place.name)] = None
        self._keep(place, rule, kept)
        return self._done

    def _value_of(self, place: Place, element: Element) -> str | None:
        if element.evaluation is not None and (threshold := self._values.get(element.evaluation.threshold)):
            return evaluated(element.evaluation, threshold, self._values.get(element.evaluation.measure, ""))
        value = self._values.get(place.name)
        if value is not None:
            return value
        return element.default_beside if place.family in self._families else element.default

    def _why_out_of_reach(self, place: Place) -> Condition | None:
        """Return why the element cannot be set, whatever the value."""
        for collection, index, is_dependent, is_fixed in place.records:
            count = self._counts.get(collection, 0)
            if index >= count:
                if index > count or is_fixed:
                    return Condition.INDEX
                if is_dependent:
                    return Condition.DEPENDENCY
        if place.set_refusal is not None:
            return place.set_refusal
        if place.element is not None and place.element.is_guarded and UNWRITABLE + place.name in self._values:
            return Condition.READ_ONLY
        return None

    def _why_unwanted(self, place: Place, element: Element, rule: Rule, value: str) -> Condition | None:
        """Return why this record cannot have this value, legal or not."""
        if rule.most_records is not None and place.records[-1].position >= rule.most_records:
            return Condition.FULL
        if element.is_set_once and self._values.get(place.name, value) != value:
            return Condition.ONCE
        if rule.unique is not None:
            holder = self._holders_of(place, rule.unique).get(key_of(value, rule.unique))
            if holder is not None and holder != place.records[-1].position:
                return Condition.DUPLICATE
        return None

    def _keep(self, place: Place, rule: Rule, value: str) -> None:
        before = self._values.get(place.name)
        if place.clears and before != value:
            self._forget(place.clears)
        if rule.unique is not None:
            holders = self._holders_of(place, rule.unique)
            if before is not None:
                holders.pop(key_of(before, rule.unique), None)
            holders[key_of(value, rule.unique)] = place.records[-1].position
        self._values[place.name] = value
        for record in place.records:
            if record.position == self._counts.get(record.collection, 0):
                self._counts[record.collection] = record.position + 1

    def _forget(self, names: tuple[str, ...]) -> None:
        """Forget values, and whole collections given as `collection.n.field`."""
        for name in names:
            collection, _, field = name.partition(".n.")
            self._values.pop(name, None)
            self._holders.pop(collection, None)
            for index in range(self._counts.pop(collection, 0)):
                self._values.pop(f"{collection}.{index}.{field}", None)

    def _holders_of(self, place: Place, unique: Unique) -> dict[str, int]:
        """Return which record of the place's collection has which value."""
        collection = place.records[-1].collection
        holders = self._holders.get(collection)
        if holders is None:
            field = place.name.rpartition(".")[2]
            names = {index: f"{collection}.{index}.{field}" for index in range(self._counts.get(collection, 0))}
            holders = {
                key_of(self._values[name], unique): index for index, name in names.items() if name in self._values
            }
            self._holders[collection] = holders
        return holders

    def _take_count_of_records(self) -> None:
        present: dict[str, set[int]] = {}
        for name in self._values:
            if name.startswith(NOTES):
                continue
            place = self._resolver.resolve(name)
            if place.element is None or place.element.keyword is not None or place.name != name:
                raise ScormError(f"stored value {name!r} is no element of SCORM {self.table.edition}")
            if place.family:
                self._families.add(place.family)
            for record in place.records:
                present.setdefault(record.collection, set()).add(record.position)
        for collection, indexes in present.items():
            if len(indexes) != max(indexes) + 1:
                raise ScormError(f"stored records of {collection!r} have a gap")
            self._counts[collection] = len(indexes)


@lru_cache(maxsize=8)
def replies_of(table: Table) -> tuple[Mapping[Condition, Reply], Mapping[Condition, Reply]]:
    """Return what a refused get and a refused set answer."""
    codes = {**table.codes, **table.set_codes}
    unread = {condition: Reply("", code) for condition, code in table.codes.items()}
    return unread, {condition: Reply("false", code) for condition, code in codes.items()}


def evaluated(evaluation: Evaluation, threshold: str, measure: str) -> str:
    """Return what an element comes to by a threshold and a measure, each a number; the measure is empty without one."""
    if not measure:
        return evaluation.unknown
    return evaluation.reached if float(measure) >= float(threshold) else evaluation.missed


def key_of(value: str, unique: Unique) -> str:
    """Return what two values that count as the same have in common."""
    return "[,]".join(sorted(value.split("[,]"))) if unique is Unique.SET else value
