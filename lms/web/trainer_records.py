"""The prior-learning sheet of a trainer: what the people of an own cohort, or of an own activity, have already."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import format_date, gettext

from courses.applications.prior_learning import offering_with_people
from courses.cohorts.queries import cohort_for
from courses.enrolment.models import Enrolment
from courses.enrolment.prior_learning import Sheet, every_sheet, people_of_cohort, sheets_of
from courses.records.models import Participation
from lms import clock
from lms.access import Permission, requires
from lms.countries import country_text
from lms.identity import signed_in_person
from lms.languages import current_language, percentage
from lms.naming import activity_text
from lms.site import reader
from lms.spreadsheets import as_csv
from lms.wording_learning import WORDS as LEARNING_WORDS
from lms.wording_learning import outcome_text
from lms.wording_records import WORDS, steps_text

blueprint = Blueprint("prior_learning", __name__, url_prefix="/prior-learning")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(LEARNING_WORDS | WORDS))


@blueprint.get("/cohorts/<uuid:cohort_id>", endpoint="cohort")
@requires(Permission.SEE_COHORTS)
def show_cohort(cohort_id: UUID) -> str:
    """Show what the people of a cohort have besides it."""
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    page = sheets_of(reader(), people_of_cohort(reader(), cohort), _page(), clock.now(), cohort.id)
    return render_template("lms/trainer/prior_learning.html", cohort=cohort, offering=None, page=page)


@blueprint.get("/cohorts/<uuid:cohort_id>/people.csv", endpoint="cohort_table")
@requires(Permission.SEE_COHORTS)
def download_cohort(cohort_id: UUID) -> Response:
    """Send the sheet of a whole cohort as a table."""
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    sheets = every_sheet(reader(), people_of_cohort(reader(), cohort), clock.now(), cohort.id)
    return _table(f"{cohort.course.code}-{cohort.opens_at:%Y-%m-%d}", sheets)


@blueprint.get("/activities/<uuid:offering_id>", endpoint="activity")
@requires(Permission.SEE_COHORTS)
def show_activity(offering_id: UUID) -> str:
    """Show what the people in an activity, and those who apply to it, have already."""
    offering, people = offering_with_people(reader(), signed_in_person(), offering_id)
    page = sheets_of(reader(), people, _page(), clock.now())
    return render_template("lms/trainer/prior_learning.html", cohort=None, offering=offering, page=page)


@blueprint.get("/activities/<uuid:offering_id>/people.csv", endpoint="activity_table")
@requires(Permission.SEE_COHORTS)
def download_activity(offering_id: UUID) -> Response:
    """Send the sheet of a whole activity as a table."""
    offering, people = offering_with_people(reader(), signed_in_person(), offering_id)
    return _table(offering.code, every_sheet(reader(), people, clock.now()))


def _table(name: str, sheets: Iterable[Sheet]) -> Response:
    header = (
        gettext("Family name"), gettext("Given name"), gettext("Country"), gettext("Steps attained"),
        gettext("Steps recognised"), gettext("Steps covered"), gettext("Past participations"),
        gettext("Earlier results"),
    )  # fmt: skip
    rows = (
        (
            sheet.person.family_name, sheet.person.given_name, country_text(sheet.person.country),
            steps_text([one.step for one in sheet.placement.attained]),
            steps_text([one.step for one in sheet.placement.recognised]),
            steps_text([one.step for one in sheet.placement.covered]),
            _lines(map(_participation, sheet.participations)), _lines(map(_enrolment, sheet.enrolments)),
        )
        for sheet in sheets
    )  # fmt: skip
    return as_csv(f"{name}-{gettext('prior-learning')}-{current_language()}.csv", header, rows)


def _lines(found: Iterable[str]) -> str:
    return "; ".join(found)


def _participation(row: Participation) -> str:
    return _said(activity_text(row.code, row.title), format_date(row.held_on), row.mark)


def _enrolment(row: Enrolment) -> str:
    title = row.course.title(current_language())
    return _said(title, outcome_text(row.outcome, row.dropout_kind), row.mark)


def _said(title: str, what: str, mark: float | None) -> str:
    parts: Sequence[str] = (what, percentage(mark)) if mark is not None else (what,)
    return f"{title} ({', '.join(parts)})"


def _page() -> int:
    return max(1, request.args.get("page", 1, type=int))
