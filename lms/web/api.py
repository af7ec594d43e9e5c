"""What programs use: JSON below /api/v1 for the person whose token a request carries. The book is `docs/api.md`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, make_response, request, url_for

from courses.applications import services
from courses.applications.entering import nominations_of
from courses.applications.models import Application
from courses.applications.queries import applications_of, own_application
from courses.applications.services import Wish
from courses.catalogue import listing
from courses.catalogue.listing import CatalogueEntry, CatalogueSearch
from courses.enrolment.gate import Route, gate_for_course, gate_for_offering, gates_of
from courses.enrolment.models import Enrolment
from courses.enrolment.own import OwnCourse, courses_of, own_course
from courses.enrolment.services import Way, request_enrolment
from courses.enrolment.terms import language_for, languages_of
from courses.offerings.queries import offering_by_code
from courses.people.models import Language
from courses.policy.models import StoredDecision
from courses.policy.queries import decision_for, own_decisions
from courses.progression.steps import Track
from lms import clock
from lms.access import Permission, requires
from lms.gate import gated
from lms.identity import signed_in_person, visitor
from lms.languages import current_language
from lms.problems import decision_document
from lms.site import reader

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
LONGEST_TEXT = 100


@blueprint.get("/me")
@requires(Permission.SIGNED_IN)
def me() -> Response:
    """Return the person whose token this is."""
    person = signed_in_person()
    return _answer(
        {
            "email": person.email, "given_name": person.given_name, "family_name": person.family_name,
            "language": person.language, "country": person.country, "category": person.category,
            "is_verified": person.verified_at is not None, "roles": sorted(visitor().roles),
        }
    )  # fmt: skip


@blueprint.get("/courses")
@requires(Permission.LEARN)
def courses() -> Response:
    """Return the courses of the catalogue that are searched for, each with the answer of the gate for the person."""
    found = listing.catalogue(reader(), _search(), current_language())
    gates = gates_of(reader(), signed_in_person(), [entry.course for entry in found], [], clock.now())
    listed = [_course(entry) | {"decision": decision_document(gates.courses[entry.course.id])} for entry in found]
    return _answer({"courses": listed})


@blueprint.get("/courses/<code>")
@requires(Permission.LEARN)
def course(code: str) -> Response:
    """Return one course of the catalogue."""
    return _answer(_course(listing.course_by_code(reader(), code)))


@blueprint.get("/courses/<code>/decision")
@requires(Permission.LEARN)
def course_decision(code: str) -> Response:
    """Return what the gate says about a course in a language, with every reason."""
    entry = listing.course_by_code(reader(), code)
    language = _course_language(request.args.get("language"), entry)
    decision = gate_for_course(reader(), signed_in_person(), entry.course, language, clock.now())
    return _answer({"course": entry.course.code, "language": language, **decision_document(decision)})


@blueprint.get("/enrolments")
@requires(Permission.LEARN)
def enrolments() -> Response:
    """Return the person's enrolments, open ones first."""
    return _answer({"enrolments": [_own(own) for own in courses_of(reader(), signed_in_person(), clock.now())]})


@blueprint.get("/enrolments/<uuid:enrolment_id>")
@requires(Permission.LEARN)
def enrolment(enrolment_id: UUID) -> Response:
    """Return one enrolment of the person's own."""
    return _answer(_own(own_course(reader(), signed_in_person(), enrolment_id, clock.now())))


@blueprint.post("/enrolments")
@requires(Permission.LEARN)
def enrol() -> Response:
    """Enrol the person: `{"course": code, "language": "en"}`. A second time it answers with the first enrolment."""
    body, now, person = _body(), clock.now(), signed_in_person()
    entry = listing.course_by_code(reader(), _text(body, "course"))
    language = _course_language(body.get("language"), entry)
    with gated() as session:
        made = request_enrolment(session, person, entry.course.id, language, now, Way(route=Route.API, actor=person))
    answer = _answer(_enrolment(made, entry.course.code))
    answer.status_code = 201 if made.enrolled_at == now else 200
    answer.headers["Location"] = url_for(".enrolment", enrolment_id=made.id)
    return answer


@blueprint.get("/activities/<code>/decision")
@requires(Permission.LEARN)
def activity_decision(code: str) -> Response:
    """Return what the gate says about applying to an activity, with every reason."""
    person, offering = signed_in_person(), offering_by_code(reader(), code)
    named = nominations_of(reader(), [person.id])[person.id]
    decision = gate_for_offering(reader(), person, offering, clock.now(), nominated_for=named)
    return _answer({"activity": offering.code, **decision_document(decision)})


@blueprint.get("/applications")
@requires(Permission.LEARN)
def applications() -> Response:
    """Return the person's applications."""
    found = applications_of(reader(), signed_in_person())
    return _answer({"applications": [_application(one, one.offering.code) for one in found]})


@blueprint.get("/applications/<uuid:application_id>")
@requires(Permission.LEARN)
def application(application_id: UUID) -> Response:
    """Return one application of the person's own."""
    own = own_application(reader(), signed_in_person(), application_id, clock.now()).application
    return _answer(_application(own, own.offering.code))


@blueprint.post("/applications")
@requires(Permission.LEARN)
def apply() -> Response:
    """Apply and submit: `{"activity": code, "language": "en"}`, perhaps with `motivation` and `institution`."""
    body, now, person = _body(), clock.now(), signed_in_person()
    offering = offering_by_code(reader(), _text(body, "activity"))
    wish = Wish(
        language=_language(body.get("language")), motivation=_prose(body, "motivation"),
        institution=_prose(body, "institution"),
    )  # fmt: skip
    way = Way(route=Route.API, actor=person)
    with gated() as session:
        begun = services.apply(session, person, offering.id, wish, now, way)
        made = services.submit(session, person, begun.id, now, way)
    answer = _answer(_application(made, offering.code))
    answer.status_code = 201 if made.created_at == now else 200
    answer.headers["Location"] = url_for(".application", application_id=made.id)
    return answer


@blueprint.get("/decisions")
@requires(Permission.LEARN)
def decisions() -> Response:
    """Return the decisions about the person, the latest first, without the facts behind them."""
    return _answer({"decisions": [_decision(stored) for stored in own_decisions(reader(), signed_in_person())]})


@blueprint.get("/decisions/<uuid:decision_id>")
@requires(Permission.LEARN)
def decision(decision_id: UUID) -> Response:
    """Return a decision that the person may see: the terms, the facts, every condition, the version of the policy."""
    read = decision_for(reader(), signed_in_person(), decision_id)
    whole = {"terms": read.stored.terms, "facts": read.stored.record, "conditions": read.stored.conditions}
    return _answer(_decision(read.stored) | {"policy": read.version.number} | whole)


@blueprint.route("/<path:_anything>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@requires(Permission.PUBLIC)
def nothing(_anything: str) -> Response:
    """Say that there is nothing here."""
    abort(404)


def _course(entry: CatalogueEntry) -> dict[str, Any]:
    course = entry.course
    return {
        "code": course.code, "title": {"en": course.title_en, "fr": course.title_fr, "es": course.title_es},
        "level": course.level, "track": course.track, "topic": course.topic, "hours": course.hours,
        "is_for_credit": course.is_for_credit, "confers": list(course.confers),
        "languages": [{"language": each.language, "format": each.format} for each in entry.offered],
    }  # fmt: skip


def _own(own: OwnCourse) -> dict[str, Any]:
    return _enrolment(own.enrolment, own.enrolment.course.code) | {"can_open": own.can_open, "door": own.door}


def _enrolment(enrolment: Enrolment, code: str) -> dict[str, Any]:
    return {
        "id": str(enrolment.id), "course": code, "language": enrolment.language, "outcome": enrolment.outcome,
        "dropout_kind": enrolment.dropout_kind, "progress": enrolment.progress, "mark": enrolment.mark,
        "is_completed": enrolment.is_completed, "has_distinction": enrolment.has_distinction,
        "enrolled_at": _moment(enrolment.enrolled_at), "started_at": _moment(enrolment.started_at),
        "closed_at": _moment(enrolment.closed_at),
        "decision": str(enrolment.decision_id) if enrolment.decision_id else None,
    }  # fmt: skip


def _application(application: Application, code: str) -> dict[str, Any]:
    return {
        "id": str(application.id), "activity": code, "language": application.language,
        "state": application.state, "waiting": application.waiting, "outcome": application.outcome,
        "mark": application.mark, "attendance": application.attendance,
        "created_at": _moment(application.created_at), "submitted_at": _moment(application.submitted_at),
        "confirm_until": _moment(application.confirm_until),
        "decision": str(application.decision_id) if application.decision_id else None,
    }  # fmt: skip


def _decision(stored: StoredDecision) -> dict[str, Any]:
    return {
        "id": str(stored.id), "purpose": stored.purpose, "kind": stored.subject_kind, "code": stored.subject_code,
        "decided_at": _moment(stored.decided_at), "route": stored.route, "is_allowed": stored.is_allowed,
        "is_overridden": stored.override_reason != "", "override_reason": stored.override_reason or None,
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _search() -> CatalogueSearch:
    args = request.args
    levels = {"0": 0, "1": 1, "2": 2, "3": 3}
    return CatalogueSearch(
        level=levels.get(args.get("level", "")), track=args.get("track", type=Track),
        topic=args.get("topic", "")[:LONGEST_TEXT] or None, language=args.get("language", type=Language),
        text=args.get("text", "").strip()[:LONGEST_TEXT],
    )  # fmt: skip


def _body() -> Mapping[str, Any]:
    try:
        body = request.get_json()
    except RecursionError:  # brackets in brackets without end
        abort(400)
    if not isinstance(body, dict):
        abort(400)
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    value = _readable(body.get(name))
    if not value or len(value) > LONGEST_TEXT:
        abort(400)
    return value


def _prose(body: Mapping[str, Any], name: str) -> str:
    return _readable(body.get(name, ""))


def _readable(value: object) -> str:
    """Return a text as a database can keep it: JSON may hold a NUL, and halves of letters."""
    if not isinstance(value, str) or "\0" in value or value != value.encode("utf-8", "ignore").decode():
        abort(400)
    return value.strip()


def _language(value: object) -> Language | None:
    """Return a language that was named; None where none was."""
    if value is not None and value not in list(Language):
        abort(400)
    return Language(str(value)) if value else None


def _course_language(value: object, entry: CatalogueEntry) -> Language:
    """Return a language that was named; else the person's own, or one that the course has."""
    languages = languages_of(reader(), [entry.course.id])[entry.course.id]
    return _language(value) or language_for(languages, signed_in_person().language)


def _answer(body: Mapping[str, Any]) -> Response:
    answer = make_response(jsonify(body))
    answer.headers["Cache-Control"] = "no-store"
    return answer
