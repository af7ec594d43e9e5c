"""What a trainer sees of the own cohorts."""

from uuid import UUID

from flask import Blueprint, render_template

from lms.access import Permission, requires

blueprint = Blueprint("trainer", __name__, url_prefix="/cohorts")


@blueprint.get("", endpoint="index")
@requires(Permission.SEE_COHORTS)
def show_cohorts() -> str:
    """Show the person's cohorts."""
    return render_template("lms/trainer/index.html")


@blueprint.get("/<uuid:cohort_id>", endpoint="cohort")
@requires(Permission.SEE_COHORTS)
def show_cohort(cohort_id: UUID) -> str:  # noqa: ARG001  # shown below
    """Show one cohort."""
    return render_template("lms/trainer/index.html")
