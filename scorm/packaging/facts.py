"""What a package is, beside what is wrong with it: structures, parts, languages, sizes, hosts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scorm.packaging.archive import ArchiveIndex
from scorm.packaging.findings import Finding, finding
from scorm.packaging.firstscreen import FirstScreen
from scorm.packaging.items import Item, Manifest, ScormType
from scorm.sequencing.definition import Objective

_KINDS = {ScormType.SCO: "sco", ScormType.ASSET: "asset", ScormType.UNSTATED: "unstated"}
_NO_LANGUAGES = ("none", "x-none", "und", "zxx", "mul")
_MOST_LARGEST = 10
_MOST_ITEMS = 500
_MOST_HOSTS = 50
_SHOWN = 300  # characters of a title or a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What a course may weigh where lines are thin, in bytes that travel: its first screen, and all of it."""

    first_screen: int = 500 * 1024
    course: int = 20 * 1024 * 1024


DEFAULT_BUDGETS = Budgets()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFacts:
    """What a package is; `hosts` are those that its content calls, `languages` those that it names anywhere."""

    manifest: Manifest
    index: ArchiveIndex
    languages: tuple[str, ...]
    hosts: tuple[str, ...]
    first_screen: FirstScreen
    budgets: Budgets

    @property
    def packed_size(self) -> int:
        """Return the bytes that all files have as they travel."""
        return sum(member.compressed_size for member in self.index.members.values())

    def findings(self) -> Iterator[Finding]:
        """Yield what weighs more than its budget."""
        if self.first_screen.size > self.budgets.first_screen:
            screen, budget = self.first_screen, self.budgets.first_screen
            yield finding("first_screen_heavy", file=screen.name, files=screen.files, size=screen.size, budget=budget)
        if self.packed_size > self.budgets.course:
            largest = self._largest()[0]
            yield finding("course_heavy", file=largest["name"], size=self.packed_size, budget=self.budgets.course)

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as plain values for JSON; `docs/import.md` says what each means."""
        screen = self.first_screen
        return {
            "organizations": self._organizations(),
            "items": [_item(item, depth) for item, depth in _launched(self.manifest)][:_MOST_ITEMS],
            "languages": list(self.languages),
            "files": len(self.index.members),
            "total_size": self.index.total_size,
            "packed_size": self.packed_size,
            "largest": self._largest(),
            "first_screen": {"name": screen.name, "size": screen.size, "files": screen.files},
            "hosts": list(self.hosts[:_MOST_HOSTS]),
            "budgets": {"first_screen": self.budgets.first_screen, "course": self.budgets.course},
        }

    def _organizations(self) -> list[dict[str, Any]]:
        chosen = self.manifest.organization
        return [
            {
                "identifier": one.identifier[:_SHOWN], "title": one.title[:_SHOWN],
                "items": sum(1 for _ in one.walk()), "is_default": one is chosen,
            }
            for one in self.manifest.organizations
        ]  # fmt: skip

    def _largest(self) -> list[dict[str, Any]]:
        members = sorted(self.index.members.values(), key=lambda one: (-one.compressed_size, one.name))
        return [{"name": one.name, "size": one.size, "packed": one.compressed_size} for one in members[:_MOST_LARGEST]]


def languages_of(manifest: Manifest, pages: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that the metadata, their titles and the launch pages name, each once, in this order."""
    kept: dict[str, str] = {}
    for tag in (*manifest.languages, *manifest.titles, *pages):
        language = tag.strip().replace("_", "-")[:35]
        if language and language.lower() not in _NO_LANGUAGES:
            kept.setdefault(language.lower(), language)
    return tuple(kept.values())


def _launched(manifest: Manifest) -> Iterator[tuple[Item, int]]:
    """Yield the items that the default organization opens, each with its depth, in document order."""
    pending = [(item, 0) for item in reversed(manifest.organization.items)]
    while pending:
        item, depth = pending.pop()
        if item.is_launchable:
            yield item, depth
        pending.extend((child, depth + 1) for child in reversed(item.children))


def _item(item: Item, depth: int) -> dict[str, Any]:
    return {
        "identifier": item.identifier, "title": item.title[:_SHOWN], "kind": _KINDS[item.scorm_type],
        "href": item.href[:_SHOWN], "mastery": _mastery(item), "depth": depth,
    }  # fmt: skip


def _mastery(item: Item) -> float | None:
    """Return the score from which an item is passed, 0 to 100; in 2004 the measure that satisfies its objective."""
    if item.mastery_score is not None:
        return item.mastery_score
    primary: Objective = item.sequencing.primary
    return round(primary.minimum_measure * 100, 4) if primary.satisfied_by_measure else None
