"""Take packages in for import: the row, its job and the staged file in one transaction, however the file arrived."""

from dataclasses import dataclass
from uuid import UUID

from courses.catalogue import uploads
from courses.catalogue.imports import ImportRequest
from courses.catalogue.uploads import Upload
from courses.people.models import Language
from lms import clock, resuming
from lms.site import Site
from lms.tasks import ask_for_import
from lms.tus import TusRefusal
from lms.uploads import ArrivedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """For what packages are meant, and who sends them."""

    course_id: UUID
    language: Language
    publishes_itself: bool
    person_id: UUID


def take_in_file(parts: Site, file: ArrivedFile, to: Destination) -> UUID:
    """Ask for the import of a file that came with a form; return the import."""
    asked = _request(to, file.name, file.size, file.sha256)
    with parts.database.transaction() as session:
        import_ = ask_for_import(session, asked, to.person_id)
        parts.storage.set_aside(file.path, str(import_.id))
        return import_.id


def take_in_upload(parts: Site, upload_id: UUID, to: Destination) -> UUID:
    """Ask for the import of an upload that arrived whole; return the import, the same when asked again.

    Raises:
        NotFound: there is no such upload of this person.
        TusRefusal: its file is no longer there.
    """
    with parts.database.transaction() as session:
        upload = uploads.locked(session, to.person_id, upload_id)
        if upload.import_id is not None:
            return upload.import_id
        assert upload.sha256 is not None, "whole_upload is asked first"
        asked = _request(to, upload.file_name, upload.size, upload.sha256)
        import_ = ask_for_import(session, asked, to.person_id)
        try:
            parts.storage.share(resuming.path_of(parts.storage, upload), str(import_.id))
        except FileNotFoundError as error:
            raise TusRefusal(410, "upload_unknown") from error
        upload.import_id = import_.id
    resuming.path_of(parts.storage, upload).unlink(missing_ok=True)
    return import_.id


def whole_upload(parts: Site, person_id: UUID, upload_id: UUID) -> Upload:
    """Return an upload of which all has arrived, also when the server was killed before it had looked through it.

    Raises:
        NotFound: there is no such upload of this person.
        TusRefusal: it has not arrived whole, is damaged, or has expired.
    """
    upload = _look(parts, person_id, upload_id)
    if upload.sha256 is None and resuming.offset_of(parts.storage, upload) == upload.size:
        with resuming.held(parts.storage, upload) as descriptor:
            resuming.complete(parts, upload, descriptor, clock.now())
        upload = _look(parts, person_id, upload_id)
    if upload.sha256 is None:
        raise TusRefusal(409, "upload_unfinished")
    if upload.import_id is None and not resuming.path_of(parts.storage, upload).exists():
        upload = _look(parts, person_id, upload_id)  # the same form, sent twice at once, may have taken it this moment
        if upload.import_id is None:
            resuming.give_up(parts, upload)
            raise TusRefusal(410, "upload_unknown")
    return upload


def _look(parts: Site, person_id: UUID, upload_id: UUID) -> Upload:
    with parts.database.reading() as session:
        upload = uploads.upload_for(session, person_id, upload_id)
        session.expunge_all()
    if upload.import_id is None and upload.expires_at <= clock.now():
        raise TusRefusal(410, "upload_expired")
    return upload


def _request(to: Destination, file_name: str, size: int, sha256: str) -> ImportRequest:
    return ImportRequest(
        course_id=to.course_id, language=to.language, file_name=file_name, size=size, sha256=sha256,
        publishes_itself=to.publishes_itself,
    )  # fmt: skip
