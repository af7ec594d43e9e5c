"""What a case is, and the good package that each of them spoils in one place."""

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.scorm.packaging.packages import FILES, MANIFEST
from tests.scorm.packaging.zips import ZipEntry, ZipFile, spoilt

ACCEPTED = "accepted"
PAGE = b"two/index.html"
GOOD = (
    ZipEntry(name=b"imsmanifest.xml", data=MANIFEST.encode()),
    *(ZipEntry(name=name.encode(), data=data) for name, data in FILES.items()),
)

Build = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An archive and what must come of it: the code that refuses it, or that it is accepted.

    `reason` is the parameter of the refusal where one code has many; of accepted ones `reason` is a code that must
    be reported.
    """

    build: Build
    code: str
    reason: str = ""


CASES: dict[str, Case] = {}


def case(code: str, reason: str = "") -> Callable[[Build], Build]:
    """Return what enters a function among the cases, by its name."""

    def enter(build: Build) -> Build:
        add(build.__name__, Case(build=build, code=code, reason=reason))
        return build

    return enter


def add(name: str, one: Case) -> None:
    """Enter a case by a name that no other has."""
    assert name not in CASES, name
    CASES[name] = one


def add_all(cases: Mapping[str, Build], code: str, reason: str = "") -> None:
    """Enter a family of cases."""
    for name, build in cases.items():
        add(name, Case(build=build, code=code, reason=reason))


def archive(*more: ZipEntry) -> bytes:
    """Return the good package with further members."""
    return ZipFile(entries=[*GOOD, *more]).build()


def with_page(**facts: object) -> bytes:
    """Return the good package with its last page but one spoilt."""
    return ZipFile(entries=spoilt(GOOD, PAGE, **facts)).build()


def with_entries(entries: Iterable[ZipEntry]) -> bytes:
    """Return an archive of nothing but these."""
    return ZipFile(entries=list(entries)).build()


def patched(data: bytes, at: int, form: str, value: int) -> bytes:
    """Return the bytes with one number replaced; a negative place counts from the end."""
    at %= len(data)
    packed = struct.pack(f"<{form}", value)
    return data[:at] + packed + data[at + len(packed) :]
