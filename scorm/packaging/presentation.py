"""What ADL's elements of 2004 say about an item beside its sequencing (CAM 4.2.1, 5.2)."""

from collections.abc import Iterator
from dataclasses import replace

from scorm.packaging.items import Edition
from scorm.packaging.values import Faults, Values, decimal_within
from scorm.sequencing.definition import CompletionThreshold, DataMap, Sequencing
from scorm.sequencing.words import Control
from scorm.xml import Element

_ATTRIBUTES = ("completedbymeasure", "minprogressmeasure", "progressweight")


def read_threshold(owner: Element, edition: Edition, faults: Faults) -> CompletionThreshold:
    """Return the completion threshold of an item or organization.

    The text of the element before the 4th edition, its attributes since; the 4th still reads the text where there
    is no attribute.
    """
    element = owner.first("completionthreshold")
    if element is None or not edition.is_2004:
        return CompletionThreshold()
    has_attributes = any(element.get(name) for name in _ATTRIBUTES)
    is_fourth = edition is Edition.SCORM_2004_4TH
    if has_attributes and not is_fourth:
        faults.note("element_misplaced", element="completionThreshold attributes", parent="item")
    if has_attributes and is_fourth:
        minimum = _share(element, "minProgressMeasure", faults)
        by_measure = Values(element, faults).flag("completedByMeasure", default=False)
        stated = 1.0 if minimum is None else minimum
        return CompletionThreshold(by_measure=by_measure, minimum=stated, is_stated=minimum is not None)
    written = element.text.strip()
    minimum = decimal_within(written, 0, 1)
    if written and minimum is None:
        faults.note("threshold_invalid", attribute="", value=written[:100])
    if minimum is None:
        return CompletionThreshold()
    if is_fourth:
        faults.note("threshold_old_style", value=written)
    return CompletionThreshold(by_measure=is_fourth, minimum=minimum, is_stated=True)


def with_progress_weight(sequencing: Sequencing, owner: Element, edition: Edition, faults: Faults) -> Sequencing:
    """Return the sequencing with the weight that a threshold of the 4th edition gives the progress of its item."""
    element = owner.first("completionthreshold")
    if element is None or edition is not Edition.SCORM_2004_4TH:
        return sequencing
    weight = _share(element, "progressWeight", faults)
    if weight is None or weight == sequencing.rollup.progress_weight:
        return sequencing
    return replace(sequencing, rollup=replace(sequencing.rollup, progress_weight=weight))


def _share(element: Element, name: str, faults: Faults) -> float | None:
    """Return an attribute between 0 and 1, None when there is none."""
    written = element.get(name.lower())
    value = decimal_within(written, 0, 1)
    if written and value is None:
        faults.note("threshold_invalid", attribute=name, value=written[:100])
    return value


def read_data(owner: Element, edition: Edition, faults: Faults) -> tuple[DataMap, ...]:
    """Return the stores of shared data that a SCO of the 4th edition sees, each once.

    LMS choice: writing is allowed unless it is forbidden, as in the reference; the schema says the opposite.
    """
    element = owner.first("data")
    if element is None or not edition.is_2004:
        return ()
    if edition is not Edition.SCORM_2004_4TH or owner.first("item"):
        faults.note("element_misplaced", element="data", parent="item")
        return ()
    found: dict[str, DataMap] = {}
    for child in element.all("map"):
        values = Values(child, faults)
        if values.lacks("targetID"):
            continue
        target = values.identifier("targetID")
        if target in found:
            faults.note("objective_map_conflict", objective=target)
            continue
        found[target] = DataMap(
            target=target,
            is_readable=values.flag("readSharedData", default=True),
            is_writable=values.flag("writeSharedData", default=True),
        )
    return tuple(found.values())


def read_hidden(owner: Element, edition: Edition, faults: Faults) -> tuple[Control, ...]:
    """Return the controls of the LMS that an item hides while it is delivered (CAM 5.2.1)."""
    if not edition.is_2004:
        return ()
    hidden = tuple(dict.fromkeys(_controls(owner, faults)))
    if hidden and owner.first("item"):
        faults.note("element_misplaced", element="presentation", parent="item")
        return ()
    return hidden


def _controls(owner: Element, faults: Faults) -> Iterator[Control]:
    for presentation in owner.all("presentation"):
        for interface in presentation.all("navigationinterface"):
            for child in interface.all("hidelmsui"):
                written = child.text.strip()
                try:
                    yield Control(written)
                except ValueError:
                    faults.refuse_value("hideLMSUI", "", written)
