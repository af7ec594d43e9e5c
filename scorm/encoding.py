"""The encoding of an XML document: what it claims, what it is, and its text."""

import codecs
import re
from dataclasses import dataclass

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00m\x00", "utf-16-le"),
    (b"\x00<\x00m", "utf-16-be"),
)
# Python knows codecs that are no encodings of text; only these families are taken at their word.
_TRUSTED = re.compile(
    r"(utf_8|utf_16(_[bl]e)?|utf_32(_[bl]e)?|ascii|iso8859_\d+|cp\d{3,5}|koi8_[rut]|mac_[a-z]+|tis_620"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|shift_jis(_2004|x0213)?|euc_(jp|kr)|johab|iso2022_[a-z0-9_]+|hz)"
)
# What documents that claim the first are in practice; the second reads everything that the first does.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859_1": "cp1252"}


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A document as text; `mended` when it was not in the encoding that it claims."""

    text: str
    encoding: str
    mended: bool = False


def decode_document(data: bytes) -> DecodedText:
    """Return the text of an XML document, by its mark, else by its declaration, else by trying."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding)
    declared = _DECLARATION.match(data)
    claimed = declared.group(1).decode("ascii") if declared else "utf-8"
    encoding = _python_name(claimed)
    if encoding and not encoding.startswith(("utf_16", "utf_32")):
        for candidate in (encoding, _WIDER.get(encoding, encoding)):
            text = _decoded(data, candidate)
            if text is not None and text.lstrip().startswith("<"):  # else the claim itself is in another encoding
                return DecodedText(text, candidate)
    text = _decoded(data, "utf-8")
    if text is not None:
        # A leftover claim of UTF-16 or of an unknown encoding, though the bytes are UTF-8.
        return DecodedText(text, "utf-8", mended=True)
    text = _decoded(data, "cp1252")
    return DecodedText(data.decode("latin-1") if text is None else text, "cp1252", mended=True)


def _decode_marked(data: bytes, encoding: str) -> DecodedText:
    text = data.decode(encoding, "replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    claimed = _DECLARATION.match(text[:300].encode("ascii", "replace"))
    name = _python_name(claimed.group(1).decode("ascii")) if claimed else ""
    family = encoding.replace("-", "_").removesuffix("_le").removesuffix("_be")
    is_mended = "\N{REPLACEMENT CHARACTER}" in text or (name != "" and not name.startswith(family))
    return DecodedText(text, encoding, mended=is_mended)


def _python_name(claimed: str) -> str:
    """Return Python's name of a trusted encoding of text; empty for any other."""
    try:
        name = codecs.lookup(claimed).name.replace("-", "_")
    except LookupError:
        return ""
    return name if _TRUSTED.fullmatch(name) else ""


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
