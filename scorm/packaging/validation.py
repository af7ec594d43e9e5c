"""A manifest against the files of its archive: what can be launched, what is missing, what was mended."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scorm.packaging.archive import MANIFEST_NAME, ArchiveIndex
from scorm.packaging.findings import Finding, Grade, finding, has_blocker, placed_in
from scorm.packaging.hrefs import FileTable, HrefFault, Located, candidates, launch_url, locate, split_href, tidied
from scorm.packaging.items import Item, Manifest, Organization, Resource, ScormType
from scorm.packaging.trees import folded

_LAUNCH_CODES = {
    HrefFault.EMPTY: "resource_without_href",
    HrefFault.MISSING: "launch_file_missing",
    HrefFault.EXTERNAL: "launch_external",
    HrefFault.ESCAPES: "href_escapes",
}
_LONGEST = 1000  # characters of a path that can be a folder's
# These forbid a package only when nothing else in it can be launched (PACKAGING 3).
_FORGIVEN = ("resource_without_href", "launch_file_missing")
_CONTROL_DOCUMENTS = (".xsd", ".dtd", ".xml")


def resolve(manifest: Manifest, index: ArchiveIndex) -> tuple[Manifest, list[Finding]]:
    """Return the manifest with the file and the address of every launch, and what its references amount to."""
    table = FileTable.of(index.members)
    launches = _Launches(table, {resource.identifier: resource for resource in manifest.resources})
    organizations = tuple(launches.organization(one) for one in manifest.organizations)
    resolved = replace(manifest, organizations=organizations)
    findings = [*launches.graded(), *_type_findings(resolved)]
    declared = _Declared(table)
    for resource in manifest.resources:
        declared.take(resource)
    findings += declared.findings
    findings += _undeclared(index, declared.names | launches.names, manifest)
    findings += _missing_companions(manifest, table)
    return resolved, _merged(placed_in(MANIFEST_NAME, findings))


class _Launches:
    """Resolves what items launch, each resource once."""

    def __init__(self, table: FileTable, resources: dict[str, Resource]) -> None:
        self._table = table
        self._resources = resources
        self._located: dict[str, Located] = {}
        self._findings: list[Finding] = []
        self._has_items = False
        self.names: set[str] = set()

    def organization(self, organization: Organization) -> Organization:
        """Return the organization with its items resolved."""
        launched = {item.identifier: self._item(item) for item in organization.walk()}

        def complete(item: Item, children: Sequence[Item]) -> Item:
            return replace(launched[item.identifier], children=tuple(children))

        items = tuple(folded(item, lambda one: one.children, complete) for item in organization.items)
        return replace(organization, items=items)

    def graded(self) -> list[Finding]:
        """Return what was found; a missing page is no blocker while another can be opened."""
        if self._has_items and not self.names and not has_blocker(self._findings):
            return [*self._findings, finding("nothing_to_launch")]
        return [
            replace(one, grade=Grade.WILL_MISBEHAVE) if self.names and one.code in _FORGIVEN else one
            for one in self._findings
        ]

    def _item(self, item: Item) -> Item:
        self._has_items = True
        resource = self._resources.get(item.resource)
        if resource is None:
            return replace(item, href="", member="")
        located = self._locate(resource, item)
        href = launch_url(located.name, located.suffix, item.parameters) if located.name else ""
        return replace(item, href=href, member=located.name)

    def _locate(self, resource: Resource, item: Item) -> Located:
        located = self._located.get(resource.identifier)
        if located is None:
            located = locate(self._table, resource.bases, resource.href)
            self._located[resource.identifier] = located
            if located.name:
                self.names.add(located.name)
                self._findings += mended_findings(located, resource.href)
            if resource.scorm_type is ScormType.UNSTATED:
                self._findings.append(finding("scorm_type_missing", place=resource.identifier))
        if located.fault:
            code = _LAUNCH_CODES[located.fault]
            self._findings.append(
                finding(code, file=resource.href, place=item.identifier, resource=resource.identifier)
            )
        return located


def mended_findings(located: Located, href: str) -> Iterator[Finding]:
    """Yield what had to be mended to find a file."""
    if located.is_mended:
        yield finding("href_mended", file=located.name, href=href)
    if located.is_base_mended:
        yield finding("xml_base_mended", file=located.name, href=href)


class _Declared:
    """Goes through the inventory of the resources."""

    def __init__(self, table: FileTable) -> None:
        self._table = table
        self._ordered = sorted(table.names)
        self.names: set[str] = set()
        self.findings: list[Finding] = []

    def take(self, resource: Resource) -> None:
        """Look up every file of a resource."""
        # The page that the resource launches has findings of its own.
        for href in dict.fromkeys(one for one in resource.files if one != resource.href):
            located = locate(self._table, resource.bases, href)
            if located.name:
                self.names.add(located.name)
                self.findings += mended_findings(located, href)
            elif located.fault is not HrefFault.EXTERNAL and not self._is_folder(resource, href):
                self.findings.append(finding("file_missing", file=href, place=resource.identifier))
        if resource.href:
            self.names.add(locate(self._table, resource.bases, resource.href).name)

    def _is_folder(self, resource: Resource, href: str) -> bool:
        """Say whether a folder is listed for the files in it, which some tools do."""
        if sum(map(len, resource.bases)) + len(href) > _LONGEST:
            return False
        paths = (tidied(split_href(one)[0]) for one in candidates(resource.bases, href))
        return any(self._holds(path + "/") for path in paths if path)

    def _holds(self, folder: str) -> bool:
        place = bisect_left(self._ordered, folder)
        return place < len(self._ordered) and self._ordered[place].startswith(folder)


def _type_findings(manifest: Manifest) -> Iterator[Finding]:
    types = {item.scorm_type for one in manifest.organizations for item in one.walk() if item.is_launchable}
    if types == {ScormType.ASSET}:
        yield finding("assets_only")


def _undeclared(index: ArchiveIndex, declared: set[str], manifest: Manifest) -> Iterator[Finding]:
    """Report the files that nobody mentions, all in one."""
    companions = {one.href for one in manifest.metadata_files} | set(manifest.schema_files)
    extra = sorted(
        name
        for name in index.members
        if name not in declared and name not in companions and not _is_control_document(name)
    )
    if extra:
        yield finding("file_undeclared", file=extra[0], count=len(extra))


def _is_control_document(name: str) -> bool:
    """Say whether a file belongs to the manifest itself: at the root, or in the schemas' own folders."""
    folded = name.casefold()
    if folded.endswith((".xsd", ".dtd")) or folded == MANIFEST_NAME:
        return True
    return "/" not in name and folded.endswith(_CONTROL_DOCUMENTS)


def _missing_companions(manifest: Manifest, table: FileTable) -> Iterator[Finding]:
    missing = [name for name in manifest.schema_files if not table.find(name)[0]]
    if missing:
        yield finding("schema_files_missing", file=missing[0], count=len(missing))
    for metadata in manifest.metadata_files:
        located = locate(table, metadata.bases, metadata.href)
        if located.fault and located.fault is not HrefFault.EXTERNAL:
            yield finding("metadata_missing_file", file=metadata.href)
        else:
            yield from mended_findings(located, metadata.href)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without repetitions."""
    kept: dict[_Key, Finding] = {}
    for one in findings:
        kept.setdefault(_Key(one.code, one.file, one.place), one)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes two findings the same."""

    code: str
    file: str
    place: str
