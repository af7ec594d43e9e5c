"""Names of archive members: decoded, compared, mended or refused."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from scorm.packaging.findings import Finding, finding

# With the separators of lines, and what turns the direction of the text around it (not the marks of Arabic words).
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"[A-Za-z]:")
# What Windows takes for a device in any folder, whatever the suffix; and a stream of a file under the file's name.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*([.:]|$)|[^:]*:[^:]*:?\$data$", re.IGNORECASE
)
_LONGEST_SEGMENT = 255  # characters of a file or folder, on every system
_HAS_LOOSE_END = re.compile(r"[. ](/|$)")
_NOISE_FOLDERS = frozenset({"__macosx", ".appledouble", "$recycle.bin"})
_NOISE_FILES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized"})


class NameFault(StrEnum):
    """Why a name is refused."""

    EMPTY = "empty"
    CONTROL = "control"
    ABSOLUTE = "absolute"
    DRIVE = "drive"
    CLIMBS = "climbs"
    DEVICE = "device"
    TWO_NAMES = "two_names"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedName:
    """A name as text, and whether its bytes had to be guessed."""

    text: str
    guessed: bool


def decode_name(raw: bytes, *, is_utf8: bool, repeated: bytes = b"") -> DecodedName:
    """Decode a stored name: the UTF-8 flag, else UTF-8 if it reads so, else cp437 (APPNOTE D.1).

    `repeated` is the name in UTF-8 from an extra field: it counts where the name itself is in no known encoding.
    """
    if raw.isascii():
        return DecodedName(text=raw.decode("ascii"), guessed=False)
    if repeated and not is_utf8:
        raw, is_utf8 = repeated, True
    try:
        return DecodedName(text=unicodedata.normalize("NFC", raw.decode("utf-8")), guessed=not is_utf8)
    except UnicodeDecodeError:
        return DecodedName(text=unicodedata.normalize("NFC", raw.decode("cp437")), guessed=True)


def name_fault(name: str, length_limit: int) -> NameFault | None:
    """Return why a name must be refused; back-slashes count as separators."""
    slashed = name.replace("\\", "/")
    if not slashed.strip("/."):
        return NameFault.CLIMBS if ".." in slashed else NameFault.EMPTY
    if slashed.endswith("/."):  # the folder itself, where a file should be
        return NameFault.EMPTY
    if len(name) > length_limit:
        return NameFault.TOO_LONG
    if _CONTROL.search(name):
        return NameFault.CONTROL
    if slashed.startswith("/"):
        return NameFault.ABSOLUTE
    if _DRIVE.match(slashed):
        return NameFault.DRIVE
    # Most names repeat the same few folders.
    faults = (_segment_fault(segment) for segment in set(slashed.split("/")))
    return next((fault for fault in faults if fault), None)


def _segment_fault(segment: str) -> NameFault | None:
    """Return why a file or folder cannot have this name on one system or another."""
    # Windows drops dots and blanks at the end: "..", ".. " and ". ." lead out of the folder there.
    if not segment.strip(". ") and segment not in ("", "."):
        return NameFault.CLIMBS
    if len(segment) > _LONGEST_SEGMENT:
        return NameFault.TOO_LONG
    if len(segment) == 2 and _DRIVE.match(segment):
        return NameFault.DRIVE
    return NameFault.DEVICE if _DEVICE.match(segment) else None


def tidy_name(name: str) -> str:
    """Return the name with forward slashes and without empty or `.` segments."""
    if "\\" not in name and "//" not in name and "./" not in name:
        return name
    return "/".join(segment for segment in name.replace("\\", "/").split("/") if segment not in ("", "."))


def is_noise(name: str) -> bool:
    """Say whether an operating system left this file, not the author."""
    folders, _, last = name.casefold().rpartition("/")
    return last in _NOISE_FILES or last.startswith("._") or not _NOISE_FOLDERS.isdisjoint(folders.split("/"))


def twin_key(name: str) -> str:
    """Return what two names share that a careless file system takes for one."""
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFC", name.casefold())
    # Windows drops dots and blanks at the end of a segment.
    return "/".join(part.rstrip(". ") for part in folded.split("/")) if _HAS_LOOSE_END.search(folded) else folded


def twins(names: Iterable[tuple[bytes, str]], folders: Iterable[str] = ()) -> list[Finding]:
    """Find names that occur twice, or that differ in case or accents' encoding only; each as stored and as decoded.

    A file that has the name of a folder is found as well; `folders` are those that have entries of their own.
    """
    seen: dict[str, tuple[bytes, str]] = {}
    found: list[Finding] = []
    for raw, name in names:
        key = twin_key(name)
        if key in seen:
            code = "zip_duplicate_name" if seen[key][0] == raw else "zip_case_collision"
            found.append(finding(code, file=name, other=seen[key][1]))
        seen.setdefault(key, (raw, name))
    return found + _files_like_folders({key: name for key, (_, name) in seen.items()}, folders)


def _files_like_folders(files: Mapping[str, str], folders: Iterable[str]) -> list[Finding]:
    """Find files whose name is that of a folder; `files` are names by their keys."""
    inner = [twin_key(name.rstrip("/")) + "/" for name in folders]
    # With the separator before any other character, what lies in a folder follows its name.
    ordered = sorted({*files, *inner}, key=lambda key: key.replace("/", "\0"))
    return [
        finding("zip_duplicate_name", file=files[one], other=files.get(other, other))
        for one, other in pairwise(ordered)
        if one in files and other.startswith(one + "/")
    ]
