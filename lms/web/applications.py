"""What learners do with their applications to activities: apply, submit, confirm, withdraw, read how each stands."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField, TextAreaField

from courses.applications import queries, services
from courses.applications.applying import LONGEST_MOTIVATION, languages_held_in
from courses.applications.models import State
from courses.applications.own_calendar import activities_taken, turns_of
from courses.errors import Refusal
from courses.offerings.models import Offering
from courses.offerings.queries import offering_by_code
from courses.people.models import Language
from lms import clock
from lms.access import Permission, requires
from lms.calendars import Held, personal_calendar
from lms.identity import signed_in_person
from lms.languages import NAMES, current_language
from lms.moving import flash_refusal, moving, sentences
from lms.site import reader
from lms.web.forms import Form
from lms.wording_applications import WORDS

blueprint = Blueprint("applications", __name__, url_prefix="/applications")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(WORDS))


class ApplicationForm(Form):
    """What a person says when applying."""

    language = SelectField(_l("Language in which you want to take part"))
    institution = StringField(
        _l("Institution and post"), default="", render_kw={"maxlength": 255, "autocomplete": "organization"}
    )
    motivation = TextAreaField(
        _l("Why you want to take part"), default="", render_kw={"maxlength": LONGEST_MOTIVATION, "rows": 6}
    )

    def wish(self) -> services.Wish:
        """Return what was said.

        Raises:
            Refusal: it is too long.
        """
        return services.Wish(
            language=Language(self.language.data),
            motivation=(self.motivation.data or "").replace("\r\n", "\n"),
            institution=self.institution.data or "",
        )


@blueprint.get("", endpoint="index")
@requires(Permission.LEARN)
def show_applications() -> str:
    """Show the person's applications."""
    return render_template(
        "lms/applications/index.html", applications=queries.applications_of(reader(), signed_in_person())
    )


@blueprint.get("/calendar.ics", endpoint="calendar")
@requires(Permission.LEARN)
def send_calendar() -> Response:
    """Send the person's own calendar file: every activity with a place, with the links to join."""
    taken = activities_taken(reader(), signed_in_person())
    turns = turns_of(reader(), signed_in_person().id, [one.offering_id for one in taken])
    held = [
        Held(
            offering=one.offering, days=one.offering.days, sessions=one.offering.sessions, is_mine=True,
            is_tentative=one.state is State.SELECTED, turns=turns.get(one.offering_id, 0),
        )
        for one in taken
    ]  # fmt: skip
    content = personal_calendar(held, current_language(), clock.now())
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="activities.ics")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.route("/to/<code>", methods=["GET", "POST"], endpoint="apply")
@requires(Permission.LEARN)
def apply(code: str) -> AnyResponse:
    """Show the form of an application, or keep what was said as a draft or submitted."""
    person, now = signed_in_person(), clock.now()
    offering = offering_by_code(reader(), code)
    way = queries.way_in(reader(), person, offering, now)
    form = _form(offering, way)
    if way.application is not None and way.application.state != State.DRAFT:
        return redirect(url_for(".application", application_id=way.application.id), 303)
    if request.method == "GET" or not form.validate():
        return _form_page(offering, form, way)
    try:
        with moving() as session:
            application = services.apply(session, person, offering.id, form.wish(), now)
            if request.form.get("do") == "submit":
                application = services.submit(session, person, application.id, now)
    except Refusal as error:
        form.form_errors.extend(sentences(error))
        return _form_page(offering, form, way)
    is_draft = application.state == State.DRAFT
    flash(gettext("Your draft is kept.") if is_draft else gettext("Your application is submitted."), "success")
    return redirect(url_for(".application", application_id=application.id), 303)


@blueprint.get("/<uuid:application_id>", endpoint="application")
@requires(Permission.LEARN)
def show_application(application_id: UUID) -> str:
    """Show an application: where it stands, what to do next, and its history."""
    own = queries.own_application(reader(), signed_in_person(), application_id, clock.now())
    return render_template("lms/applications/application.html", own=own, offering=own.application.offering)


@blueprint.post("/<uuid:application_id>/submit", endpoint="submit")
@requires(Permission.LEARN)
def submit(application_id: UUID) -> AnyResponse:
    """Submit a draft."""
    try:
        with moving() as session:
            services.submit(session, signed_in_person(), application_id, clock.now())
    except Refusal as error:
        flash_refusal(error)
    else:
        flash(gettext("Your application is submitted."), "success")
    return redirect(url_for(".application", application_id=application_id), 303)


@blueprint.post("/<uuid:application_id>/confirm", endpoint="confirm")
@requires(Permission.LEARN)
def confirm(application_id: UUID) -> AnyResponse:
    """Confirm that the person takes part."""
    try:
        with moving() as session:
            services.confirm(session, signed_in_person(), application_id, clock.now())
    except Refusal as error:
        flash_refusal(error)
    else:
        flash(gettext("Thank you: your seat is confirmed."), "success")
    return redirect(url_for(".application", application_id=application_id), 303)


@blueprint.post("/<uuid:application_id>/again", endpoint="ask_again")
@requires(Permission.LEARN)
def ask_again(application_id: UUID) -> AnyResponse:
    """Look at the conditions again for somebody who was found ineligible."""
    try:
        with moving() as session:
            application = services.ask_again(session, signed_in_person(), application_id, clock.now())
    except Refusal as error:
        flash_refusal(error)
    else:
        if application.state == State.INELIGIBLE:
            flash(gettext("A condition is still not met; below stands which."), "warning")
        else:
            flash(gettext("You meet every condition now."), "success")
    return redirect(url_for(".application", application_id=application_id), 303)


@blueprint.route("/<uuid:application_id>/withdraw", methods=["GET", "POST"], endpoint="withdraw")
@requires(Permission.LEARN)
def withdraw(application_id: UUID) -> AnyResponse:
    """Say what withdrawing means and ask; or withdraw."""
    person = signed_in_person()
    if request.method == "GET":
        own = queries.own_application(reader(), person, application_id, clock.now())
        page = render_template("lms/applications/withdraw.html", own=own, offering=own.application.offering)
        return make_response(page)
    try:
        with moving() as session:
            reason = request.form.get("reason", "")
            services.withdraw(session, person, application_id, clock.now(), reason)
    except Refusal as error:
        flash_refusal(error)
    else:
        flash(gettext("You have withdrawn your application."), "success")
    return redirect(url_for(".application", application_id=application_id), 303)


def _form(offering: Offering, way: queries.WayIn) -> ApplicationForm:
    person, draft = signed_in_person(), way.application
    languages = languages_held_in(offering)
    own = Language(current_language())
    form = ApplicationForm(
        data={
            "language": draft.language if draft else own if own in languages else languages[0],
            "institution": draft.institution if draft else person.institution,
            "motivation": draft.motivation if draft else "",
        }
    )
    form.language.choices = [(language.value, NAMES[language]) for language in languages]
    return form


def _form_page(offering: Offering, form: ApplicationForm, way: queries.WayIn) -> AnyResponse:
    page = render_template("lms/applications/apply.html", offering=offering, form=form, way=way)
    return make_response(page, 409 if form.errors else 200)
