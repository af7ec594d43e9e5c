"""One enrolment as its trainer sees it, with its attempts, and one more attempt granted."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from courses.attempts.enrolment_page import enrolment_in, enrolment_page
from courses.attempts.granting import LONGEST_REASON, grant_attempt
from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_for
from courses.errors import Refusal
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.forms import Form
from lms.web.trainer import blueprint
from lms.wording_attempts import WORDS
from lms.wording_history import MODES

ENROLMENT = "/<uuid:cohort_id>/people/<uuid:enrolment_id>"


class GrantForm(Form):
    """Why somebody is to have one more attempt."""

    reason = StringField(
        _l("Reason"), default="", render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off", "required": True}
    )


@blueprint.get(ENROLMENT, endpoint="enrolment")
@requires(Permission.SEE_COHORTS)
def show_enrolment(cohort_id: UUID, enrolment_id: UUID) -> AnyResponse:
    """Show one enrolment of a cohort: how it stands, its parts and its attempts."""
    return _page(cohort_for(reader(), signed_in_person(), cohort_id), enrolment_id, GrantForm())


@blueprint.post(f"{ENROLMENT}/grants", endpoint="grant")
@requires(Permission.GRANT_ATTEMPTS)
def grant_one_more(cohort_id: UUID, enrolment_id: UUID) -> AnyResponse:
    """Grant one more attempt; the form says how many grants its page showed, so that sent twice it grants once."""
    person, form = signed_in_person(), GrantForm()
    known = request.form.get("known", -1, type=int)
    try:
        with transaction() as session:
            cohort = cohort_for(session, person, cohort_id)
            enrolment = enrolment_in(session, cohort, enrolment_id)
            is_new = grant_attempt(session, enrolment, person.id, form.reason.data or "", known, clock.now())
    except Refusal as error:
        form.refuse(error, "reason")
        return _page(cohort_for(reader(), person, cohort_id), enrolment_id, form)
    if is_new:
        flash(gettext("One more attempt was granted."), "success")
    else:
        flash(gettext("One more attempt had been granted meanwhile; nothing was changed now."), "warning")
    return redirect(url_for(".enrolment", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)


def _page(cohort: Cohort, enrolment_id: UUID, form: GrantForm) -> AnyResponse:
    page = enrolment_page(reader(), cohort, enrolment_id, clock.now())
    text = render_template(
        "lms/trainer/enrolment.html", cohort=cohort, page=page, form=form, mode_names=MODES,
        **WORDS,
    )  # fmt: skip
    return make_response(text, 422 if form.errors else 200)
