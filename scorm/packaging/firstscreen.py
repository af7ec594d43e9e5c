"""The weight of the first screen: what travels before a learner sees the first page."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from scorm.packaging.archive import ArchiveIndex, Member
from scorm.packaging.hrefs import is_external, split_href, tidied
from scorm.packaging.markup import page_references, style_references

_PAGES = (".htm", ".html", ".xhtml")
_STYLES = (".css",)
_DEEPEST = 3  # frames in frames, styles in styles
_MOST_READ = 40
_LARGEST_READ = 512 * 1024
_MOST_NAMED = 1_000  # by one file


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScreen:
    """The launch page and what it names: `size` is bytes on the line, `files` how many."""

    name: str
    size: int
    files: int


def weigh(read: Callable[[Member], bytes], index: ArchiveIndex, launch: str) -> FirstScreen:
    """Return the weight of a launch page with the scripts, styles, pictures and frames that its text names.

    What scripts load later is not seen: the first screen weighs at least this. Pages and styles are read again, few
    and small ones.
    """
    found = {launch: 0}
    pending = [launch]
    has_read = 0
    while pending and has_read < _MOST_READ:
        name = pending.pop(0)
        member = index.members[name]
        if found[name] > _DEEPEST or member.size > _LARGEST_READ or not name.lower().endswith((*_PAGES, *_STYLES)):
            continue
        has_read += 1
        for other in _named(read(member), name, index):
            if other not in found:
                found[other] = found[name] + 1
                pending.append(other)
    return FirstScreen(name=launch, size=sum(index.members[one].compressed_size for one in found), files=len(found))


def _named(text: bytes, name: str, index: ArchiveIndex) -> list[str]:
    """Return the files of the package that a page or a style names."""
    references = style_references(text) if name.lower().endswith(_STYLES) else page_references(text)
    folder = name.rpartition("/")[0]
    files: dict[str, None] = {}
    for reference in islice(references, _MOST_NAMED):
        if not reference or is_external(reference) or reference.startswith(("/", "#")):
            continue
        path = tidied(f"{folder}/{unquote(split_href(reference)[0])}".lstrip("/"))
        if path and path in index.members:
            files[path] = None
    return list(files)
