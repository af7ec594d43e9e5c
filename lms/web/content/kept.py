"""Courses that are kept on a device: what is to be downloaded, what the device tells of it, its pages for bookmarks.

The pages hold nothing of anybody: their script reads what the device itself keeps. They open without a network.
"""

from functools import cache
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request

from courses.attempts.commits import Verdict
from courses.attempts.keeping import kept_course
from courses.attempts.kept import note_copy, read_note
from lms import clock
from lms.access import Permission, requires
from lms.languages import CODES
from lms.site import reader, site, transaction
from lms.web.content.answers import verdict_answer
from lms.web.content.calls import called_document, called_token
from lms.web.content.scripts import PACKAGE, SHELL, package_script, shell_script
from lms.web.content.texts import texts
from lms.web.content.texts_keeping import keeping_texts

blueprint = Blueprint("kept", __name__)

_ATTEMPT = "{attempt}"
_ONLY_IN_TRIALS = ("trace.js", "trace.css", "tracing.js")


@blueprint.post("/keep", endpoint="plan")
@requires(Permission.PUBLIC)
def plan() -> Response:
    """Return what can be kept of the course that is open, and all that its device needs to play it alone."""
    called_document()
    answer = kept_course(reader(), called_token(), site().secret, clock.now())
    ours = {"shell": _shell_files(), "wrapper": _wrapper_files()} if answer.verdict is Verdict.SAVED else {}
    return verdict_answer(answer.verdict, answer.body | ours)


@blueprint.post("/kept", endpoint="note")
@requires(Permission.PUBLIC)
def note() -> Response:
    """Note what a device tells of its copy."""
    told = read_note(called_document())
    with transaction() as session:
        answer = note_copy(session, called_token(), told, clock.now())
    return verdict_answer(answer.verdict, answer.body)


@blueprint.get("/kept", endpoint="list")
@requires(Permission.PUBLIC)
def show_list() -> Response:
    """Show what this device keeps."""
    return _page("lms/content/kept.html", "")


@blueprint.get("/kept/<uuid:attempt_id>", endpoint="page")
@requires(Permission.PUBLIC)
def show_page(attempt_id: UUID) -> Response:
    """Show the player for a course that this device keeps."""
    return _page("lms/content/shell.html", str(attempt_id))


def _page(template: str, attempt: str) -> Response:
    """Return a page in the language that the browser asks for: a worker of ours asks for the learner's."""
    language = request.accept_languages.best_match(CODES) or site().settings.language
    page = _rendered(template, language, f"{site().settings.base_url}{site().settings.url_prefix}/my")
    answer = Response(page.replace(_ATTEMPT, attempt), content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = language
    answer.headers["Vary"] = "Accept-Language"
    if "Cookie" in request.headers:
        answer.headers["Clear-Site-Data"] = '"cookies"'
    return answer


@cache
def _rendered(template: str, language: str, platform: str) -> str:
    g.palier_language = language
    return render_template(
        template, attempt=_ATTEMPT, is_kept=True, texts=texts(language) | keeping_texts(language), language=language,
        script=shell_script, platform=platform,
    )  # fmt: skip


def _shell_files() -> list[str]:
    return [shell_script(name) for name in sorted(SHELL) if name not in _ONLY_IN_TRIALS]


def _wrapper_files() -> list[str]:
    return [package_script(name) for name in sorted(PACKAGE) if name not in _ONLY_IN_TRIALS]
