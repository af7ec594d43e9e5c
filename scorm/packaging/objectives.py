"""The objectives of an activity and their maps, of both vocabularies (CAM 5.1.7, adlseq:objectives)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scorm.packaging.values import Faults, Values, decimal_within
from scorm.sequencing.definition import Objective, ObjectiveMap
from scorm.xml import Element

_NAMELESS = Objective()
_READ = ("satisfied", "measure")
_WRITTEN = (*_READ, "raw", "minimum", "maximum", "completed", "progress")
_FURTHER_READ = ("readRawScore", "readMinScore", "readMaxScore", "readCompletionStatus", "readProgressMeasure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """The objectives of one activity, the one that is rolled up first."""

    primary: Objective = _NAMELESS
    others: tuple[Objective, ...] = ()


Extension = Mapping[str, Sequence[ObjectiveMap]]
"""The maps of `adlseq` by the identifier of their objective."""


def read_objectives(element: Element, faults: Faults) -> Objectives:
    """Return the objectives of an `imsss:objectives`."""
    primaries = [_objective(child, faults) for child in element.all("primaryobjective")]
    for _ in primaries[1:]:
        faults.note("element_misplaced", element="primaryObjective", parent="objectives")
    primary = primaries[0] if primaries else _NAMELESS
    others: dict[str, Objective] = {}
    for number, child in enumerate(element.all("objective"), 1):
        objective = _objective(child, faults)
        if not objective.identifier:
            objective = replace(objective, identifier=f"objective-{number}")
            faults.note("identifier_missing", element="objective", title=objective.identifier)
        if objective.identifier in others or objective.identifier == primary.identifier:
            faults.note("identifier_duplicate", element="objective", title=objective.identifier)
        elif objective.identifier:
            others[objective.identifier] = objective
    return Objectives(primary=primary, others=tuple(others.values()))


def _objective(element: Element, faults: Faults) -> Objective:
    values = Values(element, faults)
    return Objective(
        identifier=values.identifier("objectiveID"),
        satisfied_by_measure=values.flag("satisfiedByMeasure", default=False),
        minimum_measure=_minimum_measure(element, faults),
        maps=tuple(_plain_maps(element, faults)),
    )


def _minimum_measure(element: Element, faults: Faults) -> float:
    written = element.text_at("minnormalizedmeasure")
    value = decimal_within(written, -1, 1)
    if written and value is None:
        faults.refuse_value("minNormalizedMeasure", "", written)
    return 1.0 if value is None else value


def _plain_maps(element: Element, faults: Faults) -> Iterator[ObjectiveMap]:
    for child in element.all("mapinfo"):
        values = Values(child, faults)
        if values.lacks("targetObjectiveID"):
            continue
        yield ObjectiveMap(
            target=values.identifier("targetObjectiveID"),
            read_satisfied=values.flag("readSatisfiedStatus", default=True),
            read_measure=values.flag("readNormalizedMeasure", default=True),
            write_satisfied=values.flag("writeSatisfiedStatus", default=False),
            write_measure=values.flag("writeNormalizedMeasure", default=False),
        )


def read_extension(element: Element, faults: Faults) -> Extension:
    """Return the maps of an `adlseq:objectives`."""
    found: dict[str, list[ObjectiveMap]] = {}
    for child in element.all("objective"):
        values = Values(child, faults)
        if not values.lacks("objectiveID"):
            _note_stated_reads(child, values.identifier("objectiveID"), faults)
            found.setdefault(values.identifier("objectiveID"), []).extend(_further_maps(child, faults))
    return found


def _further_maps(element: Element, faults: Faults) -> Iterator[ObjectiveMap]:
    for child in element.all("mapinfo"):
        values = Values(child, faults)
        if values.lacks("targetObjectiveID"):
            continue
        yield ObjectiveMap(
            target=values.identifier("targetObjectiveID"),
            read_satisfied=False,
            read_measure=False,
            read_raw=values.flag("readRawScore", default=True),
            read_minimum=values.flag("readMinScore", default=True),
            read_maximum=values.flag("readMaxScore", default=True),
            read_completed=values.flag("readCompletionStatus", default=True),
            read_progress=values.flag("readProgressMeasure", default=True),
            write_raw=values.flag("writeRawScore", default=False),
            write_minimum=values.flag("writeMinScore", default=False),
            write_maximum=values.flag("writeMaxScore", default=False),
            write_completed=values.flag("writeCompletionStatus", default=False),
            write_progress=values.flag("writeProgressMeasure", default=False),
        )


def _note_stated_reads(element: Element, identifier: str, faults: Faults) -> None:
    """Report what two maps of one objective read alike by their own words.

    LMS choice: where two read by default alone nothing is lost, for then one of them was meant to write.
    """
    stated = Counter(
        name for child in element.all("mapinfo") for name in _FURTHER_READ if child.get(name.lower()) in ("true", "1")
    )
    if any(count > 1 for count in stated.values()):
        faults.note("objective_map_conflict", objective=identifier)


def extended(objectives: Objectives, extension: Extension, faults: Faults) -> Objectives:
    """Return the objectives with the maps of `adlseq` joined to those with the same target."""
    named = {one.identifier for one in (objectives.primary, *objectives.others)} - {""}
    for identifier in extension:
        if identifier not in named:
            faults.note("objective_reference_unknown", objective=identifier)
    return Objectives(
        primary=_joined(objectives.primary, extension),
        others=tuple(_joined(one, extension) for one in objectives.others),
    )


def _joined(objective: Objective, extension: Extension) -> Objective:
    further = extension.get(objective.identifier, ()) if objective.identifier else ()
    if not further:
        return objective
    maps = {one.target: one for one in reversed(objective.maps)}  # the first to a target is joined
    joined = {one.target: _both(maps[one.target], one) for one in further if one.target in maps}
    kept = [joined.pop(one.target, one) for one in objective.maps]
    return replace(objective, maps=(*kept, *(one for one in further if one.target not in maps)))


def _both(plain: ObjectiveMap, further: ObjectiveMap) -> ObjectiveMap:
    return replace(
        further,
        read_satisfied=plain.read_satisfied,
        read_measure=plain.read_measure,
        write_satisfied=plain.write_satisfied,
        write_measure=plain.write_measure,
    )


def note_conflicts(objectives: Objectives, faults: Faults) -> None:
    """Report what two maps of one activity read or write alike (CAM 5.1.7.3).

    An objective reads each kind of value through one map; a global objective gets each kind from one objective.
    """
    written: dict[tuple[str, str], int] = {}
    clashes: dict[str, None] = {}
    for number, objective in enumerate((objectives.primary, *objectives.others)):
        read = Counter(kind for one in objective.maps for kind in _READ if getattr(one, f"read_{kind}"))
        if any(count > 1 for count in read.values()):
            clashes.setdefault(objective.identifier or "primary")
        for one in objective.maps:
            kinds = [kind for kind in _WRITTEN if getattr(one, f"write_{kind}")]
            if any(written.setdefault((one.target, kind), number) != number for kind in kinds):
                clashes.setdefault(one.target)
    for name in clashes:
        faults.note("objective_map_conflict", objective=name)
