"""The reviewer's pages: the claims for recognition that wait, one with all that helps to decide, the decision."""

from datetime import date, datetime
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional

from courses.enrolment.prior_learning import every_sheet
from courses.errors import Refusal
from courses.progression.steps import Step, StepError, parse_step, parse_steps
from courses.records.claim_queries import ClaimSearch, claim_page, claims_for, reviewed_claim
from courses.records.claim_services import decide_claim
from courses.records.claims import LONGEST_NOTE, REASONS, Action, Verdict
from courses.records.faults import FaultyEntry
from courses.records.guidelines import in_force, outcomes_of
from courses.records.models import ClaimReason, ClaimState, Recognition
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_learning import WORDS as LEARNING_WORDS
from lms.wording_records import CLAIM_REASONS, CLAIM_STATES, WORDS

blueprint.record_once(lambda state: state.app.jinja_env.globals.update(LEARNING_WORDS | WORDS))
LONGEST_SEARCH = 100
READABLE = tuple(state for state in ClaimState if state is not ClaimState.DRAFT)


class VerdictForm(Form):
    """What a reviewer decides: the steps granted, why, until when, and what the person is to read."""

    steps = SelectMultipleField(_l("Steps to recognise"), validate_choice=False)
    reason = SelectField(_l("Reason"), validate_choice=False)
    note = TextAreaField(_l("Note to the person"), default="", render_kw={"maxlength": LONGEST_NOTE, "rows": 4})
    expires_on = DateField(_l("Last day on which it counts"), [Optional()])


@blueprint.get("/claims")
@requires(Permission.MANAGE_RECORDS)
def claims() -> str:
    """Show the claims that wait for a decision, or those of another state."""
    wanted = request.args.get("state", ClaimState.SUBMITTED.value)
    search = ClaimSearch(
        state=ClaimState(wanted) if wanted in set(READABLE) else None,
        text=request.args.get("text", "").strip()[:LONGEST_SEARCH],
        page=max(1, request.args.get("page", 1, type=int)),
    )
    found = claims_for(reader(), signed_in_person(), search)
    states = [(state, CLAIM_STATES[state]) for state in READABLE]
    return render_template("lms/admin/claims.html", search=search, found=found, states=states)


@blueprint.get("/claims/<uuid:claim_id>")
@requires(Permission.MANAGE_RECORDS)
def claim(claim_id: UUID) -> AnyResponse:
    """Show a claim with what its steps ask for and what the person has already."""
    found = reviewed_claim(reader(), signed_in_person(), claim_id)
    return _page(found, VerdictForm(data={"steps": found.steps}))


@blueprint.post("/claims/<uuid:claim_id>", endpoint="decide_claim")
@requires(Permission.MANAGE_RECORDS)
def decide(claim_id: UUID) -> AnyResponse:
    """Grant, return, refuse or revoke: the button that was pressed says which."""
    form, person = VerdictForm(), signed_in_person()
    if not form.validate():
        return _page(reviewed_claim(reader(), person, claim_id), form)
    try:
        with transaction() as session:
            is_new = decide_claim(session, person, claim_id, _verdict(form), _known(), clock.now())
    except FaultyEntry as error:
        form.show_faults(error)
        return _page(reviewed_claim(reader(), person, claim_id), form)
    except Refusal as error:
        flash(refusal_text(error), "warning")
        return redirect(url_for(".claim", claim_id=claim_id), 303)
    if is_new:
        flash(gettext("Your decision is kept, and the person is told."), "success")
    else:
        flash(gettext("This was decided so already; nothing was changed."), "warning")
    return redirect(url_for(".claim", claim_id=claim_id), 303)


def _page(found: Recognition, form: VerdictForm) -> AnyResponse:
    asked, today = parse_steps(found.steps), clock.now().date()
    guidelines = {step: outcomes_of(row) for step, row in in_force(reader(), asked, today).items()}
    (sheet,) = every_sheet(reader(), [found.person_id], clock.now())
    text = render_template(
        "lms/admin/claim.html", page=claim_page(reader(), found), form=form, asked=asked, guidelines=guidelines,
        sheet=sheet, is_own=found.person_id == signed_in_person().id, reasons=REASONS, actions=Action,
        reason_names=CLAIM_REASONS,
    )  # fmt: skip
    return make_response(text, 422 if form.errors else 200)


def _verdict(form: VerdictForm) -> Verdict:
    action = request.form.get("action", "")
    if action not in {Action.GRANT, Action.RETURN, Action.REFUSE, Action.REVOKE}:
        raise BadRequest
    reason, expires_on = form.reason.data, form.expires_on.data
    return Verdict(
        action=Action(action),
        reason=ClaimReason(reason) if reason in set(ClaimReason) else None,
        steps=_steps(form.steps.data or ()) if action == Action.GRANT else (),
        note=form.note.data or "",
        expires_on=expires_on if action == Action.GRANT and isinstance(expires_on, date) else None,
    )


def _steps(texts: tuple[str, ...] | list[str]) -> tuple[Step, ...]:
    try:
        return tuple(dict.fromkeys(parse_step(text) for text in texts))
    except StepError as error:
        raise BadRequest from error


def _known() -> datetime | None:
    """Return when the claim was handed in that the reviewer has read."""
    try:
        return datetime.fromisoformat(request.form.get("known", ""))
    except ValueError:
        return None
