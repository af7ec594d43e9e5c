"""imsmanifest.xml: bytes in, a definition and a graded report out (CAM 3.4)."""

from dataclasses import replace

from scorm.errors import PackageError
from scorm.packaging.archive import MANIFEST_NAME
from scorm.packaging.editions import detect_edition, other_standard, unknown_namespaces
from scorm.packaging.findings import Finding, Grade, condensed, finding, has_blocker, placed_in, refuse
from scorm.packaging.identifiers import Identifiers
from scorm.packaging.items import Edition, Item, Manifest, Organization, Resource
from scorm.packaging.itemtree import ItemContext, ItemReader
from scorm.packaging.limits import DEFAULT_LIMITS, Limits
from scorm.packaging.metadata import read_facts
from scorm.packaging.offering import offered_organization, only_launch
from scorm.packaging.presentation import read_threshold, with_progress_weight
from scorm.packaging.resources import read_metadata_files, read_resources, read_schema_files
from scorm.packaging.sequencing import SequencingReader
from scorm.packaging.structure import structure_findings
from scorm.packaging.values import Faults, Values
from scorm.packaging.ways import unwritten_data
from scorm.xml import Document, Element, XmlError, XmlFault, XmlLimits, parse_document

__all__ = ["Edition", "Item", "Manifest", "Organization", "Resource", "read_manifest", "read_manifest_leniently"]

_FAULTS = {
    XmlFault.EMPTY: "manifest_empty",
    XmlFault.NOT_WELL_FORMED: "manifest_not_well_formed",
    XmlFault.DOCTYPE: "manifest_doctype",
    XmlFault.OVER_LIMITS: "manifest_over_limits",
}


def read_manifest(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Manifest, tuple[Finding, ...]]:
    """Return the definition that a manifest holds, with what is wrong with it.

    Raises PackageError when nothing could be run from it, whatever the archive holds.
    """
    manifest, findings = read_manifest_leniently(data, limits)
    if has_blocker(findings):
        raise PackageError(condensed(findings))
    return manifest, condensed(findings)


def read_manifest_leniently(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Manifest, list[Finding]]:
    """Return the definition even when some finding blocks it; raise PackageError only when there is none at all."""
    try:
        manifest, findings = _read(data, limits)
    except PackageError as error:
        raise PackageError(placed_in(MANIFEST_NAME, error.findings)) from error
    return manifest, placed_in(MANIFEST_NAME, findings)


def _read(data: bytes, limits: Limits) -> tuple[Manifest, list[Finding]]:
    document = _parse(data, limits)
    root = document.root
    findings = _document_findings(document)
    if root.name != "manifest":
        findings.append(finding("manifest_root", place=root.name))
        raise PackageError(findings)
    other = other_standard(document)
    if other:
        refuse("other_standard", standard=other)
    edition, edition_findings = detect_edition(document)
    resources, resource_findings = read_resources(root)
    nested = _nested_identifiers(root)
    sequencing = SequencingReader(root, edition, limits.sequencing_elements)
    context = ItemContext(
        edition=edition,
        resources=resources,
        nested=nested,
        limit=limits.items,
        sequencing=sequencing,
        most_organizations=limits.organizations,
    )
    organizations, default, organization_findings = _read_organizations(root, context)
    findings += [*edition_findings, *structure_findings(root), *resource_findings]
    findings += [*organization_findings, *sequencing.findings]
    if edition.is_2004:
        findings += [one for organization in organizations for one in unwritten_data(organization)]
    if root.first("manifest") and not any(one.code == "submanifest_referenced" for one in findings):
        findings.append(finding("submanifest_ignored"))
    if not organizations:
        raise PackageError(condensed(findings))
    facts = read_facts(root)
    manifest = Manifest(
        edition=edition,
        identifier=root.get("identifier") or "manifest",
        title=next(one.title for one in organizations if one.identifier == default),
        version=root.get("version"),
        description=facts.description,
        languages=facts.languages,
        titles=facts.titles,
        learning_time=facts.learning_time,
        organizations=organizations,
        default_organization=default,
        resources=tuple(resources.values()),
        metadata_files=read_metadata_files(root),
        schema_files=read_schema_files(root),
    )
    return manifest, findings


def _parse(data: bytes, limits: Limits) -> Document:
    xml_limits = XmlLimits(
        size=limits.manifest_size,
        depth=limits.manifest_depth,
        elements=limits.manifest_elements,
        attributes=limits.manifest_attributes,
        attribute=limits.manifest_attribute,
        text=limits.manifest_text,
    )
    try:
        return parse_document(data, xml_limits)
    except XmlError as error:
        line = str(error.line) if error.line else ""
        one = finding(_FAULTS[error.fault], place=line, what=error.detail, detail=error.detail, column=error.column)
        raise PackageError([one]) from error


def _document_findings(document: Document) -> list[Finding]:
    """Return what is wrong with the document before anybody asks what it says."""
    findings: list[Finding] = []
    if document.is_mended:
        findings.append(finding("manifest_encoding"))
    if not document.root.get("identifier"):
        findings.append(finding("identifier_missing", place="manifest", element="manifest"))
    findings += [finding("namespace_undeclared", place=prefix) for prefix in document.undeclared]
    findings += [finding("namespace_unknown", place=one) for one in unknown_namespaces(document.used)]
    return findings


def _read_organizations(root: Element, context: ItemContext) -> tuple[tuple[Organization, ...], str, list[Finding]]:
    """Return the structures, the identifier of the one that learners see, and what is wrong."""
    findings: list[Finding] = []
    parent = root.first("organizations")
    elements = list(parent.all("organization")) if parent else []
    title = read_facts(root).title
    if len(elements) > context.most_organizations:
        refuse("manifest_over_limits", what="organizations", limit=context.most_organizations)
    if not elements:
        return _offered(root, context, title)
    identifiers = Identifiers("organization", findings)
    organizations = tuple(_read_organization(element, identifiers, title, context, findings) for element in elements)
    if len(organizations) > 1:
        findings.append(finding("organization_several", count=len(organizations)))
    wanted = parent.get("default") if parent else ""
    names = [one.identifier for one in organizations]
    # The default may be absent in 1.2 only (CAM 1.2, 2.3.2.3).
    if (wanted or context.edition.is_2004) and wanted not in names:
        findings.append(finding("organization_default_dangling", place=wanted, taken=names[0]))
    chosen = wanted if wanted in names else names[0]
    findings += [
        finding("organization_empty", place=one.identifier)
        for one in organizations
        if not one.items and one.identifier == chosen
    ]
    return organizations, chosen, findings


def _offered(root: Element, context: ItemContext, title: str) -> tuple[tuple[Organization, ...], str, list[Finding]]:
    """Return a structure of the only page that can be opened, none when there is not exactly one."""
    one = finding("organization_missing", resources=len(context.resources))
    resource = only_launch(context.resources.values())
    if resource is None:
        return (), "", [one]
    findings = [replace(one, grade=Grade.WILL_MISBEHAVE, parameters={**one.parameters, "what": "offered"})]
    element = offered_organization(root, resource, title)
    organization = _read_organization(element, Identifiers("organization", findings), title, context, findings)
    return (organization,), organization.identifier, findings


def _read_organization(
    element: Element, identifiers: Identifiers, course: str, context: ItemContext, findings: list[Finding]
) -> Organization:
    """Return an organization; without a title of its own it has that of the course."""
    title = " ".join(element.text_at("title").split())
    identifier = identifiers.settle(element.get("identifier"), title)
    if not title:
        findings.append(finding("title_missing", place=identifier, element="organization"))
    reader = ItemReader(context)
    items = reader.read(element)
    findings += reader.findings
    faults = Faults(findings, identifier)
    sequencing = context.sequencing.read(element, identifier)
    return Organization(
        identifier=identifier,
        title=title or course or identifier,
        items=items,
        sequencing=with_progress_weight(sequencing, element, context.edition, faults),
        threshold=read_threshold(element, context.edition, faults),
        objectives_are_global=Values(element, faults).flag("objectivesGlobalToSystem", default=True),
        shared_data_is_global=Values(element, faults).flag("sharedDataGlobalToSystem", default=True),
    )


def _nested_identifiers(root: Element) -> frozenset[str]:
    """Return every identifier inside nested manifests."""
    stack = list(root.all("manifest"))
    found: set[str] = set()
    while stack:
        element = stack.pop()
        found.add(element.get("identifier"))
        stack.extend(element.children)
    return frozenset(found - {""})
