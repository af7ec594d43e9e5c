"""The conversion page: how much of the catalogue is in SCORM, and what was converted when."""

from flask import render_template

from courses.conversion.queries import conversion_board
from courses.people.models import Language
from lms import clock
from lms.access import Permission, requires
from lms.languages import current_language
from lms.site import reader
from lms.web.admin import blueprint


@blueprint.get("/conversion")
@requires(Permission.SEE_CONVERSION)
def conversion() -> str:
    """Show the shares by course and by course-language, the stock by language and the months."""
    board = conversion_board(reader(), Language(current_language()))
    return render_template("lms/admin/conversion.html", board=board, as_of=clock.now())
