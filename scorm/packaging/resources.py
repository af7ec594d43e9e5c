"""The resources of a manifest, and every other file that it names (CAM 3.4.1.12)."""

from collections.abc import Iterator, Mapping

from scorm.packaging.findings import Finding, finding
from scorm.packaging.hrefs import is_external
from scorm.packaging.identifiers import Identifiers
from scorm.packaging.items import MetadataFile, Resource, ScormType
from scorm.xml import Element


def read_resources(root: Element) -> tuple[dict[str, Resource], list[Finding]]:
    """Return the resources by identifier; where two share one, references reach the first."""
    findings: list[Finding] = []
    found: dict[str, Resource] = {}
    parent = root.first("resources")
    identifiers = Identifiers("resource", findings)
    for element in parent.all("resource") if parent else ():
        bases = (root.get("base"), parent.get("base") if parent else "", element.get("base"))
        identifier = identifiers.settle(element.get("identifier"), element.get("href"))
        found[identifier] = Resource(
            identifier=identifier,
            scorm_type=_scorm_type(element),
            bases=tuple(base for base in bases if base),
            href=element.get("href"),
            files=tuple(file.get("href") for file in element.all("file") if file.get("href")),
            dependencies=tuple(one.get("identifierref") for one in element.all("dependency")),
        )
    findings += _dangling_dependencies(found)
    return found, findings


def _scorm_type(element: Element) -> ScormType:
    written = element.get("scormtype").lower()
    return ScormType(written) if written in ("sco", "asset") else ScormType.UNSTATED


def _dangling_dependencies(found: Mapping[str, Resource]) -> Iterator[Finding]:
    for resource in found.values():
        for identifier in resource.dependencies:
            if identifier not in found:
                yield finding("dependency_dangling", place=resource.identifier, dependency=identifier)


def read_metadata_files(root: Element) -> tuple[MetadataFile, ...]:
    """Return the external metadata that any element names, behind the bases of the elements around it."""
    found: list[MetadataFile] = []
    pending: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while pending:
        element, bases = pending.pop()
        inner = (*bases, element.get("base")) if element.get("base") else bases
        if element.name == "location" and element.text.strip() and "adlcp" in element.namespace:
            found.append(MetadataFile(href=element.text.strip(), bases=bases))
        pending.extend((child, inner) for child in reversed(element.children) if child.name != "manifest")
    return tuple(found)


def read_schema_files(root: Element) -> tuple[str, ...]:
    """Return the control documents that the root's `schemaLocation` expects beside the manifest."""
    words = root.get("schemalocation").split()
    return tuple(dict.fromkeys(word for word in words[1::2] if not is_external(word)))
