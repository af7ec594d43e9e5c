"""The administrator's activities: the list, one activity, its form, its states."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from courses.applications import changing
from courses.catalogue.names import all_names
from courses.errors import IllegalTransition, NotFound, Refusal
from courses.offerings import queries, services
from courses.offerings.choices import trainers_by_address
from courses.offerings.facts import InvalidFacts, OfferingFacts
from courses.offerings.models import Offering, OfferingState
from courses.offerings.queries import OfferingSearch, When
from courses.offerings.services import Ask
from courses.offerings.states import Action, actions_of
from courses.people.regions import all_regions
from lms import clock
from lms.access import Permission, requires
from lms.activity_conditions import asked_clauses
from lms.countries import countries
from lms.identity import signed_in_person
from lms.languages import current_language
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.activity_form import FRESH, ActivityForm, described
from lms.wording import refusal_text
from lms.wording_activities import DONE
from lms.zones import zones_offered

LONGEST_SEARCH = 100
Writing = Callable[[Session, ActivityForm, OfferingFacts, Offering | None], UUID]
LINKS = (
    ("admin.selection", _l("Selection")),
    ("admin.activity_sessions", _l("Sessions")),
    ("admin.activity_parts", _l("Parts")),
    ("admin.activity_conditions", _l("Further conditions")),
)
"""The editors of what belongs to an activity: endpoint and label."""
SERVICES = {
    Action.PUBLISH: changing.publish_activity, Action.POSTPONE: changing.postpone_activity,
    Action.CANCEL: changing.cancel_activity, Action.HOLD: changing.hold_activity,
}  # fmt: skip


@blueprint.get("/activities")
@requires(Permission.MANAGE_ACTIVITIES)
def activities() -> str:
    """Show every activity, drafts among them."""
    state = request.args.get("state", type=OfferingState)
    search = OfferingSearch(
        text=request.args.get("text", "").strip()[:LONGEST_SEARCH], when=request.args.get("when", type=When),
        page=request.args.get("page", 1, type=int),
    )  # fmt: skip
    listed = queries.all_offerings(reader(), search, state, clock.now())
    return render_template("lms/admin/activities.html", listed=listed, search=search, state=state)


@blueprint.get("/activities/<uuid:offering_id>")
@requires(Permission.MANAGE_ACTIVITIES)
def activity(offering_id: UUID) -> str:
    """Show an activity with all that belongs to it, and what can be done."""
    return _page(offering_id)


@blueprint.route("/activities/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def new_activity() -> AnyResponse:
    """Show the form, or add an activity as a draft; `?like=` begins with what another one is."""
    like = request.args.get("like", type=UUID)
    if like is None or request.method == "POST":
        return _form_page(ActivityForm(data=FRESH), None, _added)
    return _form_page(ActivityForm(data=described(queries.offering_of(reader(), like)) | {"code": ""}), None, _added)


@blueprint.route("/activities/<uuid:offering_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def edit_activity(offering_id: UUID) -> AnyResponse:
    """Show the form, or change an activity; the people are told where it concerns them."""
    found = queries.offering_of(reader(), offering_id)
    kept = described(found)
    if any(name.startswith("days-") for name in request.form):
        kept["days"] = []  # a line of days is taken as it was sent, never half of it from what is kept
    return _form_page(ActivityForm(data=kept), found, _changed)


@blueprint.post("/activities/<uuid:offering_id>/<any(publish, postpone, cancel, hold):action>")
@requires(Permission.MANAGE_ACTIVITIES)
def move_activity(offering_id: UUID, action: str) -> AnyResponse:
    """Publish an activity, postpone or cancel it, or note that it was held."""
    ask = Ask(signed_in_person().id, request.form.get("reason", "").strip())
    try:
        with transaction() as session:
            SERVICES[Action(action)](session, offering_id, ask, clock.now())
    except Refusal as error:
        return make_response(_page(offering_id, refusal_text(error), Action(action)), 422)
    except IllegalTransition:
        abort(409)
    flash(str(DONE[Action(action)]), "success")
    return redirect(url_for(".activity", offering_id=offering_id), 303)


@blueprint.post("/activities/<uuid:offering_id>/discard")
@requires(Permission.MANAGE_ACTIVITIES)
def discard_activity(offering_id: UUID) -> AnyResponse:
    """Throw a draft away."""
    try:
        with transaction() as session:
            services.discard(session, offering_id, Ask(signed_in_person().id))
    except Refusal as error:
        return make_response(_page(offering_id, refusal_text(error)), 422)
    flash(gettext("The draft was discarded."), "success")
    return redirect(url_for(".activities"), 303)


def _page(offering_id: UUID, error: str = "", refused: Action | None = None) -> str:
    offering = queries.offering_of(reader(), offering_id)
    return render_template(
        "lms/admin/activity.html", offering=offering, actions=actions_of(offering.state), error=error,
        refused=refused, changes=queries.changes_of(reader(), offering), region_names=_regions(),
        conditions=asked_clauses(reader(), offering, all_names(reader()), clock.now()), links=LINKS,
    )  # fmt: skip


def _form_page(form: ActivityForm, found: Offering | None, write: Writing) -> AnyResponse:
    form.region_codes.choices = [SelectChoice(*region) for region in _regions().items()]
    form.country.choices = [SelectChoice("", gettext("None")), *(SelectChoice(*one) for one in countries())]
    if form.is_submitted():
        is_readable = form.validate()
        trainers = trainers_by_address(reader(), form.written_trainers())
        facts = form.facts(list(trainers.values()))
        missing = [address for address in form.written_trainers() if address not in trainers]
        if missing:
            form.refuse(Refusal("trainer_unknown", addresses=", ".join(missing)), "trainers")
        saved = _saved(form, facts, found, write) if is_readable and facts and not missing else None
        if saved is not None:
            return redirect(url_for(".activity", offering_id=saved), 303)
    page = render_template(
        "lms/admin/activity_form.html", form=form, offering=found, zones=zones_offered(),
        countries=countries(),
    )  # fmt: skip
    return make_response(page, 422 if form.is_submitted() else 200)


def _saved(form: ActivityForm, facts: OfferingFacts, found: Offering | None, write: Writing) -> UUID | None:
    """Return the activity that was added or changed, or None after showing why not."""
    try:
        with transaction() as session:
            return write(session, form, facts, found)
    except InvalidFacts as error:
        form.show(error.reasons)
    except Refusal as error:
        form.refuse(error, "seats" if error.code.startswith("seats") else "")
        form.seen.data = queries.offering_of(reader(), found.id).changed_at.isoformat() if found else ""
    return None


def _added(session: Session, form: ActivityForm, facts: OfferingFacts, _found: Offering | None) -> UUID:
    return services.create_offering(session, facts, _ask(form), clock.now()).id


def _changed(session: Session, form: ActivityForm, facts: OfferingFacts, found: Offering | None) -> UUID:
    if found is None:
        raise NotFound("offering")
    if form.seen.data and services.locked(session, found.id).changed_at.isoformat() != form.seen.data:
        raise Refusal("activity_changed_meanwhile")
    changing.change_activity(session, found.id, facts, _ask(form), clock.now())
    return found.id


def _ask(form: ActivityForm) -> Ask:
    return Ask(signed_in_person().id, form.reason.data.strip())


def _regions() -> dict[str, str]:
    return {region.code: region.name(current_language()) for region in all_regions(reader())}
