"""The public catalogue, a course's page, and the way into a course."""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.applications.path_page import Ways, ways_into_course
from courses.catalogue import listing
from courses.catalogue.listing import CatalogueEntry, CatalogueSearch
from courses.catalogue.models import Format
from courses.enrolment import queries
from courses.enrolment.gate import EnrolmentRefused, gate_for_course
from courses.enrolment.models import Enrolment
from courses.enrolment.reading import may_read_files
from courses.enrolment.services import request_enrolment
from courses.enrolment.standings import standings_in
from courses.enrolment.terms import asked_for_by, language_for
from courses.errors import NotFound
from courses.people.models import Language
from courses.progression.decision import Decision
from courses.progression.steps import Track
from lms import clock
from lms.access import Permission, requires
from lms.gate import gated
from lms.identity import ask_to_sign_in, signed_in_person, visitor
from lms.languages import current_language
from lms.site import reader, site
from lms.wording_learning import WORDS
from lms.wording_path import PATH_WORDS, titles_of

blueprint = Blueprint("catalogue", __name__)
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(WORDS | PATH_WORDS))
LONGEST_SEARCH = 100


@blueprint.get("/", endpoint="index")
@requires(Permission.PUBLIC)
def show_catalogue() -> str:
    """Show the published courses by level and track, or those that a search finds."""
    search = _search()
    found = listing.catalogue(reader(), search, current_language())
    person = visitor().person
    standings = standings_in(reader(), person, [entry.course for entry in found], clock.now()) if person else {}
    return render_template(
        "lms/catalogue/index.html", search=search, count=len(found), sections=listing.sections(found),
        topics=listing.topics(reader()), tracks=list(Track), standings=standings,
    )  # fmt: skip


@blueprint.get("/courses/<code>", endpoint="course")
@requires(Permission.PUBLIC)
def show_course(code: str) -> str:
    """Show what a course is, and how to enrol or why not."""
    entry = listing.course_by_code(reader(), code)
    return _course_page(entry, _language(entry))


@blueprint.post("/courses/<code>/enrol", endpoint="enrol")
@requires(Permission.LEARN)
def enrol(code: str) -> AnyResponse:
    """Enrol the person, or show the course's page with every reason why not."""
    entry = listing.course_by_code(reader(), code)
    language = request.form.get("language", _language(entry), type=Language)
    try:
        with gated() as session:
            enrolment = request_enrolment(session, signed_in_person(), entry.course.id, language, clock.now())
    except EnrolmentRefused as refusal:
        return make_response(_course_page(entry, language, refusal.decision), 409)
    flash(gettext("You are enrolled."), "success")
    return redirect(url_for("learner.enrolment", enrolment_id=enrolment.id), 303)


@blueprint.get("/courses/<code>/files/<uuid:file_id>", endpoint="file")
@requires(Permission.PUBLIC)
def send_course_file(code: str, file_id: UUID) -> AnyResponse:
    """Send a file of a first-generation course: self-study material to all, else to those who might take the course."""
    entry = listing.course_by_code(reader(), code)
    file = listing.published_file(reader(), entry.course, file_id)
    if not may_read_files(reader(), visitor().person, entry.course, clock.now()):
        return ask_to_sign_in() if visitor().person is None else abort(403)
    if request.if_none_match.contains(file.sha256):
        return Response(status=304)
    try:
        return send_file(
            site().storage.path(file.sha256), file.media_type, as_attachment=True, download_name=file.name,
            etag=file.sha256,
        )  # fmt: skip
    except FileNotFoundError:
        raise NotFound("file") from None


def _course_page(entry: CatalogueEntry, language: Language, refused: Decision | None = None) -> str:
    person = visitor().person
    running: Enrolment | None = None
    decision = refused
    ways = Ways()
    if person is not None:
        running = queries.latest_enrolment(reader(), person, entry.course.id)
        decision = refused or gate_for_course(reader(), person, entry.course, language, clock.now())
        if not decision.is_allowed and running is None:
            ways = ways_into_course(reader(), person, entry.course, language, clock.now())
    may_read = may_read_files(reader(), person, entry.course, clock.now())
    return render_template(
        "lms/catalogue/course.html", entry=entry, course=entry.course, running=running, decision=decision,
        paths=ways.paths, titles=titles_of(ways.offerings), may_read=may_read,
        sizes=listing.sizes_of(reader(), entry.course.id),
        playable=_playable(entry), chosen=language, asked_for=asked_for_by(reader(), entry.course, clock.now()),
        readable=[kept for kept in entry.course.languages if kept.files and listing.is_published(kept)],
    )  # fmt: skip


def _search() -> CatalogueSearch:
    args = request.args
    levels = {"0": 0, "1": 1, "2": 2, "3": 3}
    return CatalogueSearch(
        level=levels.get(args.get("level", "")),
        track=args.get("track", type=Track),
        topic=args.get("topic", "")[:LONGEST_SEARCH] or None,
        language=args.get("language", type=Language),
        text=args.get("text", "").strip()[:LONGEST_SEARCH],
    )


def _playable(entry: CatalogueEntry) -> list[Language]:
    return [offered.language for offered in entry.offered if offered.format == Format.SCORM]


def _language(entry: CatalogueEntry) -> Language:
    """Return the language to enrol in unless another is chosen: the reader's, else the first that can be played."""
    return language_for(entry.course.languages, Language(current_language()))
