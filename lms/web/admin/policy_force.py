"""Before a policy comes into force: what its check found, whom it would let in, the day from which on it counts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue.names import all_names
from courses.enrolment.forcing import force_as_seen
from courses.enrolment.policy_check import findings_of, is_of_rules
from courses.errors import NotFound, Refusal
from courses.policy import services
from courses.policy.editing import mark_of
from courses.policy.models import PolicyVersion
from courses.policy.queries import policy_at, version_of
from courses.policy.version_list import Stand
from courses.progression.checks import Severity
from courses.progression.policy import policy_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.languages import short_day
from lms.naming import title_text
from lms.site import reader, transaction
from lms.spreadsheets import Cell, as_csv
from lms.tasks import ask_for_dry_run
from lms.web.admin import blueprint
from lms.wording import refusal_text
from lms.wording_policy import STANDS, compared
from lms.wording_policy_check import SEVERITIES, dry_run_asked, finding_text, place_link, place_text, remedy_text


@blueprint.get("/policy/<uuid:version_id>/check")
@requires(Permission.EDIT_POLICY)
def check_policy(version_id: UUID) -> str:
    """Show what the check of a version found: where, and what to do."""
    version = version_of(reader(), version_id)
    return render_template("lms/admin/policy_check.html", version=version, **_checked(version))


@blueprint.post("/policy/<uuid:version_id>/dry-run")
@requires(Permission.EDIT_POLICY)
def begin_dry_run(version_id: UUID) -> AnyResponse:
    """Let a worker find out whom a draft would let in and whom not."""
    with transaction() as session:
        ask_for_dry_run(session, version_id)
    return redirect(url_for(".show_dry_run", version_id=version_id), 303)


@blueprint.get("/policy/<uuid:version_id>/dry-run")
@requires(Permission.EDIT_POLICY)
def show_dry_run(version_id: UUID) -> str:
    """Show what the dry run of a version has found, or that it is on its way."""
    version = version_of(reader(), version_id)
    report = _report(version)
    return render_template(
        "lms/admin/policy_dry_run.html", version=version, report=report, is_followed="asked_at" in report,
        dry_run_asked=dry_run_asked, title_text=title_text,
    )  # fmt: skip


@blueprint.get("/policy/<uuid:version_id>/dry-run/progress")
@requires(Permission.EDIT_POLICY)
def dry_run_progress(version_id: UUID) -> Response:
    """Return whether the dry run has ended, for the script of its page; how far it is nobody knows."""
    report = _report(version_of(reader(), version_id))
    asked_at = report.get("asked_at")
    answer = jsonify(has_ended=asked_at is None, percent=None, text=dry_run_asked(asked_at) if asked_at else "")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/policy/<uuid:version_id>/dry-run.csv")
@requires(Permission.EDIT_POLICY)
def send_dry_run(version_id: UUID) -> Response:
    """Send what the dry run has found as a table, a line for each person who is named."""
    version = version_of(reader(), version_id)
    if "changes" not in (version.report or {}):
        raise NotFound("dry run")
    header = ("kind", "code", "title", "effect", "people", "name", "email")
    return as_csv(f"policy-{version.number}-dry-run.csv", header, _lines(version.report or {}))


@blueprint.route("/policy/<uuid:version_id>/force", methods=["GET", "POST"])
@requires(Permission.EDIT_POLICY)
def force_policy(version_id: UUID) -> AnyResponse:
    """Say what changes and ask from when on, or bring the draft into force."""
    version = version_of(reader(), version_id)
    if version.in_force_from is not None:
        raise Refusal("policy_not_draft")
    if request.method == "GET":
        return _force_page(version)
    return _forced(version)


@blueprint.post("/policy/<uuid:version_id>/put-off")
@requires(Permission.EDIT_POLICY)
def put_policy_off(version_id: UUID) -> AnyResponse:
    """Make a draft again of a version whose day has not come."""
    with transaction() as session:
        services.put_off(session, version_id, clock.now())
    flash(gettext("The version is a draft again."), "success")
    return redirect(url_for(".policy_version", version_id=version_id), 303)


def _forced(version: PolicyVersion) -> AnyResponse:
    now = clock.now()
    moment = _moment(now)
    if moment is None:
        return _force_page(version, gettext("Please write a day and a time, like 2027-01-01 and 00:00."))
    try:
        with transaction() as session:
            force_as_seen(
                session, version.id, moment, signed_in_person().id, now, seen=request.form.get("seen", "")
            )  # fmt: skip
    except Refusal as error:
        return _force_page(version, refusal_text(error))
    flash(_forced_text(moment, now), "success")
    return redirect(url_for(".policy_version", version_id=version.id), 303)


def _forced_text(moment: datetime, now: datetime) -> str:
    """Return what was done: the version is in force, or will be from a later moment on."""
    if moment <= now:
        return str(gettext("The version was brought into force."))
    since = gettext("from %(day)s, %(time)s", day=short_day(moment), time=f"{moment:%H:%M}")
    return f"{STANDS[Stand.TO_COME]} {since}"


def _moment(now: datetime) -> datetime | None:
    """Return from when on, in UTC; None for what is no day and time."""
    if request.form.get("when") != "later":
        return now
    day, time = (request.form.get(name, "").strip() for name in ("day", "time"))
    try:
        return datetime.strptime(f"{day} {time or '00:00'}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _force_page(version: PolicyVersion, error: str = "") -> AnyResponse:
    changes = compared(policy_at(reader(), clock.now()), policy_of(version.rules), all_names(reader()))
    page = render_template(
        "lms/admin/policy_force.html", version=version, error=error, mark=mark_of(version),
        changes=[change for change in changes if change.is_changed], report=_report(version),
        dry_run_asked=dry_run_asked, sent=request.form if error else {}, **_checked(version),
    )  # fmt: skip
    return make_response(page, 422 if error else 200)


def _checked(version: PolicyVersion) -> dict[str, Any]:
    """Return what the check found of the rules, and of what is on offer under them, for a template."""
    policy, names = policy_of(version.rules), all_names(reader())
    findings = findings_of(reader(), policy, clock.now())
    numbers = {rule.code: number for number, rule in enumerate(policy.rules, 1)}
    own = [finding for finding in findings if is_of_rules(finding)]
    return {
        "of_rules": own,
        "of_offers": [finding for finding in findings if not is_of_rules(finding)],
        "is_barred": any(finding.severity is Severity.ERROR for finding in own),
        "severities": SEVERITIES,
        "finding_text": lambda finding: finding_text(finding, names),
        "remedy_text": remedy_text,
        "place_text": lambda finding: place_text(finding, names, numbers),
        "place_link": place_link,
    }


def _report(version: PolicyVersion) -> dict[str, Any]:
    """Return the report of the dry run, its moments read; empty where there is none."""
    report = dict(version.report or {})
    for name in ("made_at", "asked_at"):
        if name in report:
            report[name] = datetime.fromisoformat(report[name])
    return report


def _lines(report: dict[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for change in report["changes"]:
        subject = (change["kind"], change["code"], change["title"])
        for effect in ("gain", "lose"):
            told = change[effect]
            for person in told["names"]:
                yield (*subject, effect, told["people"], person["name"], person["email"])
            if not told["names"]:
                yield (*subject, effect, told["people"], "", "")
