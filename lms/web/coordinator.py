"""What a coordinator sees: the people of the own country, to verify who of them is an official."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from courses.errors import NotFound
from courses.people.models import Role
from courses.people.queries import PeopleSearch, people_for
from courses.people.services import verify_people
from lms import clock
from lms.access import Permission, requires
from lms.countries import country_text
from lms.identity import signed_in_person, visitor
from lms.site import reader, transaction

blueprint = Blueprint("coordinator", __name__, url_prefix="/people")
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(country_text=country_text))
LONGEST_SEARCH = 100


@blueprint.get("", endpoint="index")
@requires(Permission.VERIFY_PEOPLE)
def show_people() -> str:
    """Show the people who wait for verification, or those verified lately; to an administrator those of everywhere."""
    search = _search()
    found = people_for(reader(), signed_in_person(), search)
    return render_template(
        "lms/coordinator/index.html", search=search, found=found, sees_all=Role.ADMINISTRATOR in visitor().roles
    )


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


def _verify(ids: list[UUID]) -> AnyResponse:
    with transaction() as session:
        verified = verify_people(session, signed_in_person(), ids, clock.now())
    if verified:
        flash(ngettext("%(num)d person was verified.", "%(num)d people were verified.", verified), "success")
    else:
        flash(gettext("Somebody had verified them already; nothing was changed."), "warning")
    return _back()


def _back() -> AnyResponse:
    """Lead back to those who wait, as they were searched for."""
    text = request.form.get("text", "")[:LONGEST_SEARCH]
    page = request.form.get("page", 1, type=int)
    address = url_for("coordinator.index", text=text or None, page=page if page > 1 else None)
    return redirect(address, 303)


def _identifier(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound("person") from error


def _search() -> PeopleSearch:
    args = request.args
    return PeopleSearch(
        is_verified=args.get("state") == "verified",
        text=args.get("text", "").strip()[:LONGEST_SEARCH],
        page=max(1, args.get("page", 1, type=int)),
    )
