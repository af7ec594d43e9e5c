"""The selection board of an activity: what is proposed and why, and what people decide: all of it, or otherwise."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from courses.applications import services
from courses.applications.board import Chosen, accept_proposal, board_of, board_offering, choose
from courses.applications.models import Application, State
from courses.applications.queries import history_of
from courses.applications.ranking import Verdict
from courses.applications.states import SEATED, Action
from courses.errors import NotFound, Refusal
from courses.paging import page_of
from courses.people.models import Person
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.moving import flash_refusal, moving
from lms.naming import names
from lms.site import reader
from lms.web.admin import blueprint
from lms.wording_progression import reason_text

BOARD = "/activities/<uuid:offering_id>/selection"
DECISIONS = {"select": Action.SELECT, "wait": Action.WAIT, "decline": Action.DECLINE}
MOST = 1000
AT_ONCE = 100
PROPOSED = (Verdict.SEAT, Verdict.WAIT, Verdict.LEFT_OUT)
LISTS = ("proposal", "seated", "waiting", "others")
Done = tuple[Application, Sequence[str]]
Deciding = Callable[[Session, Person], Sequence[Done]]


@blueprint.get(BOARD, endpoint="selection")
@requires(Permission.SELECT_PARTICIPANTS)
def show_board(offering_id: UUID) -> str:
    """Show who can be selected, what is proposed and why, and the counts by what the priorities balance."""
    return _board(offering_id)


def _board(offering_id: UUID) -> str:
    offering = board_offering(reader(), offering_id)
    board = board_of(reader(), offering, clock.now())
    lists = {
        "proposal": [line for verdict in PROPOSED for line in board.placed(verdict)],
        "seated": board.of(*SEATED),
        "waiting": sorted(board.of(State.WAITLISTED), key=lambda line: line.application.waiting or 0),
        "others": board.of(State.SUBMITTED, State.ENDORSED, State.INELIGIBLE, State.DECLINED),
    }
    shown = {name: page_of(lines, request.args.get(name, 1, type=int), AT_ONCE) for name, lines in lists.items()}
    at = {name: page.page for name, page in shown.items() if page.page > 1} | {"offering_id": offering_id}
    return render_template(
        "lms/admin/selection.html", board=board, offering=offering, names=names(), at=at, **shown
    )  # fmt: skip


@blueprint.post(BOARD, endpoint="decide_selection")
@requires(Permission.SELECT_PARTICIPANTS)
def decide(offering_id: UUID) -> AnyResponse:
    """Accept the proposal, decide otherwise about those who were ticked, or move the waiting list on."""
    what = request.form.get("do", "")
    deciding = {"accept": _accepting, "offer": _offering, "reconsider": _reconsidering}.get(what, _choosing)
    try:
        with moving() as session:
            done = deciding(offering_id, what)(session, signed_in_person())
    except Refusal as error:
        flash_refusal(error)
        return make_response(_board(offering_id), 422)
    _say(done)
    at: dict[str, Any] = {name: request.args[name] for name in LISTS if request.args.get(name, type=int)}
    return redirect(url_for(".selection", offering_id=offering_id, **at), 303)


@blueprint.get(f"{BOARD}/<uuid:application_id>", endpoint="selection_application")
@requires(Permission.SELECT_PARTICIPANTS)
def show_application(offering_id: UUID, application_id: UUID) -> AnyResponse:
    """Show one application with its history and what the gate said last."""
    offering = board_offering(reader(), offering_id)
    board = board_of(reader(), offering, clock.now())
    line = next((one for one in board.lines if one.application.id == application_id), None)
    if line is None:
        raise NotFound("application")
    history = history_of(reader(), application_id)
    page = render_template(
        "lms/admin/selection_application.html", line=line, offering=offering, history=history, names=names()
    )
    return make_response(page)


def _accepting(offering_id: UUID, _what: str) -> Deciding:
    mark = request.form.get("mark", "")

    def act(session: Session, administrator: Person) -> Sequence[Done]:
        return _told(accept_proposal(session, administrator, offering_id, mark, clock.now()))

    return act


def _choosing(offering_id: UUID, what: str) -> Deciding:
    action = DECISIONS.get(what)
    if action is None:
        raise NotFound("decision")
    chosen = Chosen(
        action=action, ids=_ticked(), reason=request.form.get("reason", "").strip(),
        override_reason=request.form.get("override_reason", "").strip(),
    )  # fmt: skip

    def act(session: Session, administrator: Person) -> Sequence[Done]:
        return _told(choose(session, administrator, offering_id, chosen, clock.now()))

    return act


def _reconsidering(_offering_id: UUID, _what: str) -> Deciding:
    ids = _ticked()

    def act(session: Session, administrator: Person) -> Sequence[Done]:
        return [(services.reconsider(session, administrator, one, clock.now()), ()) for one in ids]

    return act


def _offering(offering_id: UUID, _what: str) -> Deciding:
    def act(session: Session, _administrator: Person) -> Sequence[Done]:
        return [(one, ()) for one in services.offer_next(session, offering_id, clock.now())]

    return act


def _ticked() -> tuple[UUID, ...]:
    try:
        ids = tuple(UUID(value) for value in request.form.getlist("application"))[:MOST]
    except ValueError as error:
        raise NotFound("application") from error
    if not ids:
        raise Refusal("nobody_chosen")
    return ids


def _told(done: Sequence[services.Decided]) -> list[Done]:
    return [
        (one.application, [reason_text(reason, one.application.person.name) for reason in one.reasons]) for one in done
    ]


def _say(done: Sequence[Done]) -> None:
    """Say what became of a decision: how many stand where, and who was refused for which reasons."""
    good = [application for application, reasons in done if not reasons]
    for application, reasons in done:
        if reasons:
            sentence = gettext("%(person)s: %(reasons)s", person=application.person.name, reasons=" ".join(reasons))
            flash(sentence, "error")
    for state, sentence in (
        (State.SELECTED, lambda n: ngettext("%(num)d person is selected.", "%(num)d people are selected.", n)),
        (State.WAITLISTED, lambda n: ngettext("%(num)d person waits.", "%(num)d people wait.", n)),
        (State.DECLINED, lambda n: ngettext("%(num)d person is declined.", "%(num)d people are declined.", n)),
        (State.ELIGIBLE, lambda n: ngettext("%(num)d person is eligible.", "%(num)d people are eligible.", n)),
        (
            State.INELIGIBLE,
            lambda n: ngettext("%(num)d person is not eligible.", "%(num)d people are not eligible.", n),
        ),
    ):
        count = sum(application.state == state for application in good)
        if count:
            flash(sentence(count), "success")
    if not done:
        flash(gettext("Nothing was to be done."), "warning")
