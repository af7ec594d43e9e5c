"""The sequencing of items and organizations, with the rules that they share (CAM 5.1, 5.1.2)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from scorm.packaging.findings import Finding, finding, refuse
from scorm.packaging.items import Edition
from scorm.packaging.objectives import (
    Extension,
    Objectives,
    extended,
    note_conflicts,
    read_extension,
    read_objectives,
)
from scorm.packaging.parts import (
    Limit,
    read_choices,
    read_considerations,
    read_control,
    read_delivery,
    read_limit,
    read_randomization,
    read_rollup,
)
from scorm.packaging.rules import read_rollup_rules, read_rules
from scorm.packaging.values import Faults
from scorm.sequencing.definition import (
    ControlMode,
    Delivery,
    Randomization,
    Rollup,
    RollupRule,
    Sequencing,
    SequencingRule,
)
from scorm.xml import Element

Part = TypeVar("Part")

_DEFAULTS = Sequencing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The children of one `imsss:sequencing`, each None when it is not there."""

    control: ControlMode | None = None
    choices: ControlMode | None = None
    rules: tuple[SequencingRule, ...] | None = None
    limit: Limit | None = None
    rollup: Rollup | None = None
    rollup_rules: tuple[RollupRule, ...] | None = None
    considerations: Rollup | None = None
    objectives: Objectives | None = None
    extension: Extension | None = None
    randomization: Randomization | None = None
    delivery: Delivery | None = None


class SequencingReader:
    """Reads what items say of sequencing and collects what is wrong with it.

    `limit` is how many elements of sequencing all items together may have: shared rules count wherever they are used,
    for each activity gets its own.
    """

    def __init__(self, root: Element, edition: Edition, limit: int) -> None:
        self.findings: list[Finding] = []
        self._edition = edition
        self._limit = limit
        self._weight = 0
        self._shared = dict(self._collection(root)) if edition.is_2004 else {}

    def read(self, owner: Element, place: str) -> Sequencing:
        """Return the sequencing of an item or organization; defaults when it has none."""
        element = owner.first("sequencing")
        if element is None or not self._edition.is_2004:
            return _DEFAULTS
        faults = Faults(self.findings, place)
        parts, weight = self._parts(element, faults), _weight(element)
        reference = " ".join(element.get("idref").split())
        if reference in self._shared:
            shared, shared_weight = self._shared[reference]
            parts, weight = _merged(parts, shared), weight + shared_weight
        elif reference:
            faults.note("sequencing_reference_dangling", reference=reference)
        self._weight += weight
        if self._weight > self._limit:
            refuse("manifest_over_limits", place=place, what="sequencing", limit=self._limit)
        return _assembled(parts, faults)

    def _collection(self, root: Element) -> Iterator[tuple[str, tuple[Parts, int]]]:
        """Yield the shared rules with their weight; where two share an identifier, references reach the first."""
        seen: set[str] = set()
        for collection in root.all("sequencingcollection"):
            for element in collection.all("sequencing"):
                identifier = " ".join(element.get("id").split())
                if not identifier:
                    self.findings.append(finding("identifier_missing", element="sequencing"))
                elif identifier in seen:
                    self.findings.append(finding("identifier_duplicate", place=identifier, element="sequencing"))
                else:
                    seen.add(identifier)
                    faults = Faults(self.findings, identifier)
                    if element.get("idref"):
                        faults.note("element_misplaced", element="IDRef", parent="sequencingCollection")
                    yield identifier, (self._parts(element, faults), _weight(element))

    def _parts(self, element: Element, faults: Faults) -> Parts:
        """Return the parts of one `sequencing`; the first of each kind counts."""
        found: dict[tuple[str, bool], Element] = {}
        for child in element.children:
            found.setdefault((child.name, "adlseq" in child.namespace), child)
        objectives = found.get(("objectives", False))
        extension = found.get(("objectives", True))
        if extension and self._edition is not Edition.SCORM_2004_4TH:
            faults.note("element_misplaced", element="adlseq:objectives", parent="sequencing")
            extension = None
        named = {name: child for (name, _), child in reversed(found.items()) if name != "objectives"}
        return Parts(
            control=_part(named, "controlmode", read_control, faults),
            choices=_part(named, "constrainedchoiceconsiderations", read_choices, faults),
            rules=_part(named, "sequencingrules", read_rules, faults),
            limit=_part(named, "limitconditions", read_limit, faults),
            rollup=_part(named, "rolluprules", read_rollup, faults),
            rollup_rules=_part(named, "rolluprules", read_rollup_rules, faults),
            considerations=_part(named, "rollupconsiderations", read_considerations, faults),
            objectives=read_objectives(objectives, faults) if objectives else None,
            extension=read_extension(extension, faults) if extension else None,
            randomization=_part(named, "randomizationcontrols", read_randomization, faults),
            delivery=_part(named, "deliverycontrols", read_delivery, faults),
        )


def _part(
    children: Mapping[str, Element], name: str, read: Callable[[Element, Faults], Part], faults: Faults
) -> Part | None:
    element = children.get(name)
    return None if element is None else read(element, faults)


def _weight(element: Element) -> int:
    """Return how many elements there are, this one and all below it."""
    count, pending = 0, [element]
    while pending:
        count += 1
        pending.extend(pending.pop().children)
    return count


def _merged(own: Parts, shared: Parts) -> Parts:
    """Return the parts of both; what stands in the item itself wins whole (CAM 5.1.2)."""
    names = [one.name for one in fields(Parts)]
    return replace(shared, **{name: getattr(own, name) for name in names if getattr(own, name) is not None})


def _assembled(parts: Parts, faults: Faults) -> Sequencing:
    objectives = parts.objectives or Objectives()
    if parts.extension:
        objectives = extended(objectives, parts.extension, faults)
    note_conflicts(objectives, faults)
    limit = parts.limit or Limit()
    sequencing = Sequencing(
        control=_control(parts),
        rules=parts.rules or (),
        attempt_limit=limit.attempts,
        max_duration=limit.duration,
        rollup_rules=parts.rollup_rules or (),
        rollup=_rollup(parts),
        primary=objectives.primary,
        objectives=objectives.others,
        randomization=parts.randomization or Randomization(),
        delivery=parts.delivery or Delivery(),
    )
    _check_references(sequencing, faults)
    return sequencing


def _control(parts: Parts) -> ControlMode:
    control = parts.control or ControlMode()
    if parts.choices is None:
        return control
    return replace(
        control,
        constrain_choice=parts.choices.constrain_choice,
        prevent_activation=parts.choices.prevent_activation,
    )


def _rollup(parts: Parts) -> Rollup:
    rollup = parts.rollup or Rollup()
    if parts.considerations is None:
        return rollup
    return replace(
        parts.considerations,
        objective_satisfied=rollup.objective_satisfied,
        progress_completion=rollup.progress_completion,
        objective_weight=rollup.objective_weight,
    )


def _check_references(sequencing: Sequencing, faults: Faults) -> None:
    """Report the objectives that rules name and the activity does not have; their conditions stay unknown."""
    known = {"", sequencing.primary.identifier, *(one.identifier for one in sequencing.objectives)}
    named = dict.fromkeys(condition.objective for rule in sequencing.rules for condition in rule.conditions)
    for identifier in named:
        if identifier not in known:
            faults.note("objective_reference_unknown", objective=identifier)
