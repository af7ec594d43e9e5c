"""What a trainer notes of an activity, on a phone above all: who was there, the marks, the closing."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from courses.applications import services
from courses.applications.attendance_page import AttendancePage, activities_held_by, attendance_page, by_turn
from courses.applications.models import Presence
from courses.errors import NotFound, Refusal
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.moving import flash_refusal, moving
from lms.site import reader

blueprint = Blueprint("attendance", __name__, url_prefix="/attendance")
LONGEST_MARK = 8


@blueprint.get("", endpoint="index")
@requires(Permission.TAKE_ATTENDANCE)
def show_activities() -> str:
    """Show the activities whose attendance the person takes."""
    held = activities_held_by(reader(), signed_in_person())
    return render_template("lms/attendance/index.html", held=by_turn(held, clock.now()) if held else None)


@blueprint.get("/<uuid:offering_id>", endpoint="activity")
@requires(Permission.TAKE_ATTENDANCE)
def show_activity(offering_id: UUID) -> str:
    """Show the sessions and the people of an activity, with attendance and marks."""
    page = _page(offering_id)
    return render_template("lms/attendance/activity.html", page=page, offering=page.offering, now=clock.now())


@blueprint.get("/<uuid:offering_id>/sessions/<uuid:session_id>", endpoint="session")
@requires(Permission.TAKE_ATTENDANCE)
def show_session(offering_id: UUID, session_id: UUID) -> str:
    """Show everybody with what is noted of a session, to be touched with a thumb."""
    page = _page(offering_id)
    held = page.session(session_id)
    noted = {one.application.id: one.presences.get(session_id) for one in page.people}
    return _presence_form(page, noted, held)


@blueprint.post("/<uuid:offering_id>/sessions/<uuid:session_id>", endpoint="take")
@requires(Permission.TAKE_ATTENDANCE)
def take_attendance(offering_id: UUID, session_id: UUID) -> AnyResponse:
    """Note who was at a session."""
    return _take(offering_id, session_id)


@blueprint.get("/<uuid:offering_id>/whole", endpoint="whole")
@requires(Permission.TAKE_ATTENDANCE)
def show_whole(offering_id: UUID) -> str:
    """Show everybody of an activity without sessions, with what is noted."""
    page = _page(offering_id)
    attendances = {one.application.id: one.application.attendance for one in page.people}
    noted = {
        key: None if share is None else Presence.PRESENT if share else Presence.ABSENT
        for key, share in attendances.items()
    }
    return _presence_form(page, noted, None)


@blueprint.post("/<uuid:offering_id>/whole", endpoint="take_whole")
@requires(Permission.TAKE_ATTENDANCE)
def take_whole(offering_id: UUID) -> AnyResponse:
    """Note who was at an activity without sessions."""
    return _take(offering_id, None)


@blueprint.get("/<uuid:offering_id>/marks", endpoint="marks")
@requires(Permission.TAKE_ATTENDANCE)
def show_marks(offering_id: UUID) -> str:
    """Show the marks of everybody: of a part (`?part=`), or of the activity where no part weighs anything."""
    return _marks_form(offering_id)


def _marks_form(offering_id: UUID) -> str:
    page = _page(offering_id)
    part_id = request.args.get("part", type=UUID)
    part = page.part(part_id) if part_id else None
    if part is None and page.has_part_marks:
        raise NotFound("part")
    noted = {one.application.id: one.marks.get(part.id) if part else one.mark for one in page.people}
    return render_template(
        "lms/attendance/marks.html", page=page, offering=page.offering, part=part, noted=noted,
        is_closed=page.is_closed, wrong=_wrong_marks(),
    )  # fmt: skip


@blueprint.post("/<uuid:offering_id>/marks", endpoint="note_marks")
@requires(Permission.TAKE_ATTENDANCE)
def note_marks(offering_id: UUID) -> AnyResponse:
    """Note the marks that were written."""
    part_id = request.args.get("part", type=UUID)
    try:
        marks = services.Marks(marks=_written_marks(), part_id=part_id, reason=request.form.get("reason", ""))
        with moving() as session:
            services.record_marks(session, signed_in_person(), offering_id, marks, clock.now())
    except Refusal as error:
        flash_refusal(error)
        return make_response(_marks_form(offering_id), 422)
    flash(gettext("The marks are noted."), "success")
    return redirect(url_for(".activity", offering_id=offering_id), 303)


@blueprint.post("/<uuid:offering_id>/close", endpoint="close")
@requires(Permission.TAKE_ATTENDANCE)
def close_activity(offering_id: UUID) -> AnyResponse:
    """Write the outcome of everybody who took part, and end what is open still."""
    try:
        with moving() as session:
            closed = services.close(session, signed_in_person(), offering_id, clock.now())
    except Refusal as error:
        flash_refusal(error)
    else:
        written = ngettext("%(num)d outcome was written.", "%(num)d outcomes were written.", closed.now_closed)
        flash(written if closed.now_closed else gettext("The activity is closed."), "success")
    return redirect(url_for(".activity", offering_id=offering_id), 303)


def _page(offering_id: UUID) -> AttendancePage:
    return attendance_page(reader(), signed_in_person(), offering_id, clock.now())


def _presence_form(page: AttendancePage, noted: Mapping[UUID, Presence | None], held: object) -> str:
    """Show who was there: as it is noted, and as it was just chosen where that was refused."""
    return render_template(
        "lms/attendance/presence.html", page=page, offering=page.offering, held=held, noted=noted,
        presences=Presence, is_closed=page.is_closed,
    )  # fmt: skip


def _take(offering_id: UUID, session_id: UUID | None) -> AnyResponse:
    register = services.Register(
        session_id=session_id, presences=_chosen_presences(), reason=request.form.get("reason", "")
    )  # fmt: skip
    try:
        with moving() as session:
            services.mark_attendance(session, signed_in_person(), offering_id, register, clock.now())
    except Refusal as error:
        flash_refusal(error)
        return make_response(show_session(offering_id, session_id) if session_id else show_whole(offering_id), 422)
    flash(gettext("The attendance is noted."), "success")
    return redirect(url_for(".activity", offering_id=offering_id), 303)


def _chosen_presences() -> dict[UUID, Presence | None]:
    """Return what was chosen for each; who has nothing chosen is left as before."""
    found: dict[UUID, Presence | None] = {}
    try:
        for name, value in request.form.items():
            if name.startswith("presence-") and value:
                found[UUID(name.removeprefix("presence-"))] = None if value == "none" else Presence(value)
    except ValueError as error:
        raise NotFound("application") from error
    return found


def _written_marks() -> dict[UUID, float | None]:
    """Return the marks that were written, 0 to 1; an empty field is none.

    Raises:
        Refusal: `mark_unreadable`.
    """
    fields = {name: value for name, value in request.form.items() if name.startswith("mark-")}
    try:
        return {UUID(name.removeprefix("mark-")): _mark(value) for name, value in fields.items()}
    except ValueError as error:
        raise Refusal("mark_unreadable") from error


def _wrong_marks() -> dict[str, Refusal]:
    """Return the fields in which something was written that is no mark, and why not."""
    wrong = {}
    for name, value in request.form.items():
        if name.startswith("mark-"):
            try:
                if (_mark(value) or 0) > 1:
                    wrong[name] = Refusal("mark_out_of_range")
            except ValueError:
                wrong[name] = Refusal("mark_unreadable")
    return wrong


def _mark(text: str) -> float | None:
    """Return a mark that is written in per cent, with a point or a comma."""
    cleaned = text.strip().removesuffix("%").strip().replace(",", ".")
    if not cleaned:
        return None
    digits = cleaned.replace(".", "", 1)
    if len(cleaned) > LONGEST_MARK or not (digits.isascii() and digits.isdigit()):
        raise ValueError(text)
    return float(cleaned) / 100
