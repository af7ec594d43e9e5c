"""The platform's side of playing: from the learner's page to the player, by a code that works once."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from courses.attempts.policy import LaunchWish
from courses.attempts.services import launch
from courses.errors import Refusal
from courses.people.models import Language
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person, visitor
from lms.languages import current_language
from lms.site import site, transaction

blueprint = Blueprint("player", __name__)


@blueprint.post("/enrolments/<uuid:enrolment_id>/launch", endpoint="launch")
@requires(Permission.LEARN)
def launch_course(enrolment_id: UUID) -> Response:
    """Open the attempt that is wanted and go to the player with a code; a refusal is shown as a page."""
    wish = request.form.get("wish", LaunchWish.RESUME, type=LaunchWish)
    person = signed_in_person()
    language = Language(current_language())
    try:
        with transaction() as session:
            code = launch(session, person, enrolment_id, visitor().sign_in_id, language, clock.now(), wish=wish)
    except Refusal as refusal:
        page = render_template("lms/learner/refused.html", refusal=refusal, enrolment_id=enrolment_id)
        return make_response(page, 409)
    answer = redirect(f"{site().settings.shell_origin}/launch?code={code}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer
