"""Enrol people in a cohort by a table: its trainer hears whether somebody can be enrolled, and no more of strangers."""

from uuid import UUID

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from courses.applications.bulk import look_at
from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_for
from courses.enrolment.gate import Route
from courses.enrolment.services import Way
from courses.errors import Refusal
from lms import clock
from lms.access import Permission, requires
from lms.entering import MOST_BYTES, bring_in, discreet, discreet_done, kept_rows, results, row_text, sent_rows
from lms.identity import signed_in_person
from lms.site import reader
from lms.uploads import accepts_uploads_of
from lms.web.trainer import blueprint
from lms.wording import refusal_text

ENROL = "/<uuid:cohort_id>/enrol"


@blueprint.get(ENROL, endpoint="enter")
@requires(Permission.ENROL_IN_COHORTS)
def enter_table(cohort_id: UUID) -> str:
    """Show the form that takes a table of people for a cohort."""
    return _page(cohort_for(reader(), signed_in_person(), cohort_id))


@blueprint.post(f"{ENROL}/preview", endpoint="enter_preview")
@requires(Permission.ENROL_IN_COHORTS)
@accepts_uploads_of(MOST_BYTES)
def preview_table(cohort_id: UUID) -> AnyResponse:
    """Show row by row whether a person can be enrolled; nothing is written."""
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    try:
        rows = sent_rows(request.files.getlist("table"), cohort.course.code)
    except Refusal as error:
        return make_response(_page(cohort, refusal_text(error)), 422)
    looked = [discreet(each) for each in look_at(reader(), rows, clock.now())]
    page = render_template(
        "lms/trainer/enter_preview.html", cohort=cohort, looked=looked, row_text=row_text,
        action=url_for(".bring_in", cohort_id=cohort_id),
    )  # fmt: skip
    return make_response(page)


@blueprint.post(ENROL, endpoint="bring_in")
@requires(Permission.ENROL_IN_COHORTS)
def bring_in_table(cohort_id: UUID) -> AnyResponse:
    """Enrol the people of a table in the cohort, each through the gate now; the answer is what became of each row."""
    person = signed_in_person()
    cohort = cohort_for(reader(), person, cohort_id)
    try:
        rows = kept_rows(cohort.course.code)
    except Refusal as error:
        return make_response(_page(cohort, refusal_text(error)), 422)
    done = bring_in(rows, Way(route=Route.BULK, actor=person, cohort_id=cohort.id))
    return results([discreet_done(each) for each in done], f"{cohort.course.code}-{clock.now():%Y-%m-%d-%H%M}.csv")


def _page(cohort: Cohort, error: str | None = None) -> str:
    preview = url_for("trainer.enter_preview", cohort_id=cohort.id)
    return render_template("lms/trainer/enter_table.html", cohort=cohort, error=error, preview=preview)
