"""What a coordinator decides about activities: endorse in rank order, refuse, nominate; of the own beneficiary only."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from courses.applications import services
from courses.applications.endorsement_page import PeopleAsked, activities_for, endorsement_page, people_named
from courses.applications.models import Application, State
from courses.applications.services import Nominated
from courses.errors import NotFound, Refusal
from courses.people.models import Person
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.moving import flash_refusal, moving
from lms.site import reader
from lms.wording_progression import reason_text

blueprint = Blueprint("nominations", __name__, url_prefix="/coordinator/nominations")
LONGEST_SEARCH = 100
LONGEST_LIST = 20_000
MOST_NAMED = 100
LONGEST_RANK = 6
SEPARATORS = re.compile(r"[\s,;]+")
T = TypeVar("T")


@blueprint.get("", endpoint="index")
@requires(Permission.NOMINATE)
def show_activities() -> str:
    """Show the activities to which the beneficiary can send people, those that wait for a word first."""
    page = request.args.get("page", 1, type=int)
    return render_template(
        "lms/nominations/index.html", asked=activities_for(reader(), signed_in_person(), clock.now(), page)
    )


@blueprint.get("/<uuid:offering_id>", endpoint="activity")
@requires(Permission.NOMINATE)
def show_activity(offering_id: UUID) -> str:
    """Show who of the beneficiary has applied to an activity, what the gate says of each, and who else can be named."""
    return _page(offering_id)


def _page(offering_id: UUID) -> str:
    search = PeopleAsked(
        text=request.values.get("text", "").strip()[:LONGEST_SEARCH],
        page=request.args.get("page", 1, type=int), others_page=request.args.get("people", 1, type=int),
    )  # fmt: skip
    page = endorsement_page(reader(), signed_in_person(), offering_id, search, clock.now())
    return render_template("lms/nominations/activity.html", page=page, offering=page.offering, text=search.text)


@blueprint.post("/<uuid:offering_id>/endorse", endpoint="endorse")
@requires(Permission.NOMINATE)
def endorse_chosen(offering_id: UUID) -> AnyResponse:
    """Endorse the applications that were ticked, each with its rank."""
    chosen = _chosen("application")

    def act(session: Session, coordinator: Person) -> Sequence[Application]:
        now = clock.now()
        return [services.endorse(session, coordinator, one, now, _rank(one)) for one in chosen]

    done = _carried_out(chosen, act)
    if done is not None:
        refused = [one for one in done if one.state == State.INELIGIBLE]
        count = len(done) - len(refused)
        if count:
            flash(ngettext("%(num)d application is endorsed.", "%(num)d applications are endorsed.", count), "success")
        for one in refused:
            sentence = gettext("%(person)s is endorsed but not eligible; below stands why.", person=one.person.name)
            flash(sentence, "warning")
    return _after(done, offering_id)


@blueprint.post("/<uuid:offering_id>/refuse", endpoint="refuse")
@requires(Permission.NOMINATE)
def refuse_chosen(offering_id: UUID) -> AnyResponse:
    """Refuse to endorse the applications that were ticked, with one reason for all."""
    chosen, reason = _chosen("application"), request.form.get("reason", "")

    def act(session: Session, coordinator: Person) -> Sequence[Application]:
        return [services.refuse(session, coordinator, one, reason, clock.now()) for one in chosen]

    done = _carried_out(chosen, act)
    if done is not None:
        flash(
            ngettext("%(num)d application is not endorsed.", "%(num)d applications are not endorsed.", len(done)),
            "success",
        )
    return _after(done, offering_id)


@blueprint.post("/<uuid:offering_id>/nominate", endpoint="nominate")
@requires(Permission.NOMINATE)
def nominate_chosen(offering_id: UUID) -> AnyResponse:
    """Nominate the people who were ticked, and those whose addresses were written."""
    coordinator = signed_in_person()
    addresses = [one for one in SEPARATORS.split(request.form.get("addresses", "")[:LONGEST_LIST]) if one][:MOST_NAMED]
    named = people_named(reader(), coordinator, addresses)
    chosen = list(dict.fromkeys([*_chosen("person"), *named.values()]))

    def act(session: Session, coordinator: Person) -> Sequence[Nominated]:
        return services.nominate_all(session, coordinator, offering_id, dict.fromkeys(chosen), clock.now())

    unknown = [address for address in addresses if address.strip().lower() not in named]
    if unknown:
        flash(gettext("Nobody of your beneficiary has this address: %(list)s", list=", ".join(unknown)), "warning")
    done = None if unknown and not chosen else _carried_out(chosen, act)
    for one in done or ():
        _say(one)
    return _after(done, offering_id)


def _say(nominated: Nominated) -> None:
    """Say what became of a nomination, with every reason where it was refused."""
    name = nominated.person.name
    if nominated.application is not None:
        flash(gettext("%(person)s is nominated.", person=name), "success")
    else:
        reasons = " ".join(reason_text(reason, name) for reason in nominated.reasons)
        flash(gettext("%(person)s cannot be nominated: %(reasons)s", person=name, reasons=reasons), "error")


def _carried_out(chosen: Sequence[UUID], act: Callable[[Session, Person], Sequence[T]]) -> Sequence[T] | None:
    """Do something with those who were chosen in one transaction; None where it was refused, which is shown."""
    if not chosen:
        flash_refusal(Refusal("nobody_chosen"))
        return None
    try:
        with moving() as session:
            return act(session, signed_in_person())
    except Refusal as error:
        flash_refusal(error)
        return None


def _chosen(field: str) -> list[UUID]:
    try:
        return [UUID(value) for value in request.form.getlist(field)][:MOST_NAMED]
    except ValueError as error:
        raise NotFound(field) from error


def _rank(application_id: UUID) -> int | None:
    """Return the rank that was written for an application; what is no number is out of range."""
    text = request.form.get(f"rank-{application_id}", "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_RANK else 0


def _after(done: Sequence[object] | None, offering_id: UUID) -> AnyResponse:
    """Lead back to the activity; where nothing was done, show it with what was ticked and written."""
    if done is None:
        return make_response(_page(offering_id), 422)
    kept: dict[str, Any] = {name: request.args[name] for name in ("page", "people") if request.args.get(name, type=int)}
    return redirect(url_for(".activity", offering_id=offering_id, **kept), 303)
