"""The further conditions of an activity, edited line by line."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue.names import all_names
from courses.errors import Refusal
from courses.offerings import queries
from courses.offerings.conditions import set_requirement
from courses.offerings.services import Ask
from courses.progression.requirements import requirement_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.requirement_form import RequirementChoices, RequirementField, pressed, sent, shown
from lms.wording import refusal_text

NAME = "requirement"


@blueprint.route("/activities/<uuid:offering_id>/conditions", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def activity_conditions(offering_id: UUID) -> AnyResponse:
    """Show the conditions, change their lines by the buttons, or keep them."""
    offering = queries.offering_of(reader(), offering_id)
    if request.method == "GET":
        kept = requirement_of(offering.requirement) if offering.requirement else None
        return _page(offering_id, shown(NAME, kept), replaces=offering.replaces_rule)
    replaces = "replaces_rule" in request.form
    changed = pressed(NAME, request.form)
    if changed is not None:
        return _page(offering_id, changed, replaces=replaces)
    field = sent(NAME, request.form)
    if not field.is_read:
        return _page(offering_id, field, replaces=replaces, status=422)
    try:
        with transaction() as session:
            wanted = (field.requirement, replaces)
            set_requirement(session, offering_id, wanted, Ask(signed_in_person().id), clock.now())
    except Refusal as error:
        return _page(offering_id, field, replaces=replaces, status=422, error=refusal_text(error))
    flash(gettext("The conditions were saved."), "success")
    return redirect(url_for(".activity", offering_id=offering_id), 303)


def _page(
    offering_id: UUID, field: RequirementField, *, replaces: bool, status: int = 200, error: str = ""
) -> AnyResponse:
    offering = queries.offering_of(reader(), offering_id)
    page = render_template(
        "lms/admin/activity_conditions.html", offering=offering, field=field, replaces=replaces, error=error,
        choices=RequirementChoices(all_names(reader())),
    )  # fmt: skip
    return make_response(page, status)
