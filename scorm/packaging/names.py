"""Names of archive members: decoded, compared, mended or refused."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scorm.packaging.findings import Finding, finding

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOISE_FOLDERS = frozenset({"__macosx", ".appledouble", "$recycle.bin"})
_NOISE_FILES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized"})


class NameFault(StrEnum):
    """Why a name is refused."""

    EMPTY = "empty"
    CONTROL = "control"
    ABSOLUTE = "absolute"
    DRIVE = "drive"
    CLIMBS = "climbs"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedName:
    """A name as text, and whether its bytes had to be guessed."""

    text: str
    guessed: bool


def decode_name(raw: bytes, *, is_utf8: bool) -> DecodedName:
    """Decode a stored name: the UTF-8 flag, else UTF-8 if it reads so, else cp437 (APPNOTE D.1)."""
    if raw.isascii():
        return DecodedName(text=raw.decode("ascii"), guessed=False)
    try:
        return DecodedName(text=unicodedata.normalize("NFC", raw.decode("utf-8")), guessed=not is_utf8)
    except UnicodeDecodeError:
        return DecodedName(text=unicodedata.normalize("NFC", raw.decode("cp437")), guessed=True)


def name_fault(name: str, length_limit: int) -> NameFault | None:
    """Return why a name must be refused; back-slashes count as separators."""
    slashed = name.replace("\\", "/")
    if not slashed.strip("/."):
        return NameFault.CLIMBS if ".." in slashed else NameFault.EMPTY
    if _CONTROL.search(name):
        return NameFault.CONTROL
    if slashed.startswith("/"):
        return NameFault.ABSOLUTE
    if _DRIVE.match(slashed):
        return NameFault.DRIVE
    if ".." in slashed and ".." in slashed.split("/"):
        return NameFault.CLIMBS
    return NameFault.TOO_LONG if len(name) > length_limit else None


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
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name.casefold())


def twins(names: Iterable[tuple[bytes, str]]) -> list[Finding]:
    """Find names that occur twice, or that differ in case or accents' encoding only; each as stored and as decoded."""
    seen: dict[str, tuple[bytes, str]] = {}
    found: list[Finding] = []
    for raw, name in names:
        key = twin_key(name)
        if key in seen:
            code = "zip_duplicate_name" if seen[key][0] == raw else "zip_case_collision"
            found.append(finding(code, file=name, other=seen[key][1]))
        seen.setdefault(key, (raw, name))
    return found
