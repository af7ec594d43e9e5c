"""Which edition a manifest is written for, or which other standard (CAM 3.4.1.2)."""

import re
from collections.abc import Collection, Iterator

from scorm.packaging.findings import Finding, finding
from scorm.packaging.items import Edition
from scorm.xml import XML_NAMESPACE, Document, Element

_EDITIONS = (
    (re.compile(r"1\.2"), Edition.SCORM_12),
    (re.compile(r"(cam )?1\.3"), Edition.SCORM_2004_2ND),
    (re.compile(r"2004 3.*"), Edition.SCORM_2004_3RD),
    (re.compile(r"2004 4.*"), Edition.SCORM_2004_4TH),
)
_NAMESPACES_12 = ("imscp_rootv1p1p2", "adlcp_rootv1p2")
_NAMESPACES_2004 = ("imscp_v1p1", "adlcp_v1p3")
_KNOWN = re.compile(
    r"http://www\.ims(project|global)\.org/xsd/(imscp_(rootv1p1p2|v1p1)|ims_?md_(rootv1p2p?\d?|v1p2(p\d)?)|imsss)"
    r"|http://www\.adlnet\.org/xsd/(adlcp_(rootv1p2|v1p3)|adlseq_v1p3|adlnav_v1p3)"
    r"|http://ltsc\.ieee\.org/xsd/(LOM|lomv1\.0).*"
    r"|http://www\.w3\.org/(2001|2000/10|1999)/XMLSchema(-instance)?"
    r"|" + re.escape(XML_NAMESPACE)
)
_OTHERS = (("imsccv1p", "Common Cartridge"), ("imscc/", "Common Cartridge"), ("imsqti", "IMS QTI"))
# What only the fourth edition has (PACKAGING 1.3).
_FOURTH_ELEMENTS = {("data", "item")}
_FOURTH_ATTRIBUTES = {"minprogressmeasure", "shareddataglobaltosystem"}


def other_standard(namespaces: Collection[str]) -> str:
    """Return the name of another standard that the namespaces speak of, empty when there is none."""
    if any("adlcp" in namespace for namespace in namespaces):
        return ""
    return next((name for mark, name in _OTHERS for namespace in namespaces if mark in namespace), "")


def unknown_namespaces(used: Collection[str]) -> list[str]:
    """Return the namespaces that no edition has."""
    return sorted(one for one in used if one and not one.startswith("prefix:") and not _KNOWN.fullmatch(one))


def detect_edition(document: Document) -> tuple[Edition, list[Finding]]:
    """Return the edition: its generation by the namespaces, the edition itself by the words."""
    findings: list[Finding] = []
    words, is_misplaced = stated_edition(document.root)
    if is_misplaced:
        findings.append(finding("element_misplaced", element="schemaversion", parent="organization"))
    stated = next((edition for pattern, edition in _EDITIONS if pattern.fullmatch(words.lower())), None)
    is_2004 = _generation(document)
    if not words:
        findings.append(finding("edition_missing"))
    elif stated is None:
        findings.append(finding("edition_unknown", stated=words))
    elif is_2004 is not None and stated.is_2004 is not is_2004:
        findings.append(finding("edition_contradiction", stated=words))
        stated = None
    if stated:
        return stated, findings
    return _edition_by_features(document.root, is_2004=bool(is_2004)), findings


def stated_edition(root: Element) -> tuple[str, bool]:
    """Return the words of `schemaversion`, and whether they stood under an organization instead."""
    words = root.text_at("metadata", "schemaversion")
    if words:
        return " ".join(words.split()), False
    organizations = root.first("organizations")
    for organization in organizations.all("organization") if organizations else ():
        words = organization.text_at("metadata", "schemaversion")
        if words:
            return " ".join(words.split()), True
    return "", False


def _generation(document: Document) -> bool | None:
    """Say whether the namespaces speak of 2004; None when they say nothing. The root's own speaks first."""
    for group in ({document.root.namespace}, document.used, document.declared):
        if any(name.endswith(_NAMESPACES_12) for name in group):
            return False
        if any(name.endswith(_NAMESPACES_2004) for name in group):
            return True
    return None


def _edition_by_features(root: Element, *, is_2004: bool) -> Edition:
    if not is_2004:
        return Edition.SCORM_12
    is_fourth = any(
        (element.name, parent.name) in _FOURTH_ELEMENTS
        or not _FOURTH_ATTRIBUTES.isdisjoint(element.attributes)
        or (element.name == "objectives" and "adlseq" in element.namespace)
        for parent, element in walk_with_parents(root)
    )
    return Edition.SCORM_2004_4TH if is_fourth else Edition.SCORM_2004_3RD


def walk_with_parents(root: Element) -> Iterator[tuple[Element, Element]]:
    """Yield every element below the root with its parent, parents first."""
    pending = [(root, child) for child in reversed(root.children)]
    while pending:
        parent, element = pending.pop()
        yield parent, element
        pending.extend((element, child) for child in reversed(element.children))
