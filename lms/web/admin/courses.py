"""The administrator's courses: the list, one course, the form."""

from flask import render_template

from lms.access import Permission, requires
from lms.web.admin import blueprint


@blueprint.get("/courses")
@requires(Permission.MANAGE_COURSES)
def courses() -> str:
    """Show every course with its languages, formats and versions."""
    return render_template("lms/admin/courses.html")
