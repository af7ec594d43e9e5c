"""What a manifest defines: organizations, their items, and the resources behind them (CAM 3.4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from scorm.packaging.trees import folded, preorder
from scorm.sequencing.definition import CompletionThreshold, DataMap, Sequencing, as_document, restored
from scorm.sequencing.words import Control

_NO_SEQUENCING = Sequencing()
_NO_THRESHOLD = CompletionThreshold()


class Edition(StrEnum):
    """The editions of SCORM, by the words of their own manifests."""

    SCORM_12 = "1.2"
    SCORM_2004_2ND = "2004 2nd Edition"
    SCORM_2004_3RD = "2004 3rd Edition"
    SCORM_2004_4TH = "2004 4th Edition"

    @property
    def is_2004(self) -> bool:
        """Say whether this is the second generation, with the other API."""
        return self is not Edition.SCORM_12


class ScormType(StrEnum):
    """Whether a resource talks to the LMS."""

    SCO = "sco"
    ASSET = "asset"
    UNSTATED = ""  # launched with the API present, to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A node of the course's tree; its identifier is the key of its tracking, unique in the organization.

    `href` is where it is launched, relative to the package's root, with query, parameters and fragment, and `member`
    the file behind it; both are empty when nothing is launched. A folder of 1.2 may be launched too. The fields of 1.2
    (prerequisites to max_time_allowed) are empty in 2004, and those of 2004 (sequencing to hidden) in 1.2.
    """

    identifier: str
    title: str
    resource: str = ""  # identifier
    href: str = ""
    member: str = ""
    scorm_type: ScormType = ScormType.UNSTATED
    visible: bool = True
    parameters: str = ""
    prerequisites: str = ""  # aicc_script
    mastery_score: float | None = None  # 0 to 100
    max_time_allowed: str = ""  # CMITimespan
    time_limit_action: str = ""
    launch_data: str = ""
    sequencing: Sequencing = _NO_SEQUENCING
    threshold: CompletionThreshold = _NO_THRESHOLD
    data: tuple[DataMap, ...] = ()
    hidden: tuple[Control, ...] = ()
    children: tuple["Item", ...] = ()

    @property
    def is_launchable(self) -> bool:
        """Say whether the item opens a page."""
        return bool(self.href)

    def walk(self) -> Iterator["Item"]:
        """Yield the item and everything below it, in document order."""
        return preorder(self, _children)

    def as_dict(self) -> dict[str, Any]:
        """Return the item as plain values for JSON, without what is at its default."""
        return folded(self, _children, _item_document)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Item":
        """Return the item that `as_dict` wrote."""
        return folded(document, _child_documents, _restored_item)


def _children(item: Item) -> tuple[Item, ...]:
    return item.children


def _item_document(item: Item, children: Sequence[dict[str, Any]]) -> dict[str, Any]:
    document = as_document(replace(item, children=()))
    return {**document, "children": list(children)} if children else document


def _child_documents(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    children: Sequence[Mapping[str, Any]] = document.get("children", ())
    return children


def _restored_item(document: Mapping[str, Any], children: Sequence[Item]) -> Item:
    own = {name: value for name, value in document.items() if name != "children"}
    return replace(restored(Item, own), children=tuple(children))


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One structure of the course: a tree of items; what it says of sequencing concerns the root activity."""

    identifier: str
    title: str
    items: tuple[Item, ...]
    sequencing: Sequencing = _NO_SEQUENCING
    threshold: CompletionThreshold = _NO_THRESHOLD
    objectives_are_global: bool = True
    shared_data_is_global: bool = True

    def walk(self) -> Iterator[Item]:
        """Yield all items in document order."""
        for item in self.items:
            yield from item.walk()

    def as_dict(self) -> dict[str, Any]:
        """Return the organization as plain values for JSON, without what is at its default."""
        return {**as_document(replace(self, items=())), "items": [item.as_dict() for item in self.items]}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Organization":
        """Return the organization that `as_dict` wrote."""
        own = {**document, "items": []}
        return replace(restored(cls, own), items=tuple(Item.from_dict(item) for item in document["items"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an item can launch, and the files it needs; hrefs as written, to be read behind the `bases`."""

    identifier: str
    scorm_type: ScormType = ScormType.UNSTATED
    bases: tuple[str, ...] = ()
    href: str = ""
    files: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFile:
    """A file of metadata beside the manifest, as `adlcp:location` names it."""

    href: str
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest as read: everything that the checks and the player need.

    `titles` are those of the metadata by language, and `learning_time` is a duration as its author wrote it.
    `resources`, `metadata_files` and `schema_files` serve the import alone: they are not written by `as_dict`.
    """

    edition: Edition
    identifier: str
    title: str
    organizations: tuple[Organization, ...]
    default_organization: str
    version: str = ""
    description: str = ""
    languages: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    learning_time: str = ""
    resources: tuple[Resource, ...] = ()
    metadata_files: tuple[MetadataFile, ...] = ()
    schema_files: tuple[str, ...] = ()

    @property
    def organization(self) -> Organization:
        """Return the structure that learners see."""
        chosen = (one for one in self.organizations if one.identifier == self.default_organization)
        return next(chosen, self.organizations[0])

    def without_inventory(self) -> "Manifest":
        """Return what `as_dict` keeps."""
        return replace(self, resources=(), metadata_files=(), schema_files=())

    def as_dict(self) -> dict[str, Any]:
        """Return the definition as plain values for JSON."""
        return {
            "edition": str(self.edition),
            "identifier": self.identifier,
            "title": self.title,
            "version": self.version,
            "description": self.description,
            "languages": list(self.languages),
            "titles": dict(self.titles),
            "learning_time": self.learning_time,
            "default_organization": self.default_organization,
            "organizations": [organization.as_dict() for organization in self.organizations],
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Manifest":
        """Return the definition that `as_dict` wrote."""
        organizations: Sequence[Mapping[str, Any]] = document["organizations"]
        return cls(
            edition=Edition(document["edition"]),
            identifier=document["identifier"],
            title=document["title"],
            version=document.get("version", ""),
            description=document.get("description", ""),
            languages=tuple(document.get("languages", ())),
            titles=dict(document.get("titles", {})),
            learning_time=document.get("learning_time", ""),
            default_organization=document["default_organization"],
            organizations=tuple(Organization.from_dict(one) for one in organizations),
        )
