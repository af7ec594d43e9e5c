"""The items of an organization, with everything that their edition lets them say (CAM 1.2, 2.3.2.5; CAM 3.4.1.8)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from scorm.packaging.findings import Finding, Grade, finding, refuse
from scorm.packaging.hrefs import are_parameters_well_formed, joined, with_parameters
from scorm.packaging.identifiers import Identifiers
from scorm.packaging.items import Edition, Item, Resource, ScormType
from scorm.packaging.prerequisites import ScriptFault, script_faults
from scorm.packaging.presentation import read_data, read_hidden, read_threshold, with_progress_weight
from scorm.packaging.sequencing import SequencingReader
from scorm.packaging.trees import folded, preorder
from scorm.packaging.values import Faults
from scorm.xml import Element

LONGEST_IDENTIFIER = 255
"""LMS choice: what is tracked is found by the identifier of its item; no tool writes longer ones."""

_SCORE = re.compile(r"\d{1,3}([.]\d{1,10})?")
_TIMESPAN = re.compile(r"\d{2,4}:\d{2}:\d{2}([.]\d{1,2})?")
_TIME_LIMIT_ACTIONS = ("exit,message", "exit,no message", "continue,message", "continue,no message")
_LONGEST_LAUNCH_DATA = {False: 255, True: 4000}  # smallest permitted maximum, by "is 2004"
_OF_12_ALONE = ("prerequisites", "maxtimeallowed", "masteryscore")
_SCRIPT_CODES = {
    ScriptFault.UNREADABLE: "prerequisites_unreadable",
    ScriptFault.UNKNOWN_ITEM: "prerequisites_unknown_item",
    ScriptFault.AMBIGUOUS: "prerequisites_ambiguous",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContext:
    """What items refer to."""

    edition: Edition
    resources: Mapping[str, Resource]
    nested: Collection[str]  # identifiers inside nested manifests
    limit: int  # of items
    most_organizations: int
    sequencing: SequencingReader


class ItemReader:
    """Reads the items of one organization and collects what is wrong with them."""

    def __init__(self, context: ItemContext) -> None:
        self.findings: list[Finding] = []
        self._context = context
        self._identifiers = Identifiers("item", self.findings)
        self._count = 0

    def read(self, organization: Element) -> tuple[Item, ...]:
        """Return the items of an organization."""
        built: dict[int, Item] = {}
        tops = list(organization.all("item"))
        for top in tops:
            for element in preorder(top, _children):
                built[id(element)] = self._item(element)
        known = {item.identifier for item in built.values()}
        for item in built.values():
            self._check_prerequisites(item, known)

        def complete(element: Element, children: Sequence[Item]) -> Item:
            return replace(built[id(element)], children=tuple(children))

        return tuple(folded(top, _children, complete) for top in tops)

    def _item(self, element: Element) -> Item:
        """Return an item, still without its children."""
        title = " ".join(element.text_at("title").split())
        identifier = self._identifiers.settle(element.get("identifier"), title)
        self._count += 1
        if self._count > self._context.limit:
            refuse("manifest_over_limits", place=identifier, what="items", limit=self._context.limit)
        if len(identifier) > LONGEST_IDENTIFIER:
            place = identifier[:LONGEST_IDENTIFIER]
            refuse("manifest_over_limits", place=place, what="identifier", limit=LONGEST_IDENTIFIER)
        if not title:
            self._note("title_missing", identifier, element="item")
        has_children = element.first("item") is not None
        resource = self._resource(element, identifier)
        self._check_shape(element, identifier, resource, has_children=has_children)
        if has_children and self._context.edition.is_2004:
            resource = None  # a cluster is never delivered
        parameters = element.get("parameters")
        if parameters and (resource is None or not are_parameters_well_formed(parameters)):
            self._note("parameters_malformed", identifier, parameters=parameters)
        item = Item(
            identifier=identifier,
            title=title or identifier,
            resource=resource.identifier if resource else "",
            href=with_parameters(joined(resource.bases, resource.href), parameters) if resource else "",
            scorm_type=resource.scorm_type if resource else ScormType.UNSTATED,
            visible=element.get("isvisible").lower() not in ("false", "0"),
            parameters=parameters,
        )
        return self._with_rules(item, element)

    def _resource(self, element: Element, identifier: str) -> Resource | None:
        """Return the resource that an item opens."""
        reference = element.get("identifierref")
        resource = self._context.resources.get(reference)
        if resource is None and reference in self._context.nested:
            self._note("submanifest_referenced", identifier, reference=reference)
        elif resource is None and reference:
            self._note("item_reference_dangling", identifier, reference=reference)
        return resource

    def _check_shape(self, element: Element, identifier: str, resource: Resource | None, *, has_children: bool) -> None:
        if has_children and resource:
            one = finding("item_folder_with_resource", place=identifier)
            # The books of 1.2 allow it, and tools use it.
            is_2004 = self._context.edition.is_2004
            self.findings.append(one if is_2004 else replace(one, grade=Grade.COSMETIC))
        if not has_children and not element.get("identifierref"):
            self._note("item_leaf_without_resource", identifier)

    def _with_rules(self, item: Item, element: Element) -> Item:
        """Return the item with what the ADL elements say."""
        launch_data = _launch_data(element)
        if len(launch_data) > _LONGEST_LAUNCH_DATA[self._context.edition.is_2004]:
            self._note("launch_data_long", item.identifier, length=str(len(launch_data)))
        item = replace(
            item, time_limit_action=self._time_limit_action(element, item.identifier), launch_data=launch_data
        )
        if self._context.edition.is_2004:
            return self._with_sequencing(item, element)
        return replace(
            item,
            prerequisites=_prerequisites(element),
            mastery_score=self._mastery_score(element, item.identifier),
            max_time_allowed=self._max_time_allowed(element, item.identifier),
        )

    def _with_sequencing(self, item: Item, element: Element) -> Item:
        edition = self._context.edition
        faults = Faults(self.findings, item.identifier)
        for name in _OF_12_ALONE:
            if element.text_at(name):
                faults.note("element_misplaced", element=name, parent="item")
        sequencing = self._context.sequencing.read(element, item.identifier)
        return replace(
            item,
            sequencing=with_progress_weight(sequencing, element, edition, faults),
            threshold=read_threshold(element, edition, faults),
            data=read_data(element, edition, faults),
            hidden=read_hidden(element, edition, faults),
        )

    def _mastery_score(self, element: Element, identifier: str) -> float | None:
        written = element.text_at("masteryscore")
        if not written:
            return None
        if _SCORE.fullmatch(written) and float(written) <= 100:
            return float(written)
        self._note("mastery_score_invalid", identifier, value=written[:100])
        return None

    def _max_time_allowed(self, element: Element, identifier: str) -> str:
        written = element.text_at("maxtimeallowed")
        if written and not _TIMESPAN.fullmatch(written):
            self._note("time_limit_invalid", identifier, value=written[:100])
            return ""
        return written

    def _time_limit_action(self, element: Element, identifier: str) -> str:
        written = element.text_at("timelimitaction")
        action = ",".join(" ".join(word.split()) for word in written.lower().split(","))
        if action and action not in _TIME_LIMIT_ACTIONS:
            self._note("time_limit_invalid", identifier, value=written[:100])
            return ""
        return action

    def _check_prerequisites(self, item: Item, known: Collection[str]) -> None:
        if not item.prerequisites:
            return
        for fault, detail in script_faults(item.prerequisites, known):
            self._note(_SCRIPT_CODES[fault], item.identifier, script=item.prerequisites[:200], detail=detail[:200])

    def _note(self, code: str, identifier: str, **parameters: str) -> None:
        self.findings.append(finding(code, place=identifier, **parameters))


def _children(element: Element) -> Sequence[Element]:
    return tuple(element.all("item"))


def _launch_data(element: Element) -> str:
    """Return the launch data with their white space, unless they are nothing else."""
    data = element.first("datafromlms")
    return data.text if data and data.text.strip() else ""


def _prerequisites(element: Element) -> str:
    """Return the script of an item; other languages than AICC's are ignored."""
    script = element.first("prerequisites")
    if script is None or script.get("type").lower() not in ("", "aicc_script"):
        return ""
    return script.text.strip()
