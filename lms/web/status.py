"""What a person does about the own status: send documents that show it, read what was decided, take a claim back."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField, SelectChoice, SelectField, StringField

from courses.errors import Refusal
from courses.people.facts import LONGEST_INSTITUTION, checked_institution
from courses.progression.record import Category
from courses.records.evidence import MOST_FILES
from courses.records.status_claims import ClaimFacts, own_claims, own_document, send_claim, take_back_claim
from lms import clock
from lms.access import Permission, requires
from lms.evidence import ACCEPTED, LARGEST, MOST_BYTES, keep_documents, send_document, sent_documents
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.uploads import accepts_uploads_of
from lms.web.forms import Form, asks
from lms.wording import refusal_text
from lms.wording_people import CATEGORIES

blueprint = Blueprint("status", __name__, url_prefix="/profile/status")


class ClaimForm(Form):
    """What a person claims to be, and the documents that show it."""

    category = SelectField(
        _l("You are"), choices=[SelectChoice(category.value, words) for category, words in CATEGORIES.items()]
    )
    institution = StringField(
        _l("Institution"), [asks(checked_institution)], default="", render_kw={"maxlength": LONGEST_INSTITUTION}
    )
    document = FileField(_l("Documents"))


@blueprint.get("", endpoint="index")
@requires(Permission.SIGNED_IN)
def show_status() -> Response:
    """Show whether the person is verified, what was sent and decided, and the form."""
    return _page(_fresh())


@blueprint.post("", endpoint="send")
@requires(Permission.SIGNED_IN)
@accepts_uploads_of(MOST_BYTES)
def send() -> AnyResponse:
    """Keep the documents and let the claim wait for a decision."""
    form = ClaimForm()
    if not form.validate():
        return _page(form)
    try:
        _send(form)
    except Refusal as error:
        form.refuse(error, "document")
        return _page(form)
    flash(gettext("Your documents were sent. You are told what is decided."), "success")
    return redirect(url_for(".index"), 303)


def _send(form: ClaimForm) -> None:
    arrived, documents = sent_documents(request.files.getlist("document"))
    facts = ClaimFacts(
        category=Category(form.category.data), institution=form.institution.data or "", documents=documents
    )
    with transaction() as session:
        send_claim(session, signed_in_person().id, facts, clock.now())
        keep_documents(arrived)


@blueprint.post("/<uuid:claim_id>/take-back", endpoint="take_back")
@requires(Permission.SIGNED_IN)
def take_back(claim_id: UUID) -> AnyResponse:
    """Take a claim back that nobody has decided."""
    try:
        with transaction() as session:
            take_back_claim(session, signed_in_person().id, claim_id, clock.now())
    except Refusal as error:
        flash(refusal_text(error), "warning")
    else:
        flash(gettext("The claim was taken back."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.get("/documents/<uuid:evidence_id>", endpoint="document")
@requires(Permission.SIGNED_IN)
def read_document(evidence_id: UUID) -> Response:
    """Send a document that the person has sent, to be saved and not to be shown."""
    return send_document(own_document(reader(), signed_in_person().id, evidence_id))


def _fresh() -> ClaimForm:
    person = signed_in_person()
    return ClaimForm(None, category=person.category.value, institution=person.institution)


def _page(form: ClaimForm) -> Response:
    claims = own_claims(reader(), signed_in_person().id)
    page = render_template(
        "lms/status/index.html", form=form, claims=claims, most_files=MOST_FILES, largest=LARGEST, accepted=ACCEPTED,
        open_claim=next((entry for entry in claims if entry.claim.decided_at is None), None),
    )  # fmt: skip
    return make_response(page, 422 if request.method == "POST" else 200)
