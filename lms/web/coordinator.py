"""What a coordinator sees: the people of the own country, to verify who of them is what, and to take that back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from courses.errors import NotFound, Refusal
from courses.people.models import Role
from courses.people.queries import PeopleSearch, people_for, person_for
from courses.people.traces import traces_of_person
from courses.progression.record import Category
from courses.records.status_claims import count_waiting_claims, own_claims
from courses.records.verification import take_back_verification, verify_people
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person, visitor
from lms.site import reader, transaction
from lms.wording import refusal_text
from lms.wording_people import WORDS

blueprint = Blueprint("coordinator", __name__, url_prefix="/people")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(WORDS))
LONGEST_SEARCH = 100


@blueprint.get("", endpoint="index")
@requires(Permission.VERIFY_PEOPLE)
def show_people() -> str:
    """Show the people who wait for verification, or those verified lately; to an administrator those of everywhere."""
    search = _search()
    person = signed_in_person()
    return render_template(
        "lms/coordinator/index.html", search=search, found=people_for(reader(), person, search),
        claims=count_waiting_claims(reader(), person), sees_all=_sees_all(),
    )  # fmt: skip


@blueprint.get("/<uuid:person_id>", endpoint="person")
@requires(Permission.VERIFY_PEOPLE)
def show_person(person_id: UUID) -> str:
    """Show one person, and what was changed of what the person is."""
    person = person_for(reader(), signed_in_person(), person_id)
    traces, claims = traces_of_person(reader(), person.id), own_claims(reader(), person.id)
    return render_template("lms/coordinator/person.html", person=person, traces=traces, claims=claims)


@blueprint.post("/verify", endpoint="verify")
@requires(Permission.VERIFY_PEOPLE)
def verify_chosen() -> AnyResponse:
    """Verify the people whose boxes were ticked: all of them, or nobody."""
    chosen = request.form.getlist("person")
    if not chosen:
        flash(gettext("Nobody was chosen. Tick the boxes of those whom you verify."), "warning")
        return _back()
    return _verify([_identifier(value) for value in chosen])


@blueprint.post("/<uuid:person_id>/verify", endpoint="verify_one")
@requires(Permission.VERIFY_PEOPLE)
def verify_one(person_id: UUID) -> AnyResponse:
    """Verify one person, whatever boxes are ticked."""
    return _verify([person_id])


@blueprint.post("/<uuid:person_id>/take-back", endpoint="take_back")
@requires(Permission.VERIFY_PEOPLE)
def take_back(person_id: UUID) -> AnyResponse:
    """Take back that a person was verified, with the reason."""
    try:
        with transaction() as session:
            take_back_verification(
                session, signed_in_person(), person_id, request.form.get("reason", ""), clock.now()
            )  # fmt: skip
    except Refusal as error:
        flash(refusal_text(error), "error")
    else:
        flash(gettext("The verification was taken back; the person is told the reason."), "success")
    return redirect(url_for(".person", person_id=person_id), 303)


def _verify(ids: list[UUID]) -> AnyResponse:
    with transaction() as session:
        verified = verify_people(session, signed_in_person(), ids, clock.now(), _categories(ids))
    if verified:
        flash(ngettext("%(num)d person was verified.", "%(num)d people were verified.", verified), "success")
    else:
        flash(gettext("Somebody had verified them already; nothing was changed."), "warning")
    return _back()


def _categories(ids: list[UUID]) -> dict[UUID, Category]:
    """Return what the form says each person is: as it was shown, or put right."""
    sent = {person_id: request.form.get(f"category-{person_id}", "") for person_id in ids}
    if any(value and value not in set(Category) for value in sent.values()):
        raise NotFound("category")
    return {person_id: Category(value) for person_id, value in sent.items() if value}


def _back() -> AnyResponse:
    """Lead back to those who wait, as they were searched for."""
    text = request.form.get("text", "")[:LONGEST_SEARCH]
    category = _category(request.form.get("category", ""))
    page = request.form.get("page", 1, type=int)
    address = url_for("coordinator.index", text=text or None, category=category, page=page if page > 1 else None)
    return redirect(address, 303)


def _identifier(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound("person") from error


def _category(value: str) -> Category | None:
    return Category(value) if value in set(Category) else None


def _sees_all() -> bool:
    return Role.ADMINISTRATOR in visitor().roles


def _search() -> PeopleSearch:
    args = request.args
    return PeopleSearch(
        is_verified=args.get("state") == "verified",
        text=args.get("text", "").strip()[:LONGEST_SEARCH],
        category=_category(args.get("category", "")),
        page=max(1, args.get("page", 1, type=int)),
    )
