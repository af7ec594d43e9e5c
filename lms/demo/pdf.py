"""What there is to read of a course as its file: a small PDF, written byte by byte."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

TOP, BOTTOM, LEFT = 780, 64, 64
PAGE = (595, 842)  # A4 in points
FIRST_PAGE = 6
"""The number of the first page's object; its text is the next one."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, which may be empty, and what stands below it."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a paragraph is set: font, size and leading in points, letters in a line, the space above it."""

    font: str
    size: int
    leading: int
    letters: int
    above: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and how far below the one before it stands, in points."""

    text: str
    style: Style
    down: int


TITLE = Style(font="F2", size=16, leading=22, letters=52, above=0)
HEADING = Style(font="F2", size=12, leading=18, letters=72, above=12)
PLAIN = Style(font="F1", size=11, leading=18, letters=84, above=8)


def pdf_of(title: str, chapters: Sequence[Chapter]) -> bytes:
    """Return a PDF with a title and chapters: the same bytes every time (ISO 32000-1, 7.5)."""
    streams = [_stream(lines) for lines in _pages(_lines(title, chapters))]
    kids = " ".join(f"{FIRST_PAGE + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        b"<< /Title (" + _text(title) + b") >>",
    ]
    for number, stream in enumerate(streams):
        objects.append(_page(FIRST_PAGE + 2 * number + 1))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _file(objects)


def _lines(title: str, chapters: Iterable[Chapter]) -> Iterator[Line]:
    yield from _set(title, TITLE)
    for chapter in chapters:
        yield from _set(chapter.title, HEADING)
        for paragraph in chapter.paragraphs:
            yield from _set(paragraph, PLAIN)


def _set(text: str, style: Style) -> Iterator[Line]:
    for number, line in enumerate(textwrap.wrap(text, style.letters)):
        yield Line(line, style, style.leading + (style.above if number == 0 else 0))


def _pages(lines: Iterable[Line]) -> list[list[Line]]:
    """Return the lines of each page."""
    pages: list[list[Line]] = [[]]
    height = TOP
    for line in lines:
        height -= line.down
        if height < BOTTOM:
            pages.append([])
            height = TOP - line.down
        pages[-1].append(line)
    return pages


def _page(text: int) -> bytes:
    """Return a page whose text is the object of that number."""
    fonts = "/Font << /F1 3 0 R /F2 4 0 R >>"
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Resources << {fonts} >> "
        f"/Contents {text} 0 R >>"
    ).encode()


def _file(objects: Sequence[bytes]) -> bytes:
    """Return the objects one after the other, the table of their offsets, and the trailer; the fifth is about it."""
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, table)
    return bytes(body)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _stream(lines: Iterable[Line]) -> bytes:
    drawn = [b"BT", b"%d %d Td" % (LEFT, TOP)]
    for line in lines:
        drawn.append(f"/{line.style.font} {line.style.size} Tf 0 {-line.down} Td".encode())
        drawn.append(b"(" + _text(line.text) + b") Tj")
    return b"\n".join([*drawn, b"ET"])


def _text(text: str) -> bytes:
    """Return a text in the encoding of the font, escaped."""
    encoded = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}").encode("cp1252", "replace")
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
