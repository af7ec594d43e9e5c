"""The public list of activities, and an activity's page."""

from datetime import datetime

from flask import Blueprint, Response, render_template, request

from courses.applications.path_page import Known, Ways, ways_into_offering
from courses.applications.queries import WayIn, way_in
from courses.catalogue.names import Names
from courses.enrolment.terms import House, house_at
from courses.errors import NotFound
from courses.offerings import queries
from courses.offerings.models import Mode, Offering, OfferingState
from courses.offerings.openness import closed_by
from courses.offerings.queries import OfferingSearch, When
from courses.people.models import Language
from courses.people.regions import all_regions
from lms import clock
from lms.access import Permission, requires
from lms.activity_conditions import asked_clauses
from lms.calendars import Method, activity_calendar
from lms.countries import country_text, letters_of
from lms.identity import visitor
from lms.languages import current_language
from lms.naming import names
from lms.site import reader
from lms.wording_activities import ACTIVITY_WORDS
from lms.wording_path import PATH_WORDS, titles_of
from lms.zones import readers_zone, zones_offered

blueprint = Blueprint("activities", __name__, url_prefix="/activities")
blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(
        ACTIVITY_WORDS | PATH_WORDS, country_text=country_text, closed_by=closed_by
    )
)
LONGEST_SEARCH = 100
LEVELS = {"0": 0, "1": 1, "2": 2, "3": 3}


@blueprint.get("", endpoint="index")
@requires(Permission.PUBLIC)
def show_activities() -> str:
    """Show the activities, or those that a search finds: what lies ahead first."""
    now = clock.now()
    search = _search()
    return render_template(
        "lms/activities/index.html", search=search, listed=queries.open_offerings(reader(), search, now), now=now,
        topics=_topics(names()), regions=all_regions(reader()),
    )  # fmt: skip


@blueprint.get("/<code>", endpoint="activity")
@requires(Permission.PUBLIC)
def show_activity(code: str) -> str:
    """Show an activity: what it is, when and where, for whom, and the way in."""
    now = clock.now()
    offering = queries.offering_by_code(reader(), code)
    house = house_at(reader(), now)
    way = way_in(reader(), visitor().person, offering, now, house)
    ways = _ways_in(offering, way, house, now)
    return render_template(
        "lms/activities/activity.html", offering=offering, closed=closed_by(offering, now), way=way,
        paths=ways.paths, titles=titles_of(ways.offerings),
        courses=queries.courses_of_parts(reader(), offering),
        conditions=asked_clauses(reader(), offering, names(), now, house), topics=_topics(names()),
        region_names={code: names().region(code, current_language()) for code in names().regions},
        latest=next(iter(queries.changes_of(reader(), offering)), None), zone=readers_zone(), zones=zones_offered(),
    )  # fmt: skip


@blueprint.get("/<code>/calendar.ics", endpoint="calendar")
@requires(Permission.PUBLIC)
def send_calendar(code: str) -> Response:
    """Send the calendar file of an activity, without the links to join; none while no day is fixed."""
    offering = queries.offering_by_code(reader(), code)
    if not (offering.days or offering.sessions):
        raise NotFound("calendar")
    method = Method.CANCEL if offering.state is OfferingState.CANCELLED else Method.PUBLISH
    content = activity_calendar(
        offering, offering.days, offering.sessions, current_language(), method, clock.now()
    )  # fmt: skip
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{offering.code}.ics")
    return answer


def _ways_in(offering: Offering, way: WayIn, house: House, now: datetime) -> Ways:
    """Return what opens an activity to the reader whom its conditions keep out."""
    person = visitor().person
    if person is None or way.closed or not way.reasons:
        return Ways()
    return ways_into_offering(reader(), person, offering, now, Known(house, way.record))


def _search() -> OfferingSearch:
    args = request.args
    return OfferingSearch(
        mode=args.get("mode", type=Mode),
        level=LEVELS.get(args.get("level", "")),
        topic=args.get("topic", "")[:LONGEST_SEARCH] or None,
        region=args.get("region", "")[:LONGEST_SEARCH] or None,
        language=args.get("language", type=Language),
        text=args.get("text", "").strip()[:LONGEST_SEARCH],
        when=args.get("when", type=When),
        page=args.get("page", 1, type=int),
    )


def _topics(names: Names) -> dict[str, str]:
    """Return the names of the topics of activities, in the order of the names."""
    found = {code: names.topic(code, current_language()) for code in queries.topics_of_offerings(reader())}
    return dict(sorted(found.items(), key=lambda entry: letters_of(entry[1])))
