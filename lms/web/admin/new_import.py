"""New imports: the form with its files, or with the uploads that arrived before it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from courses.catalogue import queries, uploads
from courses.errors import NotFound
from courses.people.models import Language
from lms import clock, resuming
from lms.access import Permission, requires
from lms.arriving import MOST_FILES
from lms.identity import signed_in_person
from lms.languages import NAMES, current_language
from lms.site import reader, site
from lms.taking_in import Destination, take_in_file, take_in_upload, whole_upload
from lms.tus import TusRefusal
from lms.uploads import accepts_uploads, arrived_files
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording_uploads import upload_text


class ImportForm(Form):
    """Packages on their way in: for which course, in which language."""

    course = SelectField(_l("Course"))
    language = SelectField(
        _l("Language of the content"), choices=[SelectChoice(code, name) for code, name in NAMES.items()]
    )
    package = MultipleFileField(_l("Packages (zip files)"), render_kw={"accept": ".zip,.pif,application/zip"})
    publish = BooleanField(_l("Publish at once when nothing blocks it"))

    def validate_package(self, field: Any) -> None:
        """Refuse a form without a file, and uploads that have not arrived whole."""
        if not arrived_files(field.data or []) and not _upload_ids():
            raise ValidationError(_l("Please choose a file that is not empty."))
        problems = [problem for upload_id in _upload_ids() if (problem := _problem_of(upload_id))]
        if problems:
            raise ValidationError(" ".join(problems))


@blueprint.route("/imports/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_PACKAGES)
@accepts_uploads
def new_import() -> AnyResponse:
    """Show the form, or take packages in and let a job read each."""
    form = _import_form()
    if not form.validate_on_submit():
        return _import_page(form)
    asked = _take_in(form)
    address = url_for(".show_import", import_id=asked[0]) if len(asked) == 1 else url_for(".imports")
    if _wants_json():
        return make_response(jsonify(location=address), 201)
    return redirect(address, 303)


@blueprint.post("/uploads/<uuid:upload_id>/discard")
@requires(Permission.IMPORT_PACKAGES)
def discard_upload(upload_id: UUID) -> AnyResponse:
    """Give up an upload by a button of the page; doing it twice is harmless."""
    try:
        upload = uploads.upload_for(reader(), signed_in_person().id, upload_id)
    except NotFound:
        return redirect(url_for(".new_import"), 303)
    resuming.give_up(site(), upload)
    return redirect(url_for(".new_import"), 303)


def _import_form() -> ImportForm:
    sent: list[MultiDict[str, Any]] = [request.form, request.files]
    form = ImportForm(CombinedMultiDict(sent) if request.method == "POST" else None, data=request.args.to_dict())
    title = current_language()
    choices = queries.course_choices(reader())
    form.course.choices = [SelectChoice(str(course.id), f"{course.code} · {course.title(title)}") for course in choices]
    return form


def _import_page(form: ImportForm) -> Response:
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and _wants_json():
        sentences = [sentence for sentences in form.errors.values() for sentence in sentences]
        return make_response(jsonify(error=" ".join(map(str, sentences))), status)
    parts, chosen = site(), {str(one) for one in _upload_ids()}
    with parts.database.reading() as session:
        found = uploads.waiting_uploads(session, signed_in_person().id, clock.now())
        session.expunge_all()
    waiting = [(one, resuming.offset_of(parts.storage, one), str(one.id) in chosen) for one in found]
    page = render_template(
        "lms/admin/new_import.html", form=form, max_upload=parts.settings.max_upload, waiting=waiting
    )
    return make_response(page, status)


def _take_in(form: ImportForm) -> list[UUID]:
    to = Destination(
        course_id=UUID(form.course.data),
        language=Language(form.language.data),
        publishes_itself=form.publish.data,
        person_id=signed_in_person().id,
    )
    files = [take_in_file(site(), file, to) for file in arrived_files(form.package.data or [])]
    return files + [take_in_upload(site(), upload_id, to) for upload_id in _upload_ids()]


def _upload_ids() -> Sequence[UUID]:
    """Return the uploads that the form names, each once, in their order."""
    found: dict[UUID, None] = {}
    for told in request.form.getlist("upload")[:MOST_FILES]:
        try:
            found[UUID(told)] = None
        except ValueError:
            found[UUID(int=0)] = None  # nobody's
    return list(found)


def _problem_of(upload_id: UUID) -> str | None:
    """Return why an upload cannot be imported, in words."""
    person_id = signed_in_person().id
    try:
        whole_upload(site(), person_id, upload_id)
    except NotFound:
        return upload_text("upload_unknown")
    except TusRefusal as error:
        if error.code != "upload_unfinished":
            return upload_text(error.code)
        return upload_text(error.code, file=uploads.upload_for(reader(), person_id, upload_id).file_name)
    return None


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
