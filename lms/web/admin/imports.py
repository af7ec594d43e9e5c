"""Imports: sending packages, watching them being read, the report, publication."""

from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from courses.catalogue import imports, queries, versions
from courses.catalogue.import_moves import UNFINISHED
from courses.catalogue.imports import ImportRequest
from courses.catalogue.models import ImportState, PackageImport
from courses.errors import Refusal
from courses.people.models import Language, Person
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.languages import NAMES, current_language
from lms.site import reader, site, transaction
from lms.tasks import ask_for_import
from lms.uploads import ArrivedFile, accepts_uploads, arrived_files
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording_findings import GRADE_NAMES, worst_first
from lms.wording_imports import STATES, percent_read, progress_text

ON_A_PAGE = 50


class ImportForm(Form):
    """Packages on their way in: for which course, in which language."""

    course = SelectField(_l("Course"))
    language = SelectField(
        _l("Language of the content"), choices=[SelectChoice(code, name) for code, name in NAMES.items()]
    )
    package = MultipleFileField(_l("Packages (zip files)"), render_kw={"accept": ".zip,.pif,application/zip"})
    publish = BooleanField(_l("Publish at once when nothing blocks it"))

    def validate_package(self, field: Any) -> None:
        """Refuse a form without a file."""
        if not arrived_files(field.data or []):
            raise ValidationError(_l("Please choose a file that is not empty."))


@blueprint.get("/imports", endpoint="imports")
@requires(Permission.IMPORT_PACKAGES)
def show_imports() -> str:
    """List the imports, the newest first."""
    page = max(1, request.args.get("page", 1, type=int))
    found = queries.imports_page(reader(), ON_A_PAGE + 1, min(page - 1, 10_000) * ON_A_PAGE)
    return render_template(
        "lms/admin/imports.html", imports=found[:ON_A_PAGE], page=page, has_more=len(found) > ON_A_PAGE, states=STATES
    )


@blueprint.route("/imports/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_PACKAGES)
@accepts_uploads
def new_import() -> AnyResponse:
    """Show the form, or take packages in and let a job read each."""
    form = _import_form()
    if not form.validate_on_submit():
        return _import_page(form)
    files = arrived_files(form.package.data)
    asked = [_take_in(form, file, signed_in_person()) for file in files]
    address = url_for(".show_import", import_id=asked[0]) if len(asked) == 1 else url_for(".imports")
    if _wants_json():
        return make_response(jsonify(location=address), 201)
    return redirect(address, 303)


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
    page = render_template("lms/admin/new_import.html", form=form, max_upload=site().settings.max_upload)
    return make_response(page, status)


def _take_in(form: ImportForm, file: ArrivedFile, person: Person) -> UUID:
    """Write down that a file is to be imported, together with setting it aside for the job."""
    asked = ImportRequest(
        course_id=UUID(form.course.data),
        language=Language(form.language.data),
        file_name=file.name,
        size=file.size,
        sha256=file.sha256,
        publishes_itself=form.publish.data,
    )
    with transaction() as session:
        import_ = ask_for_import(session, asked, person.id)
        site().storage.set_aside(file.path, str(import_.id))
        return import_.id


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


@blueprint.get("/imports/<uuid:import_id>")
@requires(Permission.IMPORT_PACKAGES)
def show_import(import_id: UUID) -> str:
    """Show how far an import is, then its report."""
    import_ = queries.import_of(reader(), import_id)
    return render_template(
        "lms/admin/import.html",
        entry=import_,
        is_unfinished=import_.state in UNFINISHED,
        progress_text=progress_text(import_),
        percent=percent_read(import_),
        findings=worst_first(import_.findings),
        grades=GRADE_NAMES,
        states=STATES,
        size_limit=site().settings.max_upload,
    )


@blueprint.get("/imports/<uuid:import_id>/progress")
@requires(Permission.IMPORT_PACKAGES)
def import_progress(import_id: UUID) -> Response:
    """Return how far an import is, for the script of its page."""
    import_ = queries.import_of(reader(), import_id)
    answer = jsonify(
        state=import_.state.value,
        percent=percent_read(import_),
        text=progress_text(import_),
        has_ended=import_.state not in UNFINISHED,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/imports/<uuid:import_id>/publish")
@requires(Permission.IMPORT_PACKAGES)
def publish_import(import_id: UUID) -> AnyResponse:
    """Publish what an import brought; asking twice is harmless."""
    person = signed_in_person()
    with transaction() as session:
        import_ = imports.locked(session, import_id)
        if import_.state is not ImportState.PUBLISHED:
            _publish(session, import_, person)
    return redirect(url_for(".show_import", import_id=import_id), 303)


def _publish(session: Session, import_: PackageImport, person: Person) -> None:
    if import_.state is not ImportState.READY or import_.version_id is None:
        raise Refusal("import_not_ready")
    version = versions.publish(session, import_.version_id, person.id, clock.now())
    flash(gettext("Version %(number)s is published.", number=version.number), "success")
