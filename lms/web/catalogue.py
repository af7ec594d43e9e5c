"""The public catalogue, a course's page, and the way into a course."""

from flask import Blueprint, render_template

from lms.access import Permission, requires

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/", endpoint="index")
@requires(Permission.PUBLIC)
def show_catalogue() -> str:
    """Show the courses."""
    return render_template("lms/catalogue/index.html")
