"""The administrator's courses: the list, one course, its form, its languages."""

from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue import queries, services
from courses.catalogue.facts import CourseFacts, InvalidFacts
from courses.catalogue.models import Course
from courses.catalogue.names import all_names
from courses.catalogue.version_queries import GONE, listed
from courses.people.models import Language
from courses.progression.requirements import requirement_of
from lms import clock
from lms.access import Permission, requires
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.web.admin.course_form import FRESH, REQUIREMENT, CourseForm, described
from lms.web.requirement_form import RequirementChoices, RequirementField, pressed, sent, shown
from lms.wording_imports import FORMATS, STATES
from lms.wording_versions import IN_PROGRESS_RULES, NOT_STARTED_RULES, VERSION_STATES


@blueprint.get("/courses")
@requires(Permission.MANAGE_COURSES)
def courses() -> str:
    """Show every course with its languages, formats and versions."""
    return render_template("lms/admin/courses.html", courses=queries.all_courses(reader()), formats=FORMATS)


@blueprint.get("/courses/<uuid:course_id>")
@requires(Permission.MANAGE_COURSES)
def course(course_id: UUID) -> str:
    """Show a course with its languages, files, versions and imports."""
    page = queries.course_page(reader(), course_id)
    versions = listed(page.course, page.versions)
    missing = [language for language in Language if language not in {entry.language for entry in page.course.languages}]
    return render_template(
        "lms/admin/course.html",
        page=page, formats=FORMATS, states=STATES, missing=missing, max_upload=site().settings.max_upload,
        kept=[one for one in versions if one.state not in GONE], gone=[one for one in versions if one.state in GONE],
        version_states=VERSION_STATES, not_started_rules=NOT_STARTED_RULES, in_progress_rules=IN_PROGRESS_RULES,
    )  # fmt: skip


@blueprint.route("/courses/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_COURSES)
def new_course() -> AnyResponse:
    """Show the form, or add a course."""
    return _course_form(CourseForm(data=FRESH), None, shown(REQUIREMENT, None))


@blueprint.route("/courses/<uuid:course_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_COURSES)
def edit_course(course_id: UUID) -> AnyResponse:
    """Show the form, or change a course."""
    found = queries.course_of(reader(), course_id)
    kept = requirement_of(found.requirement) if found.requirement else None
    form = CourseForm(data=described(found, queries.scope_of(reader(), found)))
    return _course_form(form, found, shown(REQUIREMENT, kept))


def _course_form(form: CourseForm, found: Course | None, asked: RequirementField) -> AnyResponse:
    """Show the form, change the lines of its conditions by their buttons, or keep the course."""
    if not form.is_submitted():
        return _form_page(form, found, asked, 200)
    changed = pressed(REQUIREMENT, request.form)
    if changed is not None:
        return _form_page(form, found, changed, 200)
    asked = sent(REQUIREMENT, request.form)
    is_readable = form.validate()
    facts = form.facts(asked)
    saved = _saved(form, facts, found) if is_readable and facts else None
    if saved is not None:
        return redirect(url_for(".course", course_id=saved), 303)
    return _form_page(form, found, asked, 422)


def _form_page(form: CourseForm, found: Course | None, asked: RequirementField, status: int) -> AnyResponse:
    page = render_template(
        "lms/admin/course_form.html", form=form, course=found, scopes=queries.scope_names(reader()), asked=asked,
        choices=RequirementChoices(all_names(reader())),
    )  # fmt: skip
    return make_response(page, status)


def _saved(form: CourseForm, facts: CourseFacts, found: Course | None) -> UUID | None:
    """Return the course that was added or changed, or None after showing why not."""
    try:
        with transaction() as session:
            current = queries.course_of(session, found.id) if found else None
            return services.save_course(session, facts, clock.now(), current).id
    except InvalidFacts as error:
        form.show(error.reasons)
        return None


@blueprint.post("/courses/<uuid:course_id>/languages")
@requires(Permission.MANAGE_COURSES)
def add_language(course_id: UUID) -> AnyResponse:
    """Add a language to a course, as first generation."""
    if request.form.get("language") not in set(Language):
        abort(400)
    with transaction() as session:
        services.add_language(session, course_id, Language(request.form["language"]))
    flash(gettext("The language was added. Send its files, or import a package."), "success")
    return redirect(url_for(".course", course_id=course_id), 303)
