"""The documents by which people show what they are, for those who may verify them: read, accept, refuse."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from courses.errors import Refusal
from courses.progression.record import Category
from courses.records.status_claims import ClaimDecision, claim_page, decide_claim, document_for, waiting_claims
from lms import clock
from lms.access import Permission, requires
from lms.evidence import send_document
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.wording import refusal_text

blueprint = Blueprint("claims", __name__, url_prefix="/people/claims")
WORDS = {"accept": True, "refuse": False}
LONGEST_NOTE = 255


@blueprint.get("", endpoint="index")
@requires(Permission.VERIFY_PEOPLE)
def show_claims() -> str:
    """Show the claims that wait for a decision, who has waited longest first."""
    page = request.args.get("page", 1, type=int)
    return render_template("lms/coordinator/claims.html", claims=waiting_claims(reader(), signed_in_person(), page))


@blueprint.get("/<uuid:claim_id>", endpoint="claim")
@requires(Permission.VERIFY_PEOPLE)
def show_claim(claim_id: UUID) -> str:
    """Show one claim with its documents."""
    return _claim(claim_id)


@blueprint.post("/<uuid:claim_id>", endpoint="decide")
@requires(Permission.VERIFY_PEOPLE)
def decide(claim_id: UUID) -> AnyResponse:
    """Accept a claim, which verifies the person, or refuse it with a reason."""
    try:
        with transaction() as session:
            decide_claim(session, signed_in_person(), claim_id, _decision(), clock.now())
    except Refusal as error:
        return make_response(_claim(claim_id, refusal_text(error)), 422)
    flash(gettext("Your decision was kept; the person is told of it."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/documents/<uuid:evidence_id>", endpoint="document")
@requires(Permission.VERIFY_PEOPLE)
def read_document(evidence_id: UUID) -> Response:
    """Send a document, to be saved and not to be shown."""
    return send_document(document_for(reader(), signed_in_person(), evidence_id))


def _claim(claim_id: UUID, error: str = "") -> str:
    page = claim_page(reader(), signed_in_person(), claim_id)
    note = request.form.get("note", "")[:LONGEST_NOTE]
    return render_template("lms/coordinator/claim.html", page=page, error=error, note=note)


def _decision() -> ClaimDecision:
    form = request.form
    if form.get("decision") not in WORDS or form.get("category") not in set(Category):
        raise BadRequest
    return ClaimDecision(
        is_accepted=WORDS[form["decision"]], category=Category(form["category"]), note=form.get("note", "")
    )
