"""How a stored member is sent: gzip around its raw deflate stream, ranges, and media types of our own."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scorm.packaging.archive import Member

# RFC 1952, 2.3: magic, deflate, no flags, no time, no hint, unknown system.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})")
_WEIGHT = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)")

_TYPES = """
    text/html html htm
    application/xhtml+xml xhtml
    text/css css
    text/javascript js mjs cjs
    application/json json map webmanifest
    application/xml xml xsl xslt
    text/plain txt log md
    text/csv csv
    text/vtt vtt
    application/x-subrip srt
    application/wasm wasm
    image/png png
    image/jpeg jpg jpeg jpe jfif
    image/gif gif
    image/webp webp
    image/avif avif
    image/svg+xml svg
    image/bmp bmp
    image/tiff tif tiff
    image/x-icon ico cur
    font/woff woff
    font/woff2 woff2
    font/ttf ttf
    font/otf otf
    font/collection ttc
    application/vnd.ms-fontobject eot
    audio/mpeg mp3
    audio/mp4 m4a
    audio/aac aac
    audio/ogg oga ogg opus
    audio/wav wav
    audio/flac flac
    audio/midi mid midi
    video/mp4 mp4 m4v
    video/webm webm
    video/ogg ogv
    video/quicktime mov
    video/mp2t ts
    application/vnd.apple.mpegurl m3u8
    application/dash+xml mpd
    model/gltf+json gltf
    model/gltf-binary glb
    application/pdf pdf
    application/x-shockwave-flash swf
"""
_ATTACHED_TYPES = """
    application/zip zip
    application/epub+zip epub
    application/rtf rtf
    application/msword doc
    application/vnd.ms-excel xls
    application/vnd.ms-powerpoint ppt
    application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
    application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
    application/vnd.oasis.opendocument.text odt
    application/vnd.oasis.opendocument.spreadsheet ods
    application/vnd.oasis.opendocument.presentation odp
"""
_UNKNOWN = "application/octet-stream"


def _table(text: str) -> dict[str, str]:
    lines = [line.split() for line in text.split("\n") if line.strip()]
    return {extension: line[0] for line in lines for extension in line[1:]}


MEDIA_TYPES: Mapping[str, str] = MappingProxyType(_table(_TYPES))
ATTACHED_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(_table(_ATTACHED_TYPES))


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """A range that lies outside of its file; `size` belongs in the answer (RFC 9110, 14.4)."""

    size: int


def media_type_for(name: str) -> tuple[str, bool]:
    """Return the media type of a file and whether a browser may show it; anything unknown is an attachment.

    A text's character set is left to the document, which knows it: old packages are full of Latin-1 pages.
    """
    _, dot, ending = name.rpartition("/")[2].rpartition(".")
    extension = ending.lower() if dot else ""
    if extension in MEDIA_TYPES:
        return MEDIA_TYPES[extension], True
    return ATTACHED_MEDIA_TYPES.get(extension, _UNKNOWN), False


def gzip_wrapper(member: Member) -> tuple[bytes, bytes]:
    """Return what stands before and after a member's raw deflate stream to make it a gzip stream (RFC 1952)."""
    return _GZIP_HEADER, struct.pack("<LL", member.crc, member.size & 0xFFFFFFFF)


def accepts_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding allows gzip; an absent header allows nothing (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        coding, *parameters = (word.strip().lower() for word in part.split(";"))
        weights[coding] = _weight(parameters)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0


def _weight(parameters: list[str]) -> float:
    """Return the quality among a coding's parameters; an unreadable one counts as a refusal."""
    for parameter in parameters:
        name, _, value = (word.strip() for word in parameter.partition("="))
        if name == "q":
            return float(value) if _WEIGHT.fullmatch(value) else 0.0
    return 1.0


def parse_range(header: str, size: int) -> tuple[int, int] | Unsatisfiable | None:
    """Return the first and last byte that a Range header asks for, both included (RFC 9110, 14.2).

    None means the whole file: no header, another unit, several ranges, or one that cannot be read.
    """
    unit, _, wanted = header.partition("=")
    match = _RANGE.fullmatch(wanted.strip())
    if unit.strip().lower() != "bytes" or not match or match.group() == "-":
        return None
    first_text, last_text = match.groups()
    if not first_text:
        length = min(int(last_text), size)
        return (size - length, size - 1) if length else Unsatisfiable(size)
    first = int(first_text)
    last = min(int(last_text), size - 1) if last_text else size - 1
    if last_text and int(last_text) < first:
        return None
    return (first, last) if first < size else Unsatisfiable(size)
