"""Where elements stand: in the wrong place they have no effect, in an unusual order they do no harm (CAM 3.4)."""

from collections.abc import Iterator

from scorm.packaging.findings import Finding, finding
from scorm.xml import Element

_PARENTS = {
    "organization": ("organizations",),
    "item": ("organization", "item"),
    "resource": ("resources",),
    "file": ("resource",),
    "dependency": ("resource",),
    "prerequisites": ("item",),
    "maxtimeallowed": ("item",),
    "timelimitaction": ("item",),
    "datafromlms": ("item",),
    "masteryscore": ("item",),
    "completionthreshold": ("item", "organization"),
    "presentation": ("item",),
    "navigationinterface": ("presentation",),
    "hidelmsui": ("navigationinterface",),
    "sequencingcollection": ("manifest",),
    "sequencing": ("organization", "item", "sequencingcollection"),
    "controlmode": ("sequencing",),
    "constrainedchoiceconsiderations": ("sequencing",),
    "sequencingrules": ("sequencing",),
    "preconditionrule": ("sequencingrules",),
    "exitconditionrule": ("sequencingrules",),
    "postconditionrule": ("sequencingrules",),
    "limitconditions": ("sequencing",),
    "rolluprules": ("sequencing",),
    "rolluprule": ("rolluprules",),
    "rollupconsiderations": ("sequencing",),
    "objectives": ("sequencing",),
    "primaryobjective": ("objectives",),
    "objective": ("objectives",),
    "mapinfo": ("primaryobjective", "objective"),
    "minnormalizedmeasure": ("primaryobjective", "objective"),
    "randomizationcontrols": ("sequencing",),
    "deliverycontrols": ("sequencing",),
}
_NEED_A_RESOURCE = ("maxtimeallowed", "timelimitaction", "datafromlms", "masteryscore")
_ORDER = {
    "manifest": ("metadata", "organizations", "resources", "manifest", "sequencingcollection"),
    "organization": ("title", "item", "metadata", "sequencing"),
    "item": ("title", "item", "metadata"),
    "resource": ("metadata", "file", "dependency"),
}
# Metadata have rules of their own; nested manifests are not read.
_CLOSED = ("metadata", "manifest")


def structure_findings(root: Element) -> Iterator[Finding]:
    """Yield what stands where it should not."""
    pending = [(root, "")]
    while pending:
        element, outer = pending.pop()
        place = _place(element) or outer
        yield from _misplaced(element, place)
        if not _is_ordered(element):
            yield finding("element_order", place=_place(element), element=element.name)
        pending.extend((child, place) for child in reversed(element.children) if child.name not in _CLOSED)


def _misplaced(parent: Element, place: str) -> Iterator[Finding]:
    """Yield the children that have no effect here; `place` is the nearest thing with a name."""
    for child in parent.children:
        allowed = _PARENTS.get(child.name)
        is_idle = child.name in _NEED_A_RESOURCE and parent.name == "item" and not parent.get("identifierref")
        if allowed and (parent.name not in allowed or is_idle):
            yield finding("element_misplaced", place=_place(child) or place, element=child.name, parent=parent.name)


def _is_ordered(element: Element) -> bool:
    """Say whether the kinds of children begin in the books' order; kinds unknown here may stand anywhere."""
    order = _ORDER.get(element.name, ())
    ranks = [order.index(name) for name in dict.fromkeys(child.name for child in element.children) if name in order]
    return ranks == sorted(ranks)


def _place(element: Element) -> str:
    return element.get("identifier") or element.get("href")
