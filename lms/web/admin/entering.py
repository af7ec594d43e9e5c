"""Bring people in: one person with a reason where a condition is not met, or a table of many."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice, SelectField, StringField

from courses.applications.bulk import look_at
from courses.applications.entering import Entry, enter
from courses.enrolment.gate import EnrolmentRefused, Route
from courses.enrolment.services import Way
from courses.errors import NotFound, Refusal
from courses.people.models import Language
from courses.people.queries import person_by_email
from courses.progression.decision import Decision
from lms import clock
from lms.access import Permission, requires
from lms.entering import MOST_BYTES, bring_in, kept_rows, results, row_text, sent_rows
from lms.gate import gated
from lms.identity import signed_in_person
from lms.naming import names
from lms.site import reader
from lms.uploads import accepts_uploads_of
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_progression import told

LANGUAGES = [
    SelectChoice("", _l("The person's own")),
    *(SelectChoice(code, name) for code, name in (("en", "English"), ("fr", "Français"), ("es", "Español"))),
]


class EnterForm(Form):
    """One person, one course or activity, and why the person is let in although a condition is not met."""

    email = StringField(_l("Email address"), default="", render_kw={"maxlength": 254, "autocomplete": "off"})
    code = StringField(_l("Code of the course or activity"), default="", render_kw={"maxlength": 64})
    language = SelectField(_l("Language"), choices=LANGUAGES, default="")
    reason = StringField(
        _l("Reason for letting the person in all the same"), default="", render_kw={"maxlength": 255}
    )  # fmt: skip


@blueprint.route("/enrol", methods=["GET", "POST"])
@requires(Permission.ENROL_PEOPLE)
def enter_person() -> AnyResponse:
    """Show the form, or bring one person in; what the gate has against it stands there with every condition."""
    form = EnterForm()
    if request.method == "GET" or not form.validate():
        return _form(form, None, 200)
    try:
        _enter(form)
    except EnrolmentRefused as refused:
        return _form(form, refused.decision, 409)
    except NotFound as error:
        is_person = str(error).startswith("person")
        form.refuse(
            Refusal("row_person_unknown" if is_person else "row_code_unknown"), "email" if is_person else "code"
        )
        return _form(form, None, 422)
    except Refusal as error:
        form.refuse(error, "reason" if error.code in {"value_too_long", "override_not_allowed"} else "")
        return _form(form, None, 409)
    flash(gettext("%(email)s is in %(code)s now.", email=form.email.data, code=form.code.data), "success")
    return redirect(url_for(".enter_person"), 303)


@blueprint.get("/enrol/table")
@requires(Permission.ENROL_PEOPLE)
def enter_table() -> str:
    """Show the form that takes a table of people and codes."""
    return _table_page()


@blueprint.post("/enrol/table/preview")
@requires(Permission.ENROL_PEOPLE)
@accepts_uploads_of(MOST_BYTES)
def preview_table() -> AnyResponse:
    """Show row by row what a table would come to; nothing is written."""
    try:
        rows = sent_rows(request.files.getlist("table"))
    except Refusal as error:
        return make_response(_table_page(refusal_text(error)), 422)
    looked = look_at(reader(), rows, clock.now())
    return make_response(
        render_template(
            "lms/admin/enter_preview.html", looked=looked, row_text=row_text, action=url_for(".bring_in_table")
        )
    )


@blueprint.post("/enrol/table")
@requires(Permission.ENROL_PEOPLE)
def bring_in_table() -> AnyResponse:
    """Bring in the people of a table, each through the gate now; the answer is what became of each row."""
    try:
        rows = kept_rows()
    except Refusal as error:
        return make_response(_table_page(refusal_text(error)), 422)
    done = bring_in(rows, Way(route=Route.BULK, actor=signed_in_person()))
    return results(done, f"enrolments-{clock.now():%Y-%m-%d-%H%M}.csv")


def _enter(form: EnterForm) -> None:
    actor = signed_in_person()
    with gated() as session:
        person = person_by_email(session, form.email.data or "")
        language = Language(form.language.data) if form.language.data else None
        way = Way(route=Route.ADMINISTRATOR, actor=actor, override_reason=form.reason.data or "")
        enter(session, Entry(person=person, code=form.code.data or "", language=language), way, clock.now())


def _form(form: EnterForm, decision: Decision | None, status: int) -> AnyResponse:
    conditions = told(decision, names(), form.email.data) if decision else ()
    page = render_template(
        "lms/admin/enter_person.html", form=form, decision=decision,
        missing=[each for each in conditions if not each.is_met and each.blocks],
    )  # fmt: skip
    return make_response(page, status)


def _table_page(error: str | None = None) -> str:
    return render_template("lms/admin/enter_table.html", error=error)
