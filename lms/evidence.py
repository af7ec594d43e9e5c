"""Documents that people send to support a claim: looked at, kept under their SHA-256, handed out as attachments.

What a document is, its content says: neither its name nor what the browser calls it.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from flask import Response, send_file
from werkzeug.datastructures import FileStorage

from courses.errors import NotFound, Refusal
from courses.records.evidence import MOST_FILES, Document
from courses.records.models import Evidence
from lms.site import site
from lms.uploads import ArrivedFile, arrived_files

LARGEST = 10 * 1024**2
"""How many bytes one document may have."""

MOST_BYTES = MOST_FILES * LARGEST
"""How many bytes the documents of one form may have."""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), DOCX: (".docx",)}
ACCEPTED = ",".join(ending for endings in ENDINGS.values() for ending in endings)
"""What a field for documents accepts."""

MOST_MEMBERS = 2000
_HEAD = 1024


def sent_documents(files: list[FileStorage]) -> tuple[list[ArrivedFile], list[Document]]:
    """Return the files of a form as they arrived, and as documents; empty where none was chosen.

    Raises:
        Refusal: `evidence_too_large`, `evidence_kind`, `evidence_too_many`; nothing was kept.
    """
    arrived = arrived_files(files)
    if len(arrived) > MOST_FILES:
        raise Refusal("evidence_too_many", most=str(MOST_FILES))
    return arrived, [_document(file) for file in arrived]


def keep_documents(arrived: Iterable[ArrivedFile]) -> None:
    """Put the files in their places; called in the transaction that adds their rows, before it is committed."""
    for file in arrived:
        if file.path.exists():  # the same content may have been sent twice
            site().storage.keep(file.path, file.sha256)


def send_document(evidence: Evidence) -> Response:
    """Return the answer that carries a document: to be saved, never to be shown by the browser.

    Raises:
        NotFound: the file is not there.
    """
    path = site().storage.path(evidence.sha256)
    if not path.is_file():
        raise NotFound("stored document")
    kind = evidence.media_type if evidence.media_type in ENDINGS else "application/octet-stream"
    answer = send_file(path, mimetype=kind, as_attachment=True, download_name=evidence.name, conditional=True)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _document(file: ArrivedFile) -> Document:
    if file.size > LARGEST:
        raise Refusal("evidence_too_large", name=file.name, most=str(LARGEST // 1024**2))
    kind = kind_of(file.path)
    if kind is None:
        raise Refusal("evidence_kind", name=file.name)
    return Document(name=_named(file.name, kind), media_type=kind, size=file.size, sha256=file.sha256)


def kind_of(path: Path) -> str | None:
    """Return the media type of a document by what is in it, or None when it is of no kind that we take."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.lstrip().startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return DOCX if head.startswith(b"PK\x03\x04") and _is_word(path) else None


def _is_word(path: Path) -> bool:
    """Tell whether a zip is a text of a word processor, without macros; nothing of it is inflated."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    has_macros = any(PurePosixPath(name).name.lower().startswith("vbaproject") for name in names)
    return len(names) <= MOST_MEMBERS and {"[Content_Types].xml", "word/document.xml"} <= set(names) and not has_macros


def _named(name: str, kind: str) -> str:
    """Return a name with the ending that its content has."""
    return name if name.lower().endswith(ENDINGS[kind]) else name + ENDINGS[kind][0]
