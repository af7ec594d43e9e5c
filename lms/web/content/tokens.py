"""Names and rights on the content hosts: a label for each person and version, and the right to read its files.

Both are keyed hashes: stable, so that browsers keep what they have read, and nothing can be read from them. A read
token names its version and is good on its own host alone.
"""

import base64
import binascii
import hmac
from uuid import UUID

from courses.attempts.facts import keyed

_MAC_BYTES = 15
_LABEL_BYTES = 15


def host_label(secret: str, person_id: UUID, version_id: UUID) -> str:
    """Return the name, below the content host, on which this person plays this version."""
    return "p" + _text(keyed(secret, "label", person_id.bytes, version_id.bytes)[:_LABEL_BYTES])


def read_token(secret: str, label: str, version_id: UUID) -> str:
    """Return the right to read the files of a version on the host of that label."""
    return _text(version_id.bytes) + _text(_mac(secret, label, version_id))


def version_of(secret: str, label: str, token: str) -> UUID | None:
    """Return the version that a token opens on the host of that label; None when it opens nothing there."""
    try:
        version_id = UUID(bytes=_bytes(token[:26]))
        mac = _bytes(token[26:])
    except (ValueError, binascii.Error):
        return None
    return version_id if hmac.compare_digest(mac, _mac(secret, label, version_id)) else None


def _mac(secret: str, label: str, version_id: UUID) -> bytes:
    return keyed(secret, "read", version_id.bytes, label.encode("ascii", "replace"))[:_MAC_BYTES]


def _text(value: bytes) -> str:
    return base64.b32encode(value).decode("ascii").rstrip("=").lower()


def _bytes(text: str) -> bytes:
    if not text.isascii() or text != text.lower():
        raise ValueError("a token is written in small letters")
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
