"""Which edition a manifest is written for, or which other standard (CAM 3.4.1.2)."""

import re
from collections.abc import Collection, Iterator

from scorm.packaging.findings import Finding, finding
from scorm.packaging.items import Edition
from scorm.xml import XML_NAMESPACE, Document, Element

# Tools write them in their own ways; what follows the number is not looked at.
_EDITIONS = (
    (re.compile(r"(scorm )?1\.2(\.0)?"), Edition.SCORM_12),
    (re.compile(r"(scorm )?(cam )?1\.3(\.\d)?|(scorm )?2004 2.*"), Edition.SCORM_2004_2ND),
    (re.compile(r"(scorm )?2004 3.*"), Edition.SCORM_2004_3RD),
    (re.compile(r"(scorm )?2004 4.*"), Edition.SCORM_2004_4TH),
)
_ONLY_2004 = ("2004", "scorm 2004")
_NAMESPACES_12 = ("imscp_rootv1p1p2", "adlcp_rootv1p2")
_NAMESPACES_2004 = ("imscp_v1p1", "adlcp_v1p3")
_KNOWN = re.compile(
    r"http://www\.ims(project|global)\.org/xsd/(imscp_(rootv1p1p2|v1p1)|ims_?md_(rootv1p2p?\d?|v1p2(p\d)?)|imsss)"
    r"|http://www\.adlnet\.org/xsd/(adlcp_(rootv1p2|v1p3)|adlseq_v1p3|adlnav_v1p3)"
    r"|http://ltsc\.ieee\.org/xsd/(LOM|lomv1\.0).*"
    r"|http://www\.w3\.org/(2001|2000/10|1999)/XMLSchema(-instance)?"
    r"|" + re.escape(XML_NAMESPACE)
)
_CARTRIDGE, _QTI, _DESIGN, _PLAIN = "Common Cartridge", "IMS QTI", "IMS Learning Design", "IMS Content Package"
# By namespaces, by the types of resources, by the words of `schema`.
_OTHER_NAMESPACES = (("imsccv1p", _CARTRIDGE), ("imscc/", _CARTRIDGE), ("imsqti", _QTI), ("imsld_", _DESIGN))
_OTHER_TYPES = (
    ("imscc", _CARTRIDGE), ("imsbasiclti", _CARTRIDGE), ("imsdt_", _CARTRIDGE), ("imswl_", _CARTRIDGE),
    ("imsqti", _QTI), ("imsldcontent", _DESIGN),
)  # fmt: skip
_OTHER_SCHEMAS = (("cartridge", _CARTRIDGE), ("qti", _QTI), ("learning design", _DESIGN), ("ims content", _PLAIN))
# What only the fourth edition has (PACKAGING 1.3).
_FOURTH_ELEMENTS = {("data", "item")}
_FOURTH_ATTRIBUTES = {"minprogressmeasure", "shareddataglobaltosystem"}


def other_standard(document: Document) -> str:
    """Return the name of another standard that a manifest is written for, empty when there is none.

    Whatever uses a word of ADL's is SCORM. What says nothing at all is taken for it: such packages exist, and play.
    """
    namespaces = document.used | document.declared
    resources = document.root.first("resources")
    elements = tuple(resources.all("resource")) if resources else ()
    if any("adlcp" in one for one in document.used) or any("scormtype" in one.attributes for one in elements):
        return ""
    by_namespace = _named(_OTHER_NAMESPACES, namespaces)
    if by_namespace or any("adlcp" in one for one in namespaces):
        return by_namespace
    metadata = document.root.first("metadata")
    schema = " ".join(metadata.text_at("schema").lower().split()) if metadata else ""
    version = metadata.text_at("schemaversion") if metadata else ""
    stated = _named(_OTHER_TYPES, [one.get("type").lower() for one in elements]) or _named(_OTHER_SCHEMAS, [schema])
    # No edition of SCORM has ever called itself 1.1 and the like: those are the numbers of content packaging.
    return stated or (_PLAIN if version.startswith("1.1") and "scorm" not in schema else "")


def _named(marks: Collection[tuple[str, str]], words: Collection[str]) -> str:
    """Return the standard of the first mark that one of the words carries."""
    return next((name for mark, name in marks for word in words if mark in word), "")


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
    is_2004 = True if is_2004 is None and words.lower() in _ONLY_2004 else is_2004
    if not words or (is_2004 and words.lower() in _ONLY_2004):
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
