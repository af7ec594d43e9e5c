"""What a learner sees of the own courses: how each stands, what to do next, and the way out of one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.attempts.choices import attempt_choices
from courses.attempts.own_page import own_page
from courses.enrolment import services
from courses.enrolment.models import Outcome
from courses.enrolment.own import courses_of, own_course
from courses.enrolment.queries import own_enrolment
from courses.errors import Refusal
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.wording_playing import WORDS

blueprint = Blueprint("learner", __name__, url_prefix="/my")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(WORDS))


@blueprint.get("", endpoint="index")
@requires(Permission.LEARN)
def show_courses() -> str:
    """Show the person's courses."""
    now = clock.now()
    own = courses_of(reader(), signed_in_person(), now)
    choices = attempt_choices(reader(), [one.enrolment.id for one in own], now)
    return render_template("lms/learner/index.html", own=own, choices=choices)


@blueprint.get("/<uuid:enrolment_id>", endpoint="enrolment")
@requires(Permission.LEARN)
def show_enrolment(enrolment_id: UUID) -> str:
    """Show the result of one course and what to do next; after the player, `left`, what was done there too."""
    has_left = request.args.get("left") == "1"
    page = own_page(reader(), signed_in_person(), enrolment_id, clock.now(), has_left=has_left)
    return render_template("lms/learner/enrolment.html", page=page)


@blueprint.get("/<uuid:enrolment_id>/resume", endpoint="resume")
@requires(Permission.LEARN)
def come_back(enrolment_id: UUID) -> AnyResponse | str:
    """Show the way back to a player that was signed out: a form that sends itself, for looking opens nothing."""
    own = own_course(reader(), signed_in_person(), enrolment_id, clock.now())
    if not own.can_open:
        return redirect(url_for("learner.enrolment", enrolment_id=enrolment_id), 303)
    return render_template("lms/learner/resume.html", own=own)


@blueprint.get("/<uuid:enrolment_id>/withdraw", endpoint="withdraw")
@requires(Permission.LEARN)
def ask_to_withdraw(enrolment_id: UUID) -> str:
    """Say what withdrawing would mean, and ask."""
    own = own_course(reader(), signed_in_person(), enrolment_id, clock.now())
    if own.leaving is None:
        raise Refusal("enrolment_closed")
    return render_template("lms/learner/withdraw.html", own=own)


@blueprint.post("/<uuid:enrolment_id>/withdraw", endpoint="withdrawn")
@requires(Permission.LEARN)
def withdraw(enrolment_id: UUID) -> AnyResponse:
    """Withdraw the person from the course."""
    person = signed_in_person()
    with transaction() as session:
        own_enrolment(session, person, enrolment_id)
        enrolment = services.withdraw(session, enrolment_id, clock.now(), person.id)
    cancelled = enrolment.outcome == Outcome.CANCELLED
    flash(gettext("Your enrolment is cancelled.") if cancelled else gettext("You have withdrawn."), "success")
    return redirect(url_for("learner.enrolment", enrolment_id=enrolment_id), 303)
