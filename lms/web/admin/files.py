"""The files of first-generation courses: sent, read again, removed."""

import mimetypes
from uuid import UUID

from flask import Response, flash, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue import queries, services
from courses.catalogue.models import FirstGenerationFile
from courses.catalogue.services import StoredFile
from courses.errors import NotFound, Refusal
from lms import clock
from lms.access import Permission, requires
from lms.site import reader, site, transaction
from lms.uploads import ArrivedFile, accepts_uploads, arrived_files
from lms.web.admin import blueprint


@blueprint.post("/languages/<uuid:entry_id>/files")
@requires(Permission.MANAGE_COURSES)
@accepts_uploads
def add_files(entry_id: UUID) -> AnyResponse:
    """Keep the files that were sent; one of the same name is replaced."""
    entry = queries.language_entry(reader(), entry_id)
    files = arrived_files(request.files.getlist("file"))
    if not files:
        raise Refusal("file_missing")
    with transaction() as session:
        for file in files:
            stored = StoredFile(name=file.name, media_type=_media_type(file.name), size=file.size, sha256=file.sha256)
            services.add_first_generation_file(session, entry_id, stored, clock.now())
        _keep(files)
    flash(gettext("The files were added."), "success")
    return redirect(url_for(".course", course_id=entry.course_id), 303)


def _keep(files: list[ArrivedFile]) -> None:
    """Put the files in their places before the rows that name them are committed."""
    for file in files:
        if file.path.exists():  # the same content may have been sent twice
            site().storage.keep(file.path, file.sha256)


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


@blueprint.get("/files/<uuid:file_id>")
@requires(Permission.MANAGE_COURSES)
def read_file(file_id: UUID) -> Response:
    """Send a file, to be saved and not to be shown."""
    return send_stored(queries.file_of(reader(), file_id))


def send_stored(file: FirstGenerationFile) -> Response:
    """Return the answer that carries a stored file as an attachment."""
    path = site().storage.path(file.sha256)
    if not path.is_file():
        raise NotFound("stored file")
    answer = send_file(
        path, mimetype=file.media_type, as_attachment=True, download_name=file.name, etag=file.sha256, conditional=True
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post("/files/<uuid:file_id>/remove")
@requires(Permission.MANAGE_COURSES)
def remove_file(file_id: UUID) -> AnyResponse:
    """Remove a file from its course."""
    with transaction() as session:
        entry = queries.language_entry(session, queries.file_of(session, file_id).course_language_id)
        services.remove_first_generation_file(session, file_id)
    flash(gettext("The file was removed."), "success")
    return redirect(url_for(".course", course_id=entry.course_id), 303)
