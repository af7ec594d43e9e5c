"""A first-generation course as its file: a small PDF of one page, written byte by byte."""

import textwrap

LETTERS_A_LINE = 84
TOP, LEFT, LEADING = 780, 64, 18
PAGE = (595, 842)  # A4 in points


def pdf_of(title: str, paragraphs: tuple[str, ...]) -> bytes:
    """Return a PDF with a title and paragraphs: the same bytes every time (ISO 32000-1, 7.5)."""
    fonts = "/Font << /F1 5 0 R /F2 6 0 R >>"
    stream = _stream(title, paragraphs)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] /Resources << {fonts} >> "
        "/Contents 4 0 R >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        b"<< /Title (" + _text(title) + b") >>",
    )
    return _file(objects)


def _file(objects: tuple[bytes, ...]) -> bytes:
    """Return the objects one after the other, the table of their offsets, and the trailer."""
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, size - 1, table)
    return bytes(body)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _stream(title: str, paragraphs: tuple[str, ...]) -> bytes:
    lines = [b"BT", b"/F2 16 Tf", b"%d TL" % (LEADING + 4), b"%d %d Td" % (LEFT, TOP)]
    lines += [b"(" + _text(line) + b") Tj T*" for line in textwrap.wrap(title, 52)]
    lines += [b"/F1 11 Tf", b"%d TL" % LEADING]
    for paragraph in paragraphs:
        lines.append(b"T*")
        lines += [b"(" + _text(line) + b") Tj T*" for line in textwrap.wrap(paragraph, LETTERS_A_LINE)]
    return b"\n".join([*lines, b"ET"])


def _text(text: str) -> bytes:
    """Return a text in the encoding of the font, escaped."""
    encoded = text.encode("cp1252", "replace")
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
