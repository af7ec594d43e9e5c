"""Names and rights on the content hosts: a label for each player and version, and the right to read its files.

Both are keyed hashes: stable, so that browsers keep what they have read, and nobody can be read from them. A read token
names the attempt, which is the same as long as access lasts, and is good on its own host alone.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from courses.attempts.facts import keyed

_MAC_BYTES = 15
_LABEL_BYTES = 15


def host_label(secret: str, player_id: UUID, version_id: UUID) -> str:
    """Return the name, below the content host, on which this version is played: by a person, or in a trial.

    What a package has left in the browser is found by the same person again; each trial begins without any of it.
    """
    return "p" + _text(keyed(secret, "label", player_id.bytes, version_id.bytes)[:_LABEL_BYTES])


def read_token(secret: str, label: str, attempt_id: UUID) -> str:
    """Return the right to read the files that an attempt plays, on the host of that label."""
    return _text(attempt_id.bytes) + _text(_mac(secret, label, attempt_id))


def tagged(token: str, hosts: tuple[str, ...]) -> str:
    """Return a read token as it stands in addresses: browsers keep answers for good, with the policy of their day.

    A page that was read before other hosts were approved has another address; the tag itself is no part of the right.
    """
    bare = token.partition(".")[0]
    digest = hashlib.sha256(" ".join(hosts).encode()).digest()
    return f"{bare}.{_text(digest[:5])}" if hosts else bare


def attempt_of(secret: str, label: str, token: str) -> UUID | None:
    """Return the attempt that a token names on the host of that label; None when it is no right there."""
    token = token.partition(".")[0]
    try:
        attempt_id = UUID(bytes=_bytes(token[:26]))
        mac = _bytes(token[26:])
    except (ValueError, binascii.Error):
        return None
    return attempt_id if hmac.compare_digest(mac, _mac(secret, label, attempt_id)) else None


def _mac(secret: str, label: str, attempt_id: UUID) -> bytes:
    return keyed(secret, "read", attempt_id.bytes, label.encode("ascii", "replace"))[:_MAC_BYTES]


def _text(value: bytes) -> str:
    return base64.b32encode(value).decode("ascii").rstrip("=").lower()


def _bytes(text: str) -> bytes:
    if not text.isascii() or text != text.lower():
        raise ValueError("a token is written in small letters")
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
