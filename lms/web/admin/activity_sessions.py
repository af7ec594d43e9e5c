"""The sessions of an activity: their list with what is odd about them, the form, the hours that suit everybody."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import Length

from courses.applications import changing
from courses.applications.countries import countries_of_people
from courses.errors import NotFound, Refusal
from courses.offerings import queries, sessions
from courses.offerings.choices import countries_it_is_for
from courses.offerings.hours import Slot, suitable_hours
from courses.offerings.models import Offering, OfferingSession
from courses.offerings.services import Ask
from courses.offerings.sessions import SessionFacts
from courses.offerings.zones import day_in, is_zone, local
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.activity_fields import MomentField, near_day, shown_moment
from lms.web.forms import Form
from lms.wording import refusal_text
from lms.wording_activities import ODDITIES
from lms.zones import zone_of_country

SLOTS_SHOWN = 10
USUAL_HOURS = 2.0
FIELDS = {"session_ends_first": "ends_at", "session_too_long": "ends_at", "link_invalid": "link"}


class SessionForm(Form):
    """A session; its times are those of the venue's clock."""

    title = StringField(_l("Title"), [Length(max=255)], default="", render_kw={"maxlength": 255})
    starts_at = MomentField(_l("Begins"), time(9, 0))
    ends_at = MomentField(_l("Ends"), time(11, 0))
    link = StringField(_l("Link"), [Length(max=255)], default="", render_kw={"maxlength": 255, "type": "url"})

    def facts(self, zone: str) -> SessionFacts | None:
        """Return what the form means, or None after showing every reason at its field."""
        starts_at, ends_at = self.starts_at.moment(zone), self.ends_at.moment(zone)
        for field, moment in ((self.starts_at, starts_at), (self.ends_at, ends_at)):
            if moment is None and not field.errors:
                self.refuse(Refusal("value_missing"), field.name)
        if self.errors or starts_at is None or ends_at is None:
            return None
        try:
            title, link = self.title.data.strip(), self.link.data.strip()
            return SessionFacts(starts_at=starts_at, ends_at=ends_at, title=title, link=link)
        except Refusal as error:
            self.refuse(error, FIELDS.get(error.code, "title"))
            return None


@blueprint.route("/activities/<uuid:offering_id>/sessions", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def activity_sessions(offering_id: UUID) -> AnyResponse:
    """Show the sessions and the hours that suit; add one."""
    offering = queries.offering_of(reader(), offering_id)
    form = SessionForm(data=_usual(offering))
    facts = form.facts(offering.time_zone) if form.is_submitted() and form.validate() else None
    if facts is not None:
        try:
            with transaction() as session:
                sessions.add_session(session, offering_id, facts, _ask(), clock.now())
            flash(gettext("The session was added."), "success")
            return redirect(url_for(".activity_sessions", offering_id=offering_id), 303)
        except Refusal as error:
            form.refuse(error)
    return make_response(_list_page(offering, form), 422 if form.is_submitted() else 200)


@blueprint.route("/activities/<uuid:offering_id>/sessions/<uuid:session_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACTIVITIES)
def edit_session(offering_id: UUID, session_id: UUID) -> AnyResponse:
    """Show the form of a session, or change it."""
    offering = queries.offering_of(reader(), offering_id)
    row = _session(offering, session_id)
    form = SessionForm(data=_described(offering, row))
    facts = form.facts(offering.time_zone) if form.is_submitted() and form.validate() else None
    if facts is not None:
        try:
            with transaction() as session:
                sessions.change_session(session, (offering_id, session_id), facts, _ask(), clock.now())
            flash(gettext("The session was changed."), "success")
            return redirect(url_for(".activity_sessions", offering_id=offering_id), 303)
        except Refusal as error:
            form.refuse(error)
    page = render_template("lms/admin/activity_session.html", offering=offering, form=form, row=row)
    return make_response(page, 422 if form.is_submitted() else 200)


@blueprint.post("/activities/<uuid:offering_id>/sessions/<uuid:session_id>/remove")
@requires(Permission.MANAGE_ACTIVITIES)
def remove_session(offering_id: UUID, session_id: UUID) -> AnyResponse:
    """Remove a session that has not begun."""
    try:
        with transaction() as session:
            sessions.remove_session(session, (offering_id, session_id), _ask(), clock.now())
        flash(gettext("The session was removed."), "success")
    except Refusal as error:
        flash(refusal_text(error), "error")
    return redirect(url_for(".activity_sessions", offering_id=offering_id), 303)


@blueprint.post("/activities/<uuid:offering_id>/sessions/<uuid:session_id>/copy")
@requires(Permission.MANAGE_ACTIVITIES)
def copy_session(offering_id: UUID, session_id: UUID) -> AnyResponse:
    """Add a session in each of the next weeks, at the same hour."""
    weeks = request.form.get("weeks", 0, type=int)
    try:
        with transaction() as session:
            added = sessions.copy_weekly(session, (offering_id, session_id), weeks, _ask(), clock.now())
        flash(ngettext("%(num)d session was added.", "%(num)d sessions were added.", len(added)), "success")
    except Refusal as error:
        flash(refusal_text(error), "error")
    return redirect(url_for(".activity_sessions", offering_id=offering_id), 303)


@blueprint.post("/activities/<uuid:offering_id>/sessions/tell")
@requires(Permission.MANAGE_ACTIVITIES)
def announce_sessions(offering_id: UUID) -> AnyResponse:
    """Tell the people who applied of the sessions as they are now."""
    try:
        with transaction() as session:
            ask = Ask(signed_in_person().id, request.form.get("reason", ""))
            changing.announce_sessions(session, offering_id, ask, clock.now())
        flash(gettext("The people who applied are told of the sessions."), "success")
    except Refusal as error:
        flash(refusal_text(error), "error")
    return redirect(url_for(".activity_sessions", offering_id=offering_id), 303)


def _list_page(offering: Offering, form: SessionForm) -> str:
    known = countries_of_people(reader(), offering.id) or countries_it_is_for(reader(), offering)
    people = zones_of(offering, known)
    day = request.args.get("day", type=near_day) or _next_day(offering)
    hours = request.args.get("hours", USUAL_HOURS, type=float)
    slots: tuple[Slot, ...] = ()
    if people:
        slots = suitable_hours(people, day, hours if 0.5 <= hours <= 12 else USUAL_HOURS, offering.time_zone)
    return render_template(
        "lms/admin/activity_sessions.html", offering=offering, form=form, slots=slots[:SLOTS_SHOWN], day=day,
        hours=hours, odd=sessions.oddities(offering, offering.sessions), oddity_words=ODDITIES, now=clock.now(),
        people=len(people), may_tell=sessions.is_untold(reader(), offering),
    )  # fmt: skip


def zones_of(offering: Offering, people: dict[str, int]) -> list[str]:
    """Return the time zone of each trainer, and of as many people of each country as there are."""
    zones = [zone_of_country(trainer.person.country) or offering.time_zone for trainer in offering.trainers]
    for country, count in people.items():
        zones += [zone_of_country(country) or offering.time_zone] * count
    return [zone for zone in zones if is_zone(zone)]


def _next_day(offering: Offering) -> date:
    """Return the day for which hours are proposed: that of the activity, never a past one."""
    today = day_in(clock.now(), offering.time_zone)
    return max(offering.starts_on or today, today)


def _usual(offering: Offering) -> dict[str, str]:
    """Return what the form of a new session begins with: the day after the last one, at the same hour."""
    if offering.sessions:
        last = offering.sessions[-1]
        first, end = local(last.starts_at, offering.time_zone), local(last.ends_at, offering.time_zone)
        starts, ends = first + timedelta(days=1), end + timedelta(days=1)
    else:
        starts = datetime.combine(_next_day(offering), time(9))
        ends = starts.replace(hour=11)
    return {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{ends:%Y-%m-%dT%H:%M}"}


def _described(offering: Offering, row: OfferingSession) -> dict[str, str]:
    return {
        "title": row.title, "link": row.link, "starts_at": shown_moment(row.starts_at, offering.time_zone),
        "ends_at": shown_moment(row.ends_at, offering.time_zone),
    }  # fmt: skip


def _session(offering: Offering, session_id: UUID) -> OfferingSession:
    found = next((one for one in offering.sessions if one.id == session_id), None)
    if found is None:
        raise NotFound("session")
    return found


def _ask() -> Ask:
    return Ask(signed_in_person().id)
