"""What a learner sees of the own courses."""

from uuid import UUID

from flask import Blueprint, render_template

from lms.access import Permission, requires

blueprint = Blueprint("learner", __name__, url_prefix="/my")


@blueprint.get("", endpoint="index")
@requires(Permission.LEARN)
def show_courses() -> str:
    """Show the person's enrolments."""
    return render_template("lms/learner/index.html")


@blueprint.get("/<uuid:enrolment_id>", endpoint="enrolment")
@requires(Permission.LEARN)
def show_enrolment(enrolment_id: UUID) -> str:  # noqa: ARG001  # shown below
    """Show one enrolment."""
    return render_template("lms/learner/index.html")
