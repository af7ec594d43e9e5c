"""The learner's path map: three levels by two tracks, what is done, what is open, what opens the rest."""

from flask import Blueprint, render_template

from courses.applications.path_page import path_page
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader
from lms.wording_activities import ACTIVITY_WORDS
from lms.wording_learning import WORDS
from lms.wording_path import PATH_WORDS, titles_of

blueprint = Blueprint("path", __name__, url_prefix="/path")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(WORDS | ACTIVITY_WORDS | PATH_WORDS))


@blueprint.get("", endpoint="index")
@requires(Permission.LEARN)
def show_path() -> str:
    """Show where the person stands on every step, and what comes next."""
    person = signed_in_person()
    page = path_page(reader(), person, clock.now())
    titles = titles_of(page.offerings)
    return render_template("lms/path/index.html", page=page, person=person, titles=titles)
