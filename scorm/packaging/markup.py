"""Pages and styles as plain text: their elements, attributes and addresses, as far as a look shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_ELEMENT = re.compile(rb"<([A-Za-z][A-Za-z0-9]{0,20})((?:[\s/][^<>]*)?)>")
_FACE = re.compile(rb"@font-face\s{0,9}\{[^{}]*\}", re.IGNORECASE)
_URL = re.compile(
    rb"(?:url\(\s{0,20}|@import\s{1,20}(?=[\"']))"
    rb"(?:\"([^\"\n<>]{1,500})\"|'([^'\n<>]{1,500})'|([^\"'()<>\s]{1,500}))",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rb"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_STYLES = re.compile(r"\b(?:stylesheet|preload|modulepreload)\b")
_FLASH = (".swf", ".dcr", ".class", ".jar")


@dataclass(frozen=True, slots=True)
class Element:
    """The opening tag of an element: its name in lower case, its attributes as written, where it stands."""

    name: str
    attributes: bytes
    offset: int

    def get(self, name: str) -> str:
        """Return an attribute, empty when it is not there."""
        found = _attribute(name).search(self.attributes)
        value = next((one for one in found.groups() if one is not None), b"") if found else b""
        return value.decode("utf-8", "replace").strip()


@cache
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"[\s\"'/]%b\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))" % name.encode(), re.IGNORECASE)


def elements(text: bytes) -> Iterator[Element]:
    """Yield the elements of a page in their order, without those in comments."""
    position = 0
    for start, end in _comments(text):
        yield from _between(text, position, start)
        position = end
    yield from _between(text, position, len(text))


def _between(text: bytes, start: int, end: int) -> Iterator[Element]:
    for match in _ELEMENT.finditer(text, start, end):
        yield Element(match.group(1).decode("ascii").lower(), match.group(2), match.start())


def _comments(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where comments begin and end; what never ends is no comment."""
    start = text.find(b"<!--")
    while start >= 0:
        end = text.find(b"-->", start + 4)
        if end < 0:
            return
        yield start, end + 3
        start = text.find(b"<!--", end + 3)


def page_references(text: bytes) -> Iterator[str]:
    """Yield the addresses that a page loads at once: scripts, styles, pictures, frames."""
    for element in elements(text):
        yield from _references(element)
    yield from style_references(text)


def _references(element: Element) -> Iterator[str]:
    match element.name:
        case "script" | "frame" | "embed":
            yield element.get("src")
        case "img" | "iframe" if element.get("loading") != "lazy":
            yield element.get("src")
        case "input" if element.get("type").lower() == "image":
            yield element.get("src")
        case "link" if _STYLES.search(element.get("rel").lower()):
            yield element.get("href")
        case "video":
            yield element.get("poster")
        case "object":
            yield element.get("data")
        case "body" | "table" | "td":
            yield element.get("background")


def style_references(text: bytes) -> Iterator[str]:
    """Yield the addresses that a style names; of the formats of a font the one that browsers take."""
    faces = [match.span() for match in _FACE.finditer(text)]
    for start, end in faces:
        formats = [_address(match) for match in _URL.finditer(text, start, end)]
        yield next((one for one in formats if ".woff2" in one), next((one for one in formats if ".woff" in one), ""))
    for match in _URL.finditer(_FACE.sub(b"", text) if faces else text):
        yield _address(match)


def _address(match: re.Match[bytes]) -> str:
    return next(one for one in match.groups() if one).decode("utf-8", "replace").strip()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself: its language and the tool that made it, and where it embeds what no browser opens.

    `embedded` is the address and the offset of a file that is shown by `object` or `embed`, or of a PDF in a frame.
    """

    language: str
    generator: str
    embedded: tuple[str, int] | None


def page_facts(text: bytes) -> PageFacts:
    """Return what a page says of itself."""
    language = generator = ""
    embedded: tuple[str, int] | None = None
    for element in elements(text):
        if element.name == "html" and not language:
            language = element.get("lang") or element.get("xml:lang")
        elif element.name == "meta" and not generator and element.get("name").lower() == "generator":
            generator = element.get("content")[:200]
        elif embedded is None:
            address = _embedded(element)
            embedded = (address, element.offset) if address else None
    return PageFacts(language if _LANGUAGE.fullmatch(language.encode()) else "", generator, embedded)


def _embedded(element: Element) -> str:
    """Return the address of a file that the player's protection does not let a page embed, empty when it is none."""
    if element.name in ("object", "embed"):
        address = element.get("data" if element.name == "object" else "src")
        path = address.partition("?")[0].lower()
        is_old = path.endswith(_FLASH) or "flash" in element.get("type").lower() or element.get("classid")
        return "" if is_old or "//" in address or "'" in address or "+" in address else address
    address = element.get("src") if element.name == "iframe" else ""
    is_pdf = address.partition("#")[0].partition("?")[0].lower().endswith(".pdf")
    return address if is_pdf and "//" not in address else ""
