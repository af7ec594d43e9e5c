"""Traces in the content itself: the API that it calls, whom else it calls, and what our player or browsers refuse.

Only text is looked at, and only for words: a trace is a hint to the author, never a proof.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scorm.packaging.archive import MANIFEST_NAME, Member
from scorm.packaging.calls import Call, calls_in
from scorm.packaging.findings import Finding, Grade, finding, placed_in
from scorm.packaging.habits import UNLOAD, Habits, line_of
from scorm.packaging.items import Edition, Manifest, ScormType
from scorm.packaging.markup import PageFacts, page_facts
from scorm.packaging.ways import closed_clusters, dead_ends

_PAGES = (".htm", ".html", ".xhtml")
_SCRIPTS = (".js", ".mjs")
_TEXTS = (*_PAGES, *_SCRIPTS, ".css")
_FLASH = (".swf", ".dcr")
_API_12 = (b"LMSInitialize", b"LMSGetValue", b"LMSSetValue")
_API_2004 = (b"API_1484_11",)
_NAVIGATION = b"adl.nav.request"
_JUMP = b"}jump"
_DEAD = re.compile(rb"<applet[\s>]|x-shockwave-flash|x-java-applet", re.IGNORECASE)
_OVERLAP = 64
_LOOKED_AT = 2 * 1024 * 1024  # bytes of one file that are read for more than the API
_LOOKED_AT_IN_ALL = 8 * 1024 * 1024  # bytes of scripts and styles that are read for more than the API
_PAGES_IN_ALL = 32 * 1024 * 1024
_MOST_HOSTS = 1000
# A script of this size is a bundle of libraries: what stands in it may never be called here.
_BUNDLE = 64 * 1024


class Traces:
    """Watches the content pass by while it is verified."""

    def __init__(self, manifest: Manifest, names: Iterable[str]) -> None:
        launched = [item for item in manifest.organization.walk() if item.is_launchable]
        self._api = _ApiUse(manifest, reports=any(item.scorm_type is ScormType.SCO for item in launched))
        self._sights = _Sights(frozenset(item.member for item in launched))
        for name in names:
            self._sights.note_name(name)
        self._member: Member | None = None
        self._pieces: list[bytes] = []
        self._seen = 0
        self._room = {True: _PAGES_IN_ALL, False: _LOOKED_AT_IN_ALL}  # by "is a page"
        self._has_read_all = True

    def takes(self, member: Member) -> bool:
        """Tell whether there is something to learn from a member: it is text, and not all is known that counts."""
        name = member.name.casefold()
        if not name.endswith(_TEXTS):
            return False
        has_room = self._room[name.endswith(_PAGES)] > 0
        self._has_read_all &= has_room
        return has_room or not self._api.is_settled

    def observe(self, member: Member, piece: bytes) -> None:
        """Look at a piece of a text; the pieces of one come in order."""
        if member is not self._member:
            self._finish()
            self._member, self._seen = member, 0
        name = member.name.casefold()
        if not name.endswith(".css"):
            self._api.look_at(piece, is_first=not self._seen)
        if self._seen > _LOOKED_AT:
            return
        self._seen += len(piece)
        is_page = name.endswith(_PAGES)
        if self._room[is_page] > 0:
            self._room[is_page] -= len(piece)
            self._pieces.append(piece)
        else:
            self._has_read_all = False

    def findings(self) -> Iterator[Finding]:
        """Yield what the whole content shows."""
        self._finish()
        yield from self._api.findings()
        yield from self._sights.findings(has_read_all=self._has_read_all, reports=self._api.reports)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that the content calls, those of most files first."""
        return self._sights.hosts

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the pages that are launched."""
        return tuple(one.language for one in self._sights.pages if one.language)

    @property
    def generators(self) -> tuple[str, ...]:
        """Return the tools that the pages name as theirs."""
        return tuple(one.generator for one in self._sights.pages if one.generator)

    def _finish(self) -> None:
        """Look at the whole text of the member that has passed."""
        if self._member and self._pieces:
            text = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
            self._sights.look_at(self._member.name, _readable(text))
        self._pieces = []


class _ApiUse:
    """Whether the content calls the API of its edition, and what a page asks for with it."""

    def __init__(self, manifest: Manifest, *, reports: bool) -> None:
        is_2004 = manifest.edition.is_2004
        self.reports = reports
        self._own: tuple[bytes, ...] = _API_2004 if is_2004 else _API_12
        self._other: tuple[bytes, ...] = _API_12 if is_2004 else _API_2004
        self._uses_own = self._uses_other = False
        # A page that asks for a navigation itself leads on, whatever is hidden, and in the 4th edition into anything.
        self._dead_ends = tuple(dead_ends(manifest.organization)) if is_2004 else ()
        self._closed = tuple(closed_clusters(manifest.organization)) if is_2004 else ()
        self._can_jump = manifest.edition is Edition.SCORM_2004_4TH
        self._tail = b""

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more can be learned."""
        return self._uses_own and not self._dead_ends and not (self._closed and self._can_jump)

    def look_at(self, piece: bytes, *, is_first: bool) -> None:
        """Look at a piece of a page or script."""
        plain = piece.replace(b"\0", b"") if 0 in piece else piece  # of UTF-16 its plain letters
        text = plain if is_first or not self._tail else self._tail + plain
        self._tail = plain[-_OVERLAP:]
        if not self._uses_own:  # what else a package calls matters only where it does not call its own
            self._uses_own = any(word in text for word in self._own)
            self._uses_other = self._uses_other or any(word in text for word in self._other)
        if self._dead_ends and _NAVIGATION in text:
            self._dead_ends = ()
        if self._closed and self._can_jump and _JUMP in text:
            self._closed = ()

    def findings(self) -> Iterator[Finding]:
        if self.reports and not self._uses_own:
            yield finding("api_other_edition" if self._uses_other else "api_not_used")
        yield from placed_in(MANIFEST_NAME, (*self._closed, *self._dead_ends))


class _Sights:
    """What whole texts show, one after another."""

    def __init__(self, launch_names: frozenset[str]) -> None:
        self._launch_names = launch_names
        self._has_html5 = False
        self._dead: dict[str, int] = {}  # file to line, 0 where the file itself is the trouble
        self._habits = Habits()
        self._insecure: dict[str, tuple[str, int]] = {}
        self._called: dict[str, tuple[str, int]] = {}  # host to the first file and line
        self._framed: dict[str, tuple[str, int]] = {}
        self._possible: dict[str, tuple[str, int]] = {}
        self._hosts: dict[str, int] = {}
        self._embedded: dict[str, tuple[str, int]] = {}
        self.pages: list[PageFacts] = []

    def note_name(self, name: str) -> None:
        """Learn from the name of a file alone."""
        folded = name.casefold()
        self._has_html5 |= "html5" in folded
        if name in self._launch_names and folded.endswith(_FLASH):
            self._dead[name] = 0

    def look_at(self, name: str, text: bytes) -> None:
        """Learn from a whole text."""
        folded = name.casefold()
        if not folded.endswith(".css"):
            self._habits.look_at(name, text)
        self._take_calls(name, text)
        if folded.endswith(_PAGES):
            self._look_at_page(name, text)

    def _look_at_page(self, name: str, text: bytes) -> None:
        facts = page_facts(text)
        if facts.embedded:
            self._embedded[name] = (facts.embedded[0], line_of(text, facts.embedded[1]))
        if name not in self._launch_names:
            return
        self.pages.append(facts)
        found = _DEAD.search(text)
        if found:
            self._dead[name] = line_of(text, found.start())

    def _take_calls(self, name: str, text: bytes) -> None:
        for host, call in {call.host: call for call in reversed(list(calls_in(text)))}.items():
            if host not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
                continue
            self._hosts[host] = self._hosts.get(host, 0) + 1
            is_bundle = len(text) > _BUNDLE and name.casefold().endswith(_SCRIPTS)
            self._take(name, call, line_of(text, call.offset), is_bundle=is_bundle)

    def _take(self, name: str, call: Call, line: int, *, is_bundle: bool) -> None:
        if is_bundle:
            self._possible.setdefault(call.host, (name, line))
        elif not call.is_secure:
            self._insecure.setdefault(name, (call.url, line))
        elif call.is_framed:
            self._framed.setdefault(call.host, (name, line))
        else:
            self._called.setdefault(call.host, (name, line))

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted(self._hosts, key=lambda host: (-self._hosts[host], host)))

    def findings(self, *, has_read_all: bool, reports: bool) -> Iterator[Finding]:
        """Yield what was seen."""
        # Tools that still carry a Flash version beside a modern one name the latter.
        dead = {} if self._has_html5 else self._dead
        yield from (_placed("obsolete_technology", name, line) for name, line in dead.items())
        for name, (url, line) in self._insecure.items():
            yield _placed("insecure_reference", name, line, url=url)
        for name, (address, line) in self._embedded.items():
            yield _placed("embedded_file", name, line, address=address)
        yield from _called_findings("hosts_called", self._called)
        yield from _called_findings("foreign_frames", self._framed)
        sure = {**self._called, **self._framed}
        possible = {host: place for host, place in self._possible.items() if host not in sure}
        for one in _called_findings("hosts_called", possible, what="possible"):
            yield replace(one, grade=Grade.COSMETIC)
        for seen in self._habits.seen():
            if seen.code != UNLOAD or (reports and has_read_all):
                yield _placed(seen.code, seen.file, seen.line)


def _called_findings(code: str, called: Mapping[str, tuple[str, int]], **kind: str) -> Iterator[Finding]:
    """Yield one finding for all hosts, at the place that was met first."""
    if called:
        file, line = next(iter(called.values()))
        yield _placed(code, file, line, hosts=", ".join(sorted(called)), count=len(called), **kind)


def _placed(code: str, file: str, line: int, **parameters: object) -> Finding:
    """Return a finding in a line of a file; 0 where the file itself is the trouble."""
    if line:
        parameters["line"] = line
    return finding(code, file=file, place="", **parameters)


def _readable(text: bytes) -> bytes:
    """Return a text with one byte for each plain letter, whatever it was written in."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.decode("utf-16", "replace").encode()
    return text
