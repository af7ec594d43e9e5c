"""From what a manifest writes to a file of the archive, and back to a launch address (PACKAGING: CAM 3.4.1.14)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\")
_DRIVE = re.compile(r"[A-Za-z]:")
# What a path segment may carry unencoded (RFC 3986, 3.3), but the semicolon and the percent sign.
_SAFE_IN_SEGMENT = "!$&'()*+,=:@"
_LONGEST_BASE = 4000  # characters in front of every address of a resource: no file has so long a name
_PARAMETERS = re.compile(r"\??[^=&#?\s]+=[^&#\s]*(&[^=&#\s]+=[^&#\s]*)*(#\S*)?|#\S+")


class HrefFault(StrEnum):
    """Why an href leads to no file of the package."""

    EMPTY = "empty"
    EXTERNAL = "external"
    ESCAPES = "escapes"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The file that an href means.

    `name` is empty when there is a fault; `suffix` is the query and fragment as written; `is_mended` when the href
    was not quite the file's name, `is_base_mended` when a base path lacked its slash.
    """

    name: str = ""
    suffix: str = ""
    fault: HrefFault | None = None
    is_mended: bool = False
    is_base_mended: bool = False


@dataclass(frozen=True, slots=True)
class FileTable:
    """The names of an archive, to be found as written or nearly so."""

    names: frozenset[str]
    folded: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, names: Iterable[str]) -> "FileTable":
        """Return the table of these names, which are in NFC."""
        exact = frozenset(names)
        return cls(exact, {name.casefold(): name for name in sorted(exact, reverse=True)})

    def find(self, path: str) -> tuple[str, bool]:
        """Return the file that a path means and whether the path had to be mended; an empty name when none does.

        The order: as written, percent-decoded, in NFC, without case. Decoding alone is no mending, unless it reveals
        a separator.
        """
        decoded = unquote(path, errors="replace")
        for candidate in (path, decoded):
            if candidate in self.names:
                return candidate, candidate != path and candidate.count("/") != path.count("/")
        for candidate in (path, decoded):
            composed = unicodedata.normalize("NFC", candidate)
            if composed in self.names:
                return composed, True
        for candidate in (path, decoded):
            name = self.folded.get(unicodedata.normalize("NFC", candidate).casefold())
            if name:
                return name, True
        return "", False


def is_external(href: str) -> bool:
    """Say whether an href names its own scheme or host."""
    return bool(_SCHEME.match(href))


def split_href(href: str) -> tuple[str, str]:
    """Cut an href into path and suffix: the query and fragment with their marks."""
    path, hash_mark, fragment = href.partition("#")
    path, question_mark, query = path.partition("?")
    return path, question_mark + query + hash_mark + fragment


def joined(bases: Iterable[str], href: str) -> str:
    """Return an href behind its bases, each of which ends in a slash."""
    if is_external(href) or not href:
        return href
    return "".join(base if base.endswith(("/", "\\")) else base + "/" for base in bases if base) + href


def candidates(bases: Iterable[str], href: str) -> tuple[str, ...]:
    """Return what an href behind its bases can mean, the likeliest first.

    LMS choice: a base without its slash was meant as a folder; by RFC 3986 its last segment drops out, and plain
    concatenation is what the books' own tools do.
    """
    given = [base for base in bases if base]
    if is_external(href) or all(base.endswith(("/", "\\")) for base in given):
        return (joined(given, href),)
    resolved = "".join(base[: base.replace("\\", "/").rfind("/") + 1] for base in given) + href
    return tuple(dict.fromkeys((joined(given, href), resolved, "".join(given) + href)))


def locate(table: FileTable, bases: Iterable[str], href: str) -> Located:
    """Find the file that an href behind its bases means."""
    bases = tuple(bases)
    if not href:
        return Located(fault=HrefFault.EMPTY)
    if sum(map(len, bases)) > _LONGEST_BASE:
        return Located(fault=HrefFault.MISSING)
    if href.startswith(("/", "\\")) and not is_external(href):
        return Located(fault=HrefFault.ESCAPES)
    first: Located | None = None
    for number, candidate in enumerate(options := candidates(bases, href)):
        located = _locate_one(table, candidate, is_base_mended=len(options) > 1)
        if not located.fault:
            return located
        first = located if number == 0 else first
    return first or Located(fault=HrefFault.MISSING)


def _locate_one(table: FileTable, href: str, *, is_base_mended: bool) -> Located:
    if _DRIVE.match(href) and not is_external(href):
        return Located(fault=HrefFault.ESCAPES)
    if is_external(href) and href not in table.names:  # names with colons exist
        return Located(fault=HrefFault.EXTERNAL)
    written, suffix = split_href(href)
    path = tidied(written)
    if path is None or tidied(unquote(written, errors="replace")) is None:
        return Located(suffix=suffix, fault=HrefFault.ESCAPES)
    name, is_mended = table.find(path)
    return Located(
        name=name,
        suffix=suffix,
        fault=None if name else HrefFault.MISSING,
        is_mended=bool(name) and (is_mended or "\\" in written),
        is_base_mended=bool(name) and is_base_mended,
    )


def tidied(path: str) -> str | None:
    """Return a path with forward slashes and without `.` and `..`; None when it is absolute or climbs out."""
    path = path.replace("\\", "/")
    if path.startswith("/"):
        return None
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and not segments:
            return None
        if segment == "..":
            segments.pop()
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(segments)


def with_parameters(href: str, parameters: str) -> str:
    """Append an item's parameters to an href, verbatim (CAM 3.4.1.6).

    LMS choice: before a fragment of the href, where a script can see them in `location.search`.
    """
    rest = parameters.strip().lstrip("?&")
    if not rest:
        return href
    if rest.startswith("#"):
        return href if "#" in href or "?" in href else href + rest
    before, hash_mark, fragment = href.partition("#")
    if hash_mark:
        rest = rest.partition("#")[0]
    return before + ("&" if "?" in before else "?") + rest + hash_mark + fragment


def are_parameters_well_formed(parameters: str) -> bool:
    """Say whether parameters read `?a=b&c=d#f`, `a=b&c=d` or `#f`."""
    return bool(_PARAMETERS.fullmatch(parameters))


def encoded_path(name: str) -> str:
    """Return a file's name as a path of a URL, each segment encoded."""
    return "/".join(quote(segment, safe=_SAFE_IN_SEGMENT) for segment in name.split("/"))


def launch_url(name: str, suffix: str, parameters: str) -> str:
    """Return the address at which a file is launched, relative to the package's root."""
    return with_parameters(encoded_path(name) + suffix, parameters)
