"""What a file that is no zip archive is instead, by its first bytes."""

import zlib

HEAD = 4096
"""How many bytes of a file are looked at."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF", "cab"),
    (b"xar!", "xar"),
    (b"%PDF-", "pdf"),
    (b"MZ", "executable"),
    (b"\x7fELF", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"#!", "executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"\x89PNG\r\n", "media"),
    (b"\xff\xd8\xff", "media"),
    (b"GIF8", "media"),
    (b"RIFF", "media"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x1aE\xdf\xa3", "media"),
    (b"FWS", "flash"),
    (b"CWS", "flash"),
)
_TAR_MAGIC = slice(257, 262)
_MOODLE_BACKUP = (b"moodle_backup.xml", b".ARCHIVE_INDEX")
_BLANKS = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"


def kind_of(head: bytes) -> str:
    """Return the kind of a file by its first bytes, empty when they say nothing.

    `empty` holds nothing, `blank` nothing but zeros, `manifest` is the manifest of a package without its files.
    """
    if not head:
        return "empty"
    if not head.strip(b"\0"):
        return "blank"
    if head[_TAR_MAGIC] == b"ustar":
        return "moodle_backup" if any(name in head for name in _MOODLE_BACKUP) else "tar"
    if head[4:8] == b"ftyp":
        return "media"
    kind = next((kind for start, kind in _STARTS if head.startswith(start)), "")
    if kind == "gzip":
        return _kind_of_gzip(head)
    return kind or _kind_of_text(head)


def _kind_of_gzip(head: bytes) -> str:
    """Tell a Moodle backup, which is a tar in a gzip, from other such files."""
    try:
        inner = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, 16 * HEAD)
    except zlib.error:
        return "gzip"
    return "moodle_backup" if any(name in inner for name in _MOODLE_BACKUP) else "gzip"


def _kind_of_text(head: bytes) -> str:
    """Tell pages and manifests, in whatever encoding spells these words in one byte or two."""
    text = head.removeprefix(_MARK).replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    text = text.lstrip(_BLANKS).lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "html"
    if text.startswith((b"<?xml", b"<manifest", b"<!--")):
        if b"<manifest" in text:
            return "manifest"
        return "html" if b"<html" in text else "xml"
    return ""
