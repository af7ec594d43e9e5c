"""Uploads that arrive piece by piece, by the tus protocol: an upload belongs to whoever began it."""

import errno
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast
from uuid import UUID

import structlog
from flask import Response, jsonify, make_response, request, url_for
from flask_wtf.csrf import generate_csrf

from courses.catalogue import uploads
from courses.catalogue.uploads import Upload, UploadRequest
from courses.errors import NotFound, Refusal
from lms import clock, resuming, tus
from lms.access import Permission, requires
from lms.arriving import StagedUpload
from lms.identity import signed_in_person
from lms.languages import size_text
from lms.site import reader, site, transaction
from lms.tus import TusRefusal
from lms.uploads import UploadingRequest, accepts_uploads, clean_name
from lms.web.admin import blueprint
from lms.wording_uploads import upload_text

P = ParamSpec("P")
FULL = {errno.ENOSPC, errno.EDQUOT}
UNNAMED = "package.zip"

log = structlog.get_logger(__name__)


def speaks_tus(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a view speak the protocol: its version is asked first, every refusal is told in words as well."""

    @wraps(view)
    def speak(*arguments: P.args, **more: P.kwargs) -> Response:
        try:
            answer = view(*arguments, **more)
        except TusRefusal as error:
            answer = _refusal(error.status, error.code)
        except NotFound:
            answer = _refusal(404, "upload_unknown")
        except Refusal as error:
            answer = _refusal(429, error.code, **error.parameters)
        except OSError as error:
            if error.errno not in FULL:
                raise
            log.error("disk_full", path=request.path, method=request.method)
            answer = _refusal(507, "upload_no_room")
        answer.headers["Tus-Resumable"] = tus.VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return speak


def _refusal(status: int, code: str, **parameters: str) -> Response:
    if code == "upload_too_large":
        parameters["size"] = size_text(site().settings.max_upload)
    answer = make_response(jsonify(code=code, error=upload_text(code, **parameters)), status)
    if status == 412:
        answer.headers["Tus-Version"] = tus.VERSION
    return answer


@blueprint.route("/uploads", methods=["OPTIONS", "GET", "POST"], endpoint="uploads", provide_automatic_options=False)
@requires(Permission.IMPORT_PACKAGES)
@accepts_uploads
@speaks_tus
def serve_uploads() -> Response:
    """Say what is understood, who is here, or begin an upload."""
    if request.method == "OPTIONS":
        return make_response("", 204, tus.capabilities(site().settings.max_upload))
    if request.method != "POST":  # a page that was open for long asks whether somebody is still signed in, and how
        return jsonify(csrf_token=generate_csrf())
    tus.check_version(dict(request.headers))
    return _begin()


def _begin() -> Response:
    """Begin an upload, with its first piece where the request brings one."""
    parts, headers = site(), dict(request.headers)
    asked = tus.read_creation(headers, parts.settings.max_upload)
    if parts.storage.free_bytes() < asked.size:
        raise TusRefusal(507, "upload_no_room")
    piece = _checked_piece(tus.read_checksum(headers)) if asked.has_piece else None
    name = clean_name(asked.file_name) or UNNAMED
    wanted = UploadRequest(file_name=name, size=asked.size, client_metadata=asked.metadata)
    with transaction() as session:
        upload = uploads.open_upload(session, signed_in_person().id, wanted, parts.settings.max_upload, clock.now())
    told = tus.progress(0, upload.expires_at) if piece is None else _add(upload, piece, 0)
    return make_response("", 201, told | {"Location": url_for(".upload", upload_id=upload.id)})


@blueprint.route(
    "/uploads/<uuid:upload_id>", methods=["OPTIONS", "HEAD", "PATCH", "DELETE", "POST"], endpoint="upload",
    provide_automatic_options=False,
)  # fmt: skip
@requires(Permission.IMPORT_PACKAGES)
@accepts_uploads
@speaks_tus
def serve_upload(upload_id: UUID) -> Response:
    """Tell how much of an upload has arrived, take the next piece, or give it up."""
    method = request.method
    if method == "POST":  # from where a proxy or a program knows no other method
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method == "OPTIONS":
        return make_response("", 204, tus.capabilities(site().settings.max_upload))
    tus.check_version(dict(request.headers))
    answers = {"HEAD": _tell, "PATCH": _take, "DELETE": _give_up}
    if method not in answers:
        raise TusRefusal(400, "upload_not_understood")
    return answers[method](uploads.upload_for(reader(), signed_in_person().id, upload_id))


def _tell(upload: Upload) -> Response:
    _refuse_expired(upload)
    headers = tus.progress(resuming.offset_of(site().storage, upload), upload.expires_at)
    headers["Upload-Length"] = str(upload.size)
    if upload.client_metadata:
        headers["Upload-Metadata"] = upload.client_metadata
    return make_response("", 200, headers)


def _take(upload: Upload) -> Response:
    _refuse_expired(upload)
    told = tus.read_piece(dict(request.headers), resuming.offset_of(site().storage, upload), upload.size)
    piece = _checked_piece(told.checksum)
    return make_response("", 204, _add(upload, piece, told.offset))


def _give_up(upload: Upload) -> Response:
    with resuming.held(site().storage, upload):
        resuming.give_up(site(), upload)
    return make_response("", 204)


def _refuse_expired(upload: Upload) -> None:
    if upload.expires_at <= clock.now():
        raise TusRefusal(410, "upload_expired")


def _checked_piece(checksum: tus.Checksum | None) -> StagedUpload:
    piece = cast(UploadingRequest, request).piece()  # the application's own class of requests
    resuming.check_piece(piece, checksum)
    return piece


def _add(upload: Upload, piece: StagedUpload, offset: int) -> dict[str, str]:
    """Add a piece; return the headers that tell how much has arrived."""
    parts, now = site(), clock.now()
    if upload.sha256 is not None:
        return tus.progress(upload.size, upload.expires_at)
    with resuming.held(parts.storage, upload) as descriptor:
        there = resuming.add_piece(descriptor, piece, offset, upload.size)
        resuming.complete(parts, upload, descriptor, now)
    resuming.settle_soon(parts.storage, upload)
    until = uploads.lives_until(upload, now)
    if until != upload.expires_at:
        with transaction() as session:
            uploads.renew(session, upload.id, until)
    return tus.progress(there, until)
