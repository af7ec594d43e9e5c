"""Writing a conformant package of SCORM 1.2 or 2004: same source, same bytes (CAM 1.2, 2.3 and 2.5; CAM 3.4)."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import xmltodict

from scorm.packaging.archive import MANIFEST_NAME
from scorm.packaging.hrefs import encoded_path
from scorm.packaging.items import Edition, ScormType
from scorm.packaging.sequencing_writer import (
    Entry,
    data_entry,
    presentation_entry,
    sequencing_entry,
    threshold_entry,
)
from scorm.packaging.source import CourseSource, ScoSource
from scorm.packaging.zipwriting import Content, zip_pieces

__all__ = ["CourseSource", "ScoSource", "package_pieces", "write_manifest", "write_package"]

_NAMESPACES_12 = {
    "@xmlns": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "@xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    "@xmlns:imsmd": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
}
_NAMESPACES_2004 = {
    "@xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "@xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "@xmlns:adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "@xmlns:adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
    "@xmlns:imsss": "http://www.imsglobal.org/xsd/imsss",
    "@xmlns:lom": "http://ltsc.ieee.org/xsd/LOM",
}
_EDITION_WORDS = {Edition.SCORM_2004_2ND: "CAM 1.3"}  # the others are called by their names
_SHARED = "shared_files"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    """What items launch: one for each address and type; `page` is the file behind the address."""

    identifier: str
    href: str
    scorm_type: ScormType
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The identifiers that the writer gives: unlike those of the items, and of each other.

    `resources` are in the order in which items first launch them, `launched` those of the items by their identifiers.
    """

    manifest: str
    organization: str
    resources: Sequence[_Resource]
    launched: Mapping[str, str]
    shared: str


def write_package(course: CourseSource) -> bytes:
    """Return the package of a course."""
    return b"".join(package_pieces(course))


def package_pieces(course: CourseSource) -> Iterator[bytes]:
    """Yield the package of a course, to be written down one after the other.

    The control documents of the books are left out, and so is the `schemaLocation` that would name them.
    """
    manifest: tuple[str, Content] = (MANIFEST_NAME, write_manifest(course))
    return zip_pieces([manifest, *sorted_files(course.files), *sorted_files(course.shared_files)])


def sorted_files(files: Mapping[str, Content]) -> list[tuple[str, Content]]:
    """Return the files by name."""
    return sorted(files.items(), key=lambda one: one[0])


def write_manifest(course: CourseSource) -> bytes:
    """Return the manifest of a course, in UTF-8."""
    named = _named(course)
    manifest = {
        "@identifier": named.manifest,
        "@version": course.version,
        **(_NAMESPACES_2004 if course.edition.is_2004 else _NAMESPACES_12),
        "metadata": {
            "schema": "ADL SCORM",
            "schemaversion": _EDITION_WORDS.get(course.edition, str(course.edition)),
            **(_lom(course) if course.edition.is_2004 else _imsmd(course)),
        },
        "organizations": {"@default": named.organization, "organization": _organization(course, named)},
        "resources": {"resource": _resources(course, named)},
    }
    text: str = xmltodict.unparse({"manifest": manifest}, pretty=True, indent="  ", short_empty_elements=True)
    # A reader of XML takes a bare carriage return for a line feed; it stands in values alone.
    return text.replace("\r", "&#13;").encode()


def _named(course: CourseSource) -> _Named:
    taken = {item.identifier for item in course.walk()}
    # By the identifier of an organization that was given what learners did is found again: it stays, come what may.
    organization = course.organization or _own(taken | {course.identifier}, "organization")
    taken.add(organization)
    manifest = _own(taken, course.identifier)
    resources: dict[tuple[str, ScormType], _Resource] = {}
    launched: dict[str, str] = {}
    for item in course.walk():
        if not item.href:
            continue
        key = (item.href, item.scorm_type)
        if key not in resources:
            identifier = _own(taken, f"resource_{item.identifier}")
            resources[key] = _Resource(
                identifier=identifier, href=item.href, scorm_type=item.scorm_type, page=item.page
            )
        launched[item.identifier] = resources[key].identifier
    return _Named(
        manifest=manifest,
        organization=organization,
        resources=list(resources.values()),
        launched=launched,
        shared=_own(taken, _SHARED),
    )


def _own(taken: set[str], name: str) -> str:
    """Return an identifier that nothing else has, and take it."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _imsmd(course: CourseSource) -> Entry:
    def text(words: str) -> Entry:
        return {"imsmd:langstring": {"@xml:lang": course.language, "#text": words}}

    general: Entry = {"imsmd:title": text(course.title), "imsmd:language": course.language}
    if course.description:
        general["imsmd:description"] = text(course.description)
    return {"imsmd:lom": {"imsmd:general": general}}


def _lom(course: CourseSource) -> Entry:
    def text(words: str) -> Entry:
        return {"lom:string": {"@language": course.language, "#text": words}}

    general: Entry = {"lom:title": text(course.title), "lom:language": course.language}
    if course.description:
        general["lom:description"] = text(course.description)
    return {"lom:lom": {"lom:general": general}}


def _organization(course: CourseSource, named: _Named) -> Entry:
    entry: Entry = {"@identifier": named.organization}
    content = {"title": course.title, "item": [_item(item, course.edition, named) for item in course.scos]}
    if not course.edition.is_2004:
        return {**entry, **content}
    if not course.objectives_are_global:
        entry["@adlseq:objectivesGlobalToSystem"] = "false"
    if not course.shared_data_is_global:
        entry["@adlcp:sharedDataGlobalToSystem"] = "false"
    weight = course.sequencing.rollup.progress_weight
    return {
        **entry,
        **content,
        **threshold_entry(course.threshold, weight, course.edition),
        **sequencing_entry(course.sequencing),
    }


def _item(item: ScoSource, edition: Edition, named: _Named) -> Entry:
    """Return an item in the order of the books (CAM 1.2, 2.3.2.5; CAM 3.4.1.8)."""
    entry: Entry = {"@identifier": item.identifier}
    if item.href:
        entry["@identifierref"] = named.launched[item.identifier]
    entry["@isvisible"] = "true" if item.visible else "false"
    if item.parameters:
        entry["@parameters"] = item.parameters
    entry["title"] = item.title
    if item.children:
        entry["item"] = [_item(child, edition, named) for child in item.children]
    return entry | (_rules_2004(item, edition) if edition.is_2004 else _rules_12(item))


def _rules_12(item: ScoSource) -> Entry:
    entry: Entry = {}
    if item.prerequisites:
        entry["adlcp:prerequisites"] = {"@type": "aicc_script", "#text": item.prerequisites}
    score = "" if item.mastery_score is None else f"{item.mastery_score:g}"
    values = (item.max_time_allowed, item.time_limit_action, item.launch_data, score)
    names = ("maxtimeallowed", "timelimitaction", "datafromlms", "masteryscore")
    return entry | {f"adlcp:{name}": value for name, value in zip(names, values, strict=True) if value}


def _rules_2004(item: ScoSource, edition: Edition) -> Entry:
    entry: Entry = {"adlcp:timeLimitAction": item.time_limit_action, "adlcp:dataFromLMS": item.launch_data}
    return {
        **{name: value for name, value in entry.items() if value},
        **threshold_entry(item.threshold, item.sequencing.rollup.progress_weight, edition),
        **sequencing_entry(item.sequencing),
        **presentation_entry(item.hidden),
        **data_entry(item.data),
    }


def _resources(course: CourseSource, named: _Named) -> list[Entry]:
    """Return the resources of the items, each with its page first, and one for what they share."""
    owned = _owned(course.files, named.resources)
    lonely = set(course.files).difference(*owned.values())
    shared = sorted([*lonely, *course.shared_files])
    names = {*course.files, *course.shared_files}
    entries: list[Entry] = []
    for resource in named.resources:
        files = [resource.page, *sorted(owned[resource.identifier] - {resource.page})]
        entry = _resource(course.edition, resource.identifier, resource.scorm_type, _hrefs(files, names))
        entry["@href"] = resource.href
        if shared:
            entry["dependency"] = {"@identifierref": named.shared}
        entries.append(entry)
    if shared:
        entries.append(_resource(course.edition, named.shared, ScormType.ASSET, _hrefs(shared, names)))
    return entries


def _resource(edition: Edition, identifier: str, scorm_type: ScormType, hrefs: Iterable[str]) -> Entry:
    entry: Entry = {"@identifier": identifier, "@type": "webcontent"}
    if scorm_type is not ScormType.UNSTATED:
        entry["@adlcp:scormType" if edition.is_2004 else "@adlcp:scormtype"] = str(scorm_type)
    return {**entry, "file": [{"@href": href} for href in hrefs]}


def _hrefs(files: Iterable[str], names: Container[str]) -> list[str]:
    return [href_of(name, names) for name in files]


def href_of(name: str, names: Container[str]) -> str:
    """Return the address of a file as a URI that is the very name of no other file.

    Where it is, more of it is encoded than must be, which leads to the same file (RFC 3986, 6.2.2.2); a bare name
    would not, for it may hold what ends a path.
    """
    for count in range(len(name) + 1):
        address = "".join(map(_encoded, name[:count])) + encoded_path(name[count:])
        if address == name or address not in names:
            return address
    return name


def _encoded(character: str) -> str:
    return character if character == "/" else "".join(f"%{byte:02X}" for byte in character.encode())


def _owned(files: Iterable[str], resources: Iterable[_Resource]) -> Mapping[str, set[str]]:
    """Return the files that lie with each resource: with the nearest whose folder holds them; a page with its own."""
    pages: defaultdict[str, list[str]] = defaultdict(list)
    folders: defaultdict[str, list[str]] = defaultdict(list)
    owned: dict[str, set[str]] = {}
    for resource in resources:
        owned[resource.identifier] = set()
        pages[resource.page].append(resource.identifier)
        folders[resource.page.rpartition("/")[0]].append(resource.identifier)
    folders.pop("", None)  # what lies at the top is nobody's own
    for name in files:
        for identifier in pages[name] if name in pages else folders.get(_nearest(name, folders), ()):
            owned[identifier].add(name)
    return owned


def _nearest(name: str, folders: Container[str]) -> str:
    """Return the nearest of the folders in which a file lies, at whatever depth; empty when it is none but the top."""
    folder = name.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder
