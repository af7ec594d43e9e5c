"""What a trainer sees: the own cohorts, their people, and the rates."""

import importlib
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from courses.cohorts.queries import cohort_for
from courses.cohorts.rates import rates_of
from courses.enrolment.cohort_list import cohorts_of
from courses.enrolment.models import Outcome
from courses.enrolment.register import Order, Search, everybody_of, register_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.languages import current_language
from lms.site import reader
from lms.spreadsheets import as_csv
from lms.wording_learning import outcome_text, risk_text

blueprint = Blueprint("trainer", __name__, url_prefix="/cohorts")
LONGEST_SEARCH = 100


@blueprint.get("", endpoint="index")
@requires(Permission.SEE_COHORTS)
def show_cohorts() -> str:
    """Show the person's cohorts, an administrator's all."""
    text = _text()
    cohorts = cohorts_of(reader(), signed_in_person(), text, _page())
    return render_template("lms/trainer/index.html", cohorts=cohorts, text=text, now=clock.now(), outcomes=Outcome)


@blueprint.get("/<uuid:cohort_id>", endpoint="cohort")
@requires(Permission.SEE_COHORTS)
def show_cohort(cohort_id: UUID) -> str:
    """Show a cohort: its rates and its people."""
    now = clock.now()
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    search = _search()
    register = register_of(reader(), cohort, search, now)
    return render_template(
        "lms/trainer/cohort.html", cohort=cohort, register=register, search=search, now=now,
        rates=rates_of(register.figures.counts), counts=register.figures.counts, outcomes=Outcome, orders=Order,
    )  # fmt: skip


@blueprint.get("/<uuid:cohort_id>/people.csv", endpoint="people")
@requires(Permission.SEE_COHORTS)
def download_people(cohort_id: UUID) -> Response:
    """Send everybody of a cohort as a table for a spreadsheet; marks and progress are 0 to 1, times in minutes."""
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    header = (
        gettext("Family name"), gettext("Given name"), gettext("Country"), gettext("Language"), gettext("State"),
        gettext("Distinction"), gettext("Mark"), gettext("Progress"), gettext("Time reported (minutes)"),
        gettext("Time measured (minutes)"), gettext("Enrolled"), gettext("Started"), gettext("Last seen"),
        gettext("At risk"),
    )  # fmt: skip
    rows = (
        (
            entry.family_name, entry.given_name, entry.country, entry.language.value,
            outcome_text(entry.outcome, entry.dropout_kind), gettext("yes") if entry.has_distinction else "",
            entry.mark, round(entry.progress, 4), entry.reported_cs // 6000, entry.measured_cs // 6000,
            entry.enrolled_at, entry.started_at, entry.seen_at, "; ".join(risk_text(risk) for risk in entry.risks),
        )
        for entry in everybody_of(reader(), cohort, clock.now())
    )  # fmt: skip
    name = f"{cohort.course.code}-{cohort.opens_at:%Y-%m-%d}-{current_language()}.csv"
    return as_csv(name, header, rows)


def _search() -> Search:
    args = request.args
    return Search(
        outcome=args.get("outcome", type=Outcome),
        text=_text(),
        only_at_risk=args.get("at_risk") == "1",
        order=args.get("order", Order.NAME, type=Order),
        page=_page(),
    )


def _text() -> str:
    return request.args.get("text", "").strip()[:LONGEST_SEARCH]


def _page() -> int:
    return max(1, request.args.get("page", 1, type=int))


for _page_of_its_own in ("trainer_enrolment", "trainer_entering", "trainer_story"):
    importlib.import_module(f"lms.web.{_page_of_its_own}")
