"""What a learner sees of the own courses: how each stands, what to do next, and the way out of one."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.attempts.parts import parts_of
from courses.enrolment import services
from courses.enrolment.models import Outcome
from courses.enrolment.own import courses_of, own_course
from courses.enrolment.queries import history_of, own_enrolment
from courses.errors import Refusal
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction

blueprint = Blueprint("learner", __name__, url_prefix="/my")


@blueprint.get("", endpoint="index")
@requires(Permission.LEARN)
def show_courses() -> str:
    """Show the person's courses."""
    return render_template("lms/learner/index.html", own=courses_of(reader(), signed_in_person(), clock.now()))


@blueprint.get("/<uuid:enrolment_id>", endpoint="enrolment")
@requires(Permission.LEARN)
def show_enrolment(enrolment_id: UUID) -> str:
    """Show the result of one course, and what to do next."""
    own = own_course(reader(), signed_in_person(), enrolment_id, clock.now())
    history = history_of(reader(), own.enrolment)
    return render_template(
        "lms/learner/enrolment.html", own=own, parts=parts_of(reader(), enrolment_id), history=history
    )


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
