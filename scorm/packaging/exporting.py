"""From a package that was imported to one that the writer can write: same tree, same launches, every file.

What the import mended is written clean: names, references, folders around everything, encodings. Files are carried
over as they are packed. What only the archive as it came can tell (the author's own metadata, structures that learners
never see) is for the original to keep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scorm.packaging.archive import MANIFEST_NAME, ArchiveIndex, ReadAt
from scorm.packaging.hrefs import are_parameters_well_formed, encoded_path, with_parameters
from scorm.packaging.items import Item, Manifest
from scorm.packaging.source import CourseSource, ScoSource
from scorm.packaging.trees import folded
from scorm.packaging.writer import href_of
from scorm.packaging.zipwriting import Content, Packed

_NO_LANGUAGE = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedItem(ScoSource):
    """An item as it was imported: nothing of what our own authors must keep to is asked of it.

    `member` is the file behind the address, whose name may be any; an item may have neither page nor children, and in
    1.2 both.
    """

    member: str = ""

    def __post_init__(self) -> None:
        """Take the item as it is: it was read and judged before."""

    @property
    def page(self) -> str:
        """Return the file behind the address."""
        return self.member


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedCourse(CourseSource):
    """A course as it was imported, its files packed in its archive."""

    def __post_init__(self) -> None:
        """Take the course as it is."""


def carried_course(manifest: Manifest, index: ArchiveIndex, read_at: ReadAt, language: str = "") -> CarriedCourse:
    """Return an accepted package as a course to be written; `language` counts where the manifest names none.

    LMS choice: identifiers stay as they are, also those that are no XML names: by them is found what learners did.
    """
    organization = manifest.organization
    files: dict[str, Content] = {
        name: Packed(member, read_at) for name, member in index.members.items() if name.casefold() != MANIFEST_NAME
    }
    scos = tuple(_carried(item, index) for item in organization.items)
    pages = {item.member for item in organization.walk() if item.is_launchable}
    return CarriedCourse(
        identifier=manifest.identifier,
        title=organization.title,
        language=next(iter(manifest.languages), language or _NO_LANGUAGE),
        scos=scos,
        files={name: files[name] for name in pages if name in files},
        shared_files={name: content for name, content in files.items() if name not in pages},
        organization=organization.identifier,
        description=manifest.description,
        version=manifest.version or "1.0",
        edition=manifest.edition,
        sequencing=organization.sequencing,
        threshold=organization.threshold,
        objectives_are_global=organization.objectives_are_global,
        shared_data_is_global=organization.shared_data_is_global,
    )


def _carried(root: Item, index: ArchiveIndex) -> CarriedItem:
    def complete(item: Item, children: Sequence[CarriedItem]) -> CarriedItem:
        return _carried_item(item, tuple(children), index)

    return folded(root, lambda item: item.children, complete)


def _carried_item(item: Item, children: tuple[CarriedItem, ...], index: ArchiveIndex) -> CarriedItem:
    """Return an item without what has no effect on it: what a SCO is told means nothing where none is launched."""
    opens = item.is_launchable
    base, parameters = _separated(item) if opens else ("", "")
    written = href_of(item.member, index.members)
    return CarriedItem(
        identifier=item.identifier,
        title=item.title,
        href=written + base.removeprefix(encoded_path(item.member)),
        member=item.member,
        parameters=parameters,
        scorm_type=item.scorm_type,
        visible=item.visible,
        prerequisites=item.prerequisites,
        mastery_score=item.mastery_score if opens else None,
        max_time_allowed=item.max_time_allowed if opens else "",
        time_limit_action=item.time_limit_action if opens else "",
        launch_data=item.launch_data if opens else "",
        sequencing=item.sequencing,
        threshold=item.threshold,
        data=item.data,
        hidden=item.hidden,
        children=children,
    )


def _separated(item: Item) -> tuple[str, str]:
    """Return the address of an item without its parameters, and these; both in one where they are malformed."""
    if item.parameters and are_parameters_well_formed(item.parameters):
        for base in _bases(item.href, item.parameters.strip().lstrip("?&")):
            if with_parameters(base, item.parameters) == item.href:
                return base, item.parameters
    return item.href, ""


def _bases(href: str, parameters: str) -> Iterator[str]:
    """Yield the addresses that parameters may have been appended to."""
    if parameters.startswith("#"):
        yield href.removesuffix(parameters)
    elif href.endswith(parameters):
        yield href[: -len(parameters) - 1]
    before, _, fragment = href.partition("#")
    query = parameters.partition("#")[0]
    if before.endswith(query):
        yield f"{before[: -len(query) - 1]}#{fragment}"
    yield href
