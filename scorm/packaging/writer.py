"""Writing a conformant package of SCORM 1.2 or 2004: same source, same bytes (CAM 1.2, 2.3 and 2.5; CAM 3.4)."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import xmltodict

from scorm.packaging.archive import MANIFEST_NAME
from scorm.packaging.hrefs import split_href
from scorm.packaging.items import Edition, ScormType
from scorm.packaging.sequencing_writer import (
    Entry,
    data_entry,
    presentation_entry,
    sequencing_entry,
    threshold_entry,
)
from scorm.packaging.source import CourseSource, ScoSource

__all__ = ["CourseSource", "ScoSource", "write_manifest", "write_package"]

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
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_FILE_MODE = 0o100644 << 16
_SHARED = "shared_files"


def write_package(course: CourseSource) -> bytes:
    """Return the package of a course.

    The control documents of the books are left out, and so is the `schemaLocation` that would name them.
    """
    files = {MANIFEST_NAME: write_manifest(course), **_sorted(course.files), **_sorted(course.shared_files)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = _FILE_MODE
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    return buffer.getvalue()


def write_manifest(course: CourseSource) -> bytes:
    """Return the manifest of a course, in UTF-8."""
    manifest = {
        "@identifier": course.identifier,
        "@version": course.version,
        **(_NAMESPACES_2004 if course.edition.is_2004 else _NAMESPACES_12),
        "metadata": {
            "schema": "ADL SCORM",
            "schemaversion": _EDITION_WORDS.get(course.edition, str(course.edition)),
            **(_lom(course) if course.edition.is_2004 else _imsmd(course)),
        },
        "organizations": {"@default": _own(course, "organization"), "organization": _organization(course)},
        "resources": {"resource": _resources(course)},
    }
    text: str = xmltodict.unparse({"manifest": manifest}, pretty=True, indent="  ", short_empty_elements=True)
    return text.encode()


def _sorted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return dict(sorted(files.items()))


def _own(course: CourseSource, name: str) -> str:
    """Return an identifier of our own that no item of the course has."""
    taken = {item.identifier for item in course.walk()} | {course.identifier}
    while name in taken:
        name += "_"
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


def _organization(course: CourseSource) -> Entry:
    entry: Entry = {"@identifier": _own(course, "organization")}
    content = {"title": course.title, "item": [_item(item, course) for item in course.scos]}
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


def _item(item: ScoSource, course: CourseSource) -> Entry:
    """Return an item in the order of the books (CAM 1.2, 2.3.2.5; CAM 3.4.1.8)."""
    entry: Entry = {"@identifier": item.identifier}
    if item.href:
        entry["@identifierref"] = _resource_identifier(item, course)
    entry["@isvisible"] = "true" if item.visible else "false"
    if item.parameters:
        entry["@parameters"] = item.parameters
    entry["title"] = item.title
    if item.children:
        entry["item"] = [_item(child, course) for child in item.children]
    return entry | (_rules_2004(item, course.edition) if course.edition.is_2004 else _rules_12(item))


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


def _resource_identifier(item: ScoSource, course: CourseSource) -> str:
    return _own(course, f"resource_{item.identifier}")


def _resources(course: CourseSource) -> list[Entry]:
    """Return a resource for each SCO, its page first, and one for what they share."""
    pages = {item.identifier: split_href(item.href)[0] for item in course.walk() if item.href}
    owned = {name: _owners(name, pages) for name in course.files}
    shared = sorted([*(name for name, owners in owned.items() if not owners), *course.shared_files])
    resources: list[Entry] = []
    for item in course.walk():
        if not item.href:
            continue
        page = pages[item.identifier]
        names = [page, *sorted(name for name, owners in owned.items() if item.identifier in owners and name != page)]
        resource = _resource(course.edition, _resource_identifier(item, course), item.scorm_type, names)
        resource["@href"] = item.href
        if shared:
            resource["dependency"] = {"@identifierref": _own(course, _SHARED)}
        resources.append(resource)
    if shared:
        resources.append(_resource(course.edition, _own(course, _SHARED), ScormType.ASSET, shared))
    return resources


def _resource(edition: Edition, identifier: str, scorm_type: ScormType, names: Iterable[str]) -> Entry:
    return {
        "@identifier": identifier,
        "@type": "webcontent",
        "@adlcp:scormType" if edition.is_2004 else "@adlcp:scormtype": str(scorm_type),
        "file": [{"@href": name} for name in names],
    }


def _owners(name: str, pages: Mapping[str, str]) -> frozenset[str]:
    """Return the SCOs that a file lies with: of those whose folder holds it, the nearest ones. Pages own themselves."""
    if name in pages.values():
        return frozenset(identifier for identifier, page in pages.items() if page == name)
    folders = {identifier: page.rpartition("/")[0] for identifier, page in pages.items()}
    holding = {
        identifier: len(folder) for identifier, folder in folders.items() if folder and name.startswith(folder + "/")
    }
    nearest = max(holding.values(), default=0)
    return frozenset(identifier for identifier, length in holding.items() if length == nearest)
