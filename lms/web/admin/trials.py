"""Test launches: begin or resume one, read what it showed, choose with it in view what completes the course."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.attempts.models import PlayMode
from courses.attempts.signals import GRAVE
from courses.attempts.trial_report import trial_report
from courses.attempts.trials import launch_trial, resume_trial, trial_page
from courses.catalogue.completion import choose_completion
from courses.catalogue.models import CompletionRule
from courses.people.models import Language
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person, visitor
from lms.languages import current_language
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.wording_trials import (
    EXPLANATIONS,
    HINTS,
    LACKS,
    RULES,
    SIGNALS,
    elapsed_text,
    error_text,
    line_text,
)

NOTHING = "none"
"""How a form says that no rule is chosen."""


blueprint.record_once(
    lambda state: state.app.jinja_env.globals.update(rule_names=RULES, rule_explanations=EXPLANATIONS)
)


@blueprint.post("/versions/<uuid:version_id>/trial", endpoint="try_version")
@requires(Permission.IMPORT_PACKAGES)
def try_version(version_id: UUID) -> AnyResponse:
    """Begin a trial of a version, or only a look at it, and go to the player with a code."""
    person, language = signed_in_person(), Language(current_language())
    mode = PlayMode.BROWSE if request.form.get("mode") == PlayMode.BROWSE else PlayMode.NORMAL
    with transaction() as session:
        code = launch_trial(session, person, version_id, visitor().sign_in_id, language, clock.now(), mode=mode)
    return _to_player(code)


@blueprint.post("/trials/<uuid:trial_id>/resume", endpoint="resume_trial")
@requires(Permission.IMPORT_PACKAGES)
def try_again(trial_id: UUID) -> AnyResponse:
    """Go on with a trial of one's own where it was left."""
    person, language = signed_in_person(), Language(current_language())
    with transaction() as session:
        code = resume_trial(session, person, trial_id, visitor().sign_in_id, language, clock.now())
    return _to_player(code)


def _to_player(code: str) -> AnyResponse:
    answer = redirect(f"{site().settings.shell_origin}/launch?code={code}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/trials/<uuid:trial_id>", endpoint="trial")
@requires(Permission.IMPORT_PACKAGES)
def show_trial(trial_id: UUID) -> str:
    """Show what a package said in a trial, what never came, and what each rule would make of it."""
    page = trial_page(reader(), trial_id)
    report = trial_report(reader(), page.attempt, clock.now())
    first = report.story[0].at_ms if report.story else 0
    edition = page.version.edition
    return render_template(
        "lms/admin/trial.html",
        page=page,
        report=report,
        story=[(line, elapsed_text(line.at_ms - first), line_text(line, edition)) for line in report.story],
        titles={part.id: part.title for part in report.parts},
        is_own=page.person.id == signed_in_person().id,
        signal_names=SIGNALS, lacks=LACKS, grave=GRAVE, hints=HINTS,
        error_text=lambda code: error_text(edition, code),
    )  # fmt: skip


@blueprint.post("/courses/<uuid:course_id>/completion", endpoint="choose_completion")
@requires(Permission.MANAGE_COURSES)
def choose_rule(course_id: UUID) -> AnyResponse:
    """Choose what completes a course; the trial from which it was chosen is shown again."""
    wanted = request.form.get("completes_by", "")
    if wanted not in {NOTHING, *CompletionRule}:
        abort(400)
    rule = None if wanted == NOTHING else CompletionRule(wanted)
    with transaction() as session:
        choose_completion(session, course_id, rule, signed_in_person().id, clock.now())
    flash(
        gettext("What completes the course was saved. Results that learners have already stay as they are."), "success"
    )
    return redirect(_back(course_id), 303)


def _back(course_id: UUID) -> str:
    """Return the page from which a rule was chosen: of a trial, else of the course."""
    try:
        return url_for(".trial", trial_id=UUID(request.form.get("trial", "")))
    except ValueError:
        return url_for(".course", course_id=course_id)
