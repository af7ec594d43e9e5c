"""The hosts that content calls: what its pages, styles and scripts load or send to without being asked.

A plain link is no call, nor is a namespace, nor what stands in a comment. Scripts are looked at for addresses that are
handed to something that loads them; what they put together at run time nobody can read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# After its two slashes a host can be seen from afar; what stands before it decides whether it is called.
_HOST = re.compile(
    rb"//((?:[A-Za-z0-9_-]{1,63}\.){1,8}[A-Za-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3})\.?(?::\d{1,5})?(?=[/?#\"'`\\\s)>]|\Z)"
)
_SCHEME = rb"((?:https?|wss?):)?\Z"
_QUOTE = rb"\\?[\"'`]"
_IN_ELEMENT = re.compile(
    rb"<(script|img|link|iframe|frame|video|audio|source|track|input|image|object|embed)\b((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)"
    rb"\b(?:src|href|data|poster)\s*=\s*(?:\\?[\"'])?" + _SCHEME,
    re.IGNORECASE,
)
_IN_STYLE = re.compile(rb"(?:url\(\s*(?:" + _QUOTE + rb")?|@import\s+" + _QUOTE + rb")" + _SCHEME, re.IGNORECASE)
_IN_SCRIPT = re.compile(
    rb"(?:\b(?:fetch|WebSocket|EventSource|importScripts|import|Worker|sendBeacon|getScript|getJSON|ajax|loadScript)"
    rb"\s*\(\s*" + _QUOTE + rb"|\bopen\(\s*[\"'][A-Za-z]{3,7}[\"']\s*,\s*" + _QUOTE + rb"|\b(?:from|import)\s*[\"']"
    rb"|\.src\s*=\s*" + _QUOTE + rb"|\bsetAttribute\(\s*[\"']src[\"']\s*,\s*" + _QUOTE + rb")" + _SCHEME
)
_LOADING_LINK = re.compile(
    rb"\brel\s*=\s*(?:\\?[\"'])?[^\"'>]*(?<![\w-])(?:stylesheet|icon|preload|modulepreload|prefetch|manifest)\b",
    re.IGNORECASE,
)
_HIDING = re.compile(rb"<(?:script|style)\b[^<>]*>\s*\Z", re.IGNORECASE)
_LINE_COMMENT = re.compile(rb"(?:\A|[\s;{},)])//")
_CLOSED = (b"iframe", b"frame", b"object", b"embed")
_NEVER = re.compile(
    r"(?:.+\.)?(?:w3\.org|purl\.org|adlnet\.(?:org|gov)|imsglobal\.org|imsproject\.org|ieee\.org|openxmlformats\.org"
    r"|(?:fp)?download\.macromedia\.com|active\.macromedia\.com)|ns\.adobe\.com"
    r"|127\..+|.+\.(?:js|css|html?|png|jpe?g|gif|svg|localhost)"
)
_BEFORE = 400  # bytes before a host that can say what it is for
_COMMENTED = 20_000  # bytes before an element in which a comment around it begins
_MOST = 1_000  # hosts of one file that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An address on another host that a file loads or sends to; `offset` is where in the file.

    `is_framed` when a frame, an object or an embed shows it, `is_secure` unless it is spelt as plain http.
    """

    host: str
    url: str
    offset: int
    is_framed: bool
    is_secure: bool


def calls_in(text: bytes) -> Iterator[Call]:
    """Yield the calls of a page, a style or a script, in their order."""
    for match in islice(_HOST.finditer(text), _MOST):
        offset = match.start()
        before = text[max(0, offset - _BEFORE) : offset]
        seen = _seen(text, before, match)
        if seen is None:
            continue
        scheme, element = seen
        host = match.group(1).decode("ascii").lower()
        if _NEVER.fullmatch(host):
            continue
        yield Call(
            host=host,
            url=(scheme + _address(text, offset)).decode("utf-8", "replace"),
            offset=offset,
            is_framed=element in _CLOSED,
            is_secure=scheme.lower() not in (b"http:", b"ws:"),
        )


def _seen(text: bytes, before: bytes, host: re.Match[bytes]) -> tuple[bytes, bytes] | None:
    """Return the scheme before a host and the element around it, None when nothing there loads it."""
    found = _IN_ELEMENT.search(before)
    if found:
        element = found.group(1).lower()
        rest = text[host.end() : host.end() + _BEFORE].partition(b">")[0]
        if element == b"link" and not _LOADING_LINK.search(b" " + found.group(2) + b" " + rest):
            return None
        return None if _is_in_markup_comment(text, host.start()) else (found.group(3) or b"", element)
    found = _IN_STYLE.search(before) or _IN_SCRIPT.search(before)
    if found is None or _is_in_script_comment(before):
        return None
    return found.group(1) or b"", b""


def _is_in_markup_comment(text: bytes, offset: int) -> bool:
    """Say whether an element stands in a comment; one that hides a script from browsers of old is none."""
    start = max(0, offset - _COMMENTED)
    opened = text.rfind(b"<!--", start, offset)
    if opened <= text.rfind(b"-->", start, offset):
        return False
    return not _HIDING.search(text, max(0, opened - _BEFORE), opened)


def _is_in_script_comment(before: bytes) -> bool:
    """Say whether the line begins as a comment, or a block comment is still open."""
    line = before[before.rfind(b"\n") + 1 :].lstrip()
    if line.startswith(b"*") or _LINE_COMMENT.search(line):
        return True
    return before.rfind(b"/*") > before.rfind(b"*/")


def _address(text: bytes, offset: int) -> bytes:
    """Return an address from its slashes to its end, no more than can be shown."""
    return re.split(rb"[\"'`\\\s)<>]", text[offset : offset + 200], maxsplit=1)[0]
