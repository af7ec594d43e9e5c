"""What a person already has: the own record, and claims for recognition of prior learning."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField, SelectMultipleField, TextAreaField

from courses.catalogue.topic_services import placed_topics
from courses.enrolment.prior_learning import own_record
from courses.errors import Refusal
from courses.progression.steps import Step, StepError, parse_step
from courses.records.claim_queries import ClaimPage, claim_for, claim_page, document_for, open_claim_of
from courses.records.claim_services import change_claim, open_claim, remove_document, submit_claim, withdraw_claim
from courses.records.claims import EDITABLE, LONGEST_STATEMENT, OPEN, ClaimFacts, all_steps
from courses.records.evidence import MOST_FILES, add_evidence
from courses.records.faults import Fault, FaultyEntry
from courses.records.models import Recognition
from lms import clock
from lms.access import Permission, requires
from lms.evidence import ACCEPTED, LARGEST, MOST_BYTES, keep_documents, send_document, sent_documents
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.uploads import accepts_uploads_of
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_learning import WORDS as LEARNING_WORDS
from lms.wording_path import PATH_WORDS
from lms.wording_records import WORDS

blueprint = Blueprint("records", __name__, url_prefix="/my/record")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(LEARNING_WORDS | PATH_WORDS | WORDS))


class ClaimForm(Form):
    """The steps that a person claims, in own words why, and documents that show it."""

    steps = SelectMultipleField(_l("Steps"), validate_choice=False)
    statement = TextAreaField(
        _l("What you know or have done"), default="", render_kw={"maxlength": LONGEST_STATEMENT, "rows": 8}
    )
    documents = FileField(_l("Documents"))


@blueprint.get("", endpoint="index")
@requires(Permission.SIGNED_IN)
def show_record() -> str:
    """Show what the person has: steps, passes, participations, claims."""
    record = own_record(reader(), signed_in_person(), clock.now())
    has_open = any(page.claim.state in OPEN for page in record.claims)
    return render_template("lms/records/index.html", record=record, has_open=has_open)


@blueprint.get("/claims/new", endpoint="new_claim")
@requires(Permission.SIGNED_IN)
def new_claim() -> AnyResponse:
    """Show the form for a claim; where one is open already, that one."""
    claim = open_claim_of(reader(), signed_in_person())
    if claim is not None:
        return redirect(url_for(".claim", claim_id=claim.id), 303)
    return _form_page(ClaimForm(), None)


@blueprint.post("/claims", endpoint="begin_claim")
@requires(Permission.SIGNED_IN)
@accepts_uploads_of(MOST_BYTES)
def begin_claim() -> AnyResponse:
    """Keep a new claim as a draft, or hand it in at once."""
    return _save(None)


@blueprint.get("/claims/<uuid:claim_id>", endpoint="claim")
@requires(Permission.SIGNED_IN)
def show_claim(claim_id: UUID) -> AnyResponse:
    """Show an own claim: the form as long as it can be changed, else what became of it."""
    claim = claim_for(reader(), signed_in_person(), claim_id)
    form = ClaimForm(data={"steps": claim.steps, "statement": claim.statement})
    return _form_page(form, claim_page(reader(), claim))


@blueprint.post("/claims/<uuid:claim_id>", endpoint="save_claim")
@requires(Permission.SIGNED_IN)
@accepts_uploads_of(MOST_BYTES)
def save_claim(claim_id: UUID) -> AnyResponse:
    """Keep what was written into an own claim, or hand it in."""
    return _save(claim_id)


@blueprint.post("/claims/<uuid:claim_id>/withdraw", endpoint="withdraw_claim")
@requires(Permission.SIGNED_IN)
def withdraw(claim_id: UUID) -> AnyResponse:
    """Withdraw an own claim."""
    person = signed_in_person()
    return _moved(
        claim_id, lambda session: withdraw_claim(session, person, claim_id, clock.now()),
        gettext("Your claim is withdrawn."),
    )  # fmt: skip


@blueprint.post("/claims/<uuid:claim_id>/documents/<uuid:evidence_id>/remove", endpoint="remove_document")
@requires(Permission.SIGNED_IN)
def remove(claim_id: UUID, evidence_id: UUID) -> AnyResponse:
    """Take a document from an own claim."""
    person = signed_in_person()
    return _moved(
        claim_id, lambda session: remove_document(session, person, claim_id, evidence_id),
        gettext("The document was removed."),
    )  # fmt: skip


@blueprint.get("/documents/<uuid:evidence_id>", endpoint="document")
@requires(Permission.SIGNED_IN)
def read_document(evidence_id: UUID) -> Response:
    """Send a document of a claim, to be saved: to the person and to reviewers."""
    return send_document(document_for(reader(), signed_in_person(), evidence_id))


def _save(claim_id: UUID | None) -> AnyResponse:
    """Keep a claim with its documents; then hand it in, if that button was pressed. What was kept stays kept."""
    form, person = ClaimForm(), signed_in_person()
    try:
        arrived, documents = sent_documents(request.files.getlist("documents"))
        with transaction() as session:
            claim = _kept(session, claim_id, _facts(form))
            claim_id = claim.id
            add_evidence(session, person.id, documents, clock.now(), recognition_id=claim.id)
            keep_documents(arrived)
        if request.form.get("action") == "submit":
            with transaction() as session:
                submit_claim(session, person, claim_id, clock.now())
            flash(gettext("Your claim was handed in. You are told what is decided."), "success")
        else:
            flash(gettext("Your claim was saved. It is not handed in yet."), "success")
    except FaultyEntry as error:
        form.show_faults(error)
        return _again(form, claim_id)
    except Refusal as error:
        return _refused(form, claim_id, error)
    return redirect(url_for(".claim", claim_id=claim_id), 303)


def _kept(session: Session, claim_id: UUID | None, facts: ClaimFacts) -> Recognition:
    person = signed_in_person()
    if claim_id is None:
        return open_claim(session, person, facts, clock.now())
    return change_claim(session, person, claim_id, facts)


def _refused(form: ClaimForm, claim_id: UUID | None, error: Refusal) -> AnyResponse:
    """Show why documents were not taken; where the claim is another one by now, lead to that."""
    if error.code.startswith("evidence"):
        form.refuse(error, "documents")
        return _again(form, claim_id)
    flash(refusal_text(error), "warning")
    return redirect(url_for(".claim", claim_id=claim_id) if claim_id else url_for(".new_claim"), 303)


def _again(form: ClaimForm, claim_id: UUID | None) -> AnyResponse:
    page = None
    if claim_id is not None:
        page = claim_page(reader(), claim_for(reader(), signed_in_person(), claim_id))
    return _form_page(form, page)


def _form_page(form: ClaimForm, page: ClaimPage | None) -> AnyResponse:
    can_change = page is None or page.claim.state in EDITABLE
    codes = [placed.topic.code for placed in placed_topics(reader())]
    text = render_template(
        "lms/records/claim.html", form=form, page=page, can_change=can_change, steps=all_steps(codes),
        is_open=page is not None and page.claim.state in OPEN, accepted=ACCEPTED, largest=LARGEST,
        most_files=MOST_FILES,
    )  # fmt: skip
    return make_response(text, 422 if form.errors else 200)


def _facts(form: ClaimForm) -> ClaimFacts:
    """Return what the form claims; boxes that stand for no step were not of our page.

    Raises:
        FaultyEntry: one of them names no step.
    """
    return ClaimFacts(tuple(dict.fromkeys(_step(text) for text in form.steps.data or ())), form.statement.data or "")


def _step(text: str) -> Step:
    try:
        return parse_step(text)
    except StepError as error:
        raise FaultyEntry([Fault("steps", "claim_step_unknown")]) from error


def _moved(claim_id: UUID, move: Callable[[Session], bool], sentence: str) -> AnyResponse:
    try:
        with transaction() as session:
            is_new = move(session)
        flash(sentence if is_new else gettext("That was done already; nothing was changed."), "success")
    except Refusal as error:
        flash(refusal_text(error), "warning")
    return redirect(url_for(".claim", claim_id=claim_id), 303)
