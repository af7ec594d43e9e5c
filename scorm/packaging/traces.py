"""Traces in the content itself: the API that it calls, and technology that browsers have given up.

Only text is looked at, and only for words: a trace is a hint to the author, never a proof.
"""

import re
from collections.abc import Iterator

from scorm.packaging.archive import MANIFEST_NAME, Member
from scorm.packaging.findings import Finding, finding, placed_in
from scorm.packaging.items import Edition, Manifest, ScormType
from scorm.packaging.ways import closed_clusters, dead_ends

_PAGES = (".htm", ".html", ".xhtml")
_TEXTS = (*_PAGES, ".js", ".mjs")
_FLASH = (".swf", ".dcr")
_API_12 = (b"LMSInitialize", b"LMSGetValue", b"LMSSetValue")
_API_2004 = (b"API_1484_11",)
_NAVIGATION = b"adl.nav.request"
_JUMP = b"}jump"
_DEAD = re.compile(rb"<applet[\s>]|x-shockwave-flash|x-java-applet", re.IGNORECASE)
_INSECURE = re.compile(
    rb"<(?:script|img|iframe|frame|video|audio|source|embed)\b[^<>]{0,400}?\ssrc\s*=\s*[\"']?(http://[^\"'\s>]{1,200})",
    re.IGNORECASE,
)
_OVERLAP = 64
# Large scripts are bundles; their wrappers of the API stand early or in a file of their own.
_LOOKED_AT = 2 * 1024 * 1024


class Traces:
    """Watches the content pass by while it is verified."""

    def __init__(self, manifest: Manifest) -> None:
        launched = [item for item in manifest.organization.walk() if item.is_launchable]
        self._launch_names = frozenset(item.member for item in launched)
        self._reports = any(item.scorm_type is ScormType.SCO for item in launched)
        is_2004 = manifest.edition.is_2004
        self._own: tuple[bytes, ...] = _API_2004 if is_2004 else _API_12
        self._other: tuple[bytes, ...] = _API_12 if is_2004 else _API_2004
        self._uses_own = self._uses_other = self._has_html5 = False
        # A page that asks for a navigation itself leads on, whatever is hidden, and in the 4th edition into anything.
        self._dead_ends = tuple(dead_ends(manifest.organization)) if is_2004 else ()
        self._closed = tuple(closed_clusters(manifest.organization)) if is_2004 else ()
        self._can_jump = manifest.edition is Edition.SCORM_2004_4TH
        self._dead: list[str] = []
        self._insecure: dict[str, str] = {}
        self._current = ""
        self._seen = 0
        self._tail = b""

    def observe(self, member: Member, piece: bytes) -> None:
        """Look at a piece of a member; the pieces of one member come in order."""
        name = member.name.casefold()
        if member.name != self._current:
            self._current, self._seen, self._tail = member.name, 0, b""
            self._has_html5 |= "html5" in name
            if member.name in self._launch_names and name.endswith(_FLASH):
                self._dead.append(member.name)
        if not name.endswith(_TEXTS) or self._seen > _LOOKED_AT:
            return
        self._seen += len(piece)
        text = self._tail + piece if self._tail else piece
        self._tail = piece[-_OVERLAP:]
        if not self._uses_own:  # what else a package calls matters only where it does not call its own
            self._uses_own = any(word in text for word in self._own)
            self._uses_other = self._uses_other or any(word in text for word in self._other)
        if self._dead_ends and _NAVIGATION in text:
            self._dead_ends = ()
        if self._closed and self._can_jump and _JUMP in text:
            self._closed = ()
        if name.endswith(_PAGES):
            self._look_at_page(member.name, text)

    def _look_at_page(self, name: str, text: bytes) -> None:
        if name in self._launch_names and _DEAD.search(text):
            self._dead.append(name)
        found = _INSECURE.search(text)
        if found:
            self._insecure.setdefault(name, found.group(1).decode("utf-8", "replace"))

    def findings(self) -> Iterator[Finding]:
        """Yield what the whole content shows."""
        if self._reports and not self._uses_own:
            yield finding("api_other_edition" if self._uses_other else "api_not_used")
        yield from placed_in(MANIFEST_NAME, (*self._closed, *self._dead_ends))
        # Tools that still carry a Flash version beside a modern one name the latter.
        if not self._has_html5:
            yield from (finding("obsolete_technology", file=name) for name in dict.fromkeys(self._dead))
        yield from (finding("insecure_reference", file=name, url=url) for name, url in self._insecure.items())
