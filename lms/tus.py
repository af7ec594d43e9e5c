"""The tus protocol, version 1.0.0: headers in, decision out. Nothing here knows a request, a file or a clock.

Core, creation (with upload), expiration, checksum and termination. A refusal has a status of the protocol and a stable
code; its words stand in `lms.wording_uploads`.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = {"sha256": 32, "sha1": 20}
"""The checksums that may be sent, with their lengths in bytes."""

PIECE = "application/offset+octet-stream"
LONGEST_METADATA = 4096
LARGEST_NUMBER = 18
"""How many digits a number may have; more are no size of a file."""

_NUMBER = re.compile(r"[0-9]+")
_KEY = re.compile(r"[!-+\--~]+")  # visible ASCII but the comma
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")

Headers = Mapping[str, str]


class TusRefusal(Exception):
    """Raised when a request cannot be granted: `status` as the protocol has it, `code` for the words."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of a piece are to give by an algorithm."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """An upload that somebody begins: `size` in bytes; `sha256` of the whole, in hexadecimal, where it was told."""

    size: int
    file_name: str
    sha256: str | None
    metadata: str
    has_piece: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Where the bytes of a request belong, and what they are to give."""

    offset: int
    checksum: Checksum | None


def capabilities(largest: int) -> dict[str, str]:
    """Return the headers that say what this server understands; `largest` is the size of an upload, in bytes."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(largest),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def check_version(headers: Headers) -> None:
    """Refuse a request that speaks another version of the protocol, or none.

    Raises:
        TusRefusal: 412.
    """
    if headers.get("Tus-Resumable") != VERSION:
        raise TusRefusal(412, "upload_version")


def read_creation(headers: Headers, largest: int) -> Creation:
    """Return what somebody wants to send; `largest` is what an upload may have, in bytes.

    Raises:
        TusRefusal: 400, 413 or 415.
    """
    if "Upload-Defer-Length" in headers or "Upload-Concat" in headers:
        raise TusRefusal(400, "upload_not_understood")
    size = _number(headers, "Upload-Length")
    if size == 0:
        # LMS choice: the protocol knows empty uploads; an empty package is none.
        raise TusRefusal(400, "upload_empty")
    if size > largest:
        raise TusRefusal(413, "upload_too_large")
    has_piece = _brings_bytes(headers)
    if has_piece and not _has_piece(headers):
        raise TusRefusal(415, "upload_not_understood")
    if has_piece and _length(headers) > size:
        raise TusRefusal(413, "upload_overfull")
    written = headers.get("Upload-Metadata", "")
    known = read_metadata(written)
    name = known.get("filename") or known.get("name") or b""
    return Creation(
        size=size, file_name=name.decode("utf-8", "replace"), sha256=expected_sha256(written), metadata=written,
        has_piece=has_piece,
    )  # fmt: skip


def read_metadata(written: str) -> dict[str, bytes]:
    """Return what an `Upload-Metadata` says: keys with values, which come in base64.

    Raises:
        TusRefusal: 400.
    """
    if len(written) > LONGEST_METADATA:
        raise TusRefusal(400, "upload_not_understood")
    found: dict[str, bytes] = {}
    for pair in written.split(",") if written.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise TusRefusal(400, "upload_not_understood")
        found[key] = _decoded(value.strip())
    return found


def expected_sha256(metadata: str) -> str | None:
    """Return the SHA-256 that an `Upload-Metadata` gives for the whole: in hexadecimal, or its 32 bytes.

    Raises:
        TusRefusal: 400.
    """
    value = read_metadata(metadata).get("sha256")
    if not value:
        return None
    if len(value) == ALGORITHMS["sha256"]:
        return value.hex()
    told = value.decode("ascii", "replace").strip()
    if not _SHA256.fullmatch(told):
        raise TusRefusal(400, "upload_not_understood")
    return told.lower()


def read_piece(headers: Headers, offset: int, size: int) -> Piece:
    """Return where the bytes of a `PATCH` belong; of the upload, `offset` bytes of `size` have arrived.

    Raises:
        TusRefusal: 400, 409, 413 or 415.
    """
    if not _has_piece(headers):
        raise TusRefusal(415, "upload_not_understood")
    told = _number(headers, "Upload-Offset")
    if told != offset:
        raise TusRefusal(409, "upload_elsewhere")
    if offset + _length(headers) > size:
        raise TusRefusal(413, "upload_overfull")
    return Piece(offset, read_checksum(headers))


def read_checksum(headers: Headers) -> Checksum | None:
    """Return the checksum of a piece, or None where none is given.

    Raises:
        TusRefusal: 400: an algorithm that we do not know, or no checksum of it.
    """
    if "Upload-Checksum" not in headers:
        return None
    algorithm, _, value = headers["Upload-Checksum"].strip().partition(" ")
    digest = _decoded(value.strip())
    if len(digest) != ALGORITHMS.get(algorithm):
        raise TusRefusal(400, "upload_not_understood")
    return Checksum(algorithm, digest)


def progress(offset: int, expires_at: datetime | None) -> dict[str, str]:
    """Return the headers that say how much has arrived, and until when the rest is waited for (None: nothing is)."""
    told = {"Upload-Offset": str(offset)}
    return told | ({"Upload-Expires": format_datetime(expires_at, usegmt=True)} if expires_at else {})


def is_piece(content_type: str) -> bool:
    """Tell whether a `Content-Type` is that of the bytes of an upload."""
    return content_type.partition(";")[0].strip().lower() == PIECE


def _brings_bytes(headers: Headers) -> bool:
    return _length(headers) > 0 or _has_piece(headers)


def _has_piece(headers: Headers) -> bool:
    return is_piece(headers.get("Content-Type", ""))


def _length(headers: Headers) -> int:
    """Return how many bytes the request says that it has; 0 where it does not say."""
    told = headers.get("Content-Length", "0") or "0"
    return int(told) if _NUMBER.fullmatch(told) else 0


def _number(headers: Headers, name: str) -> int:
    told = headers.get(name, "")
    if not _NUMBER.fullmatch(told) or len(told) > LARGEST_NUMBER:
        raise TusRefusal(400, "upload_not_understood")
    return int(told)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise TusRefusal(400, "upload_not_understood") from error
