"""The player's own page and its calls: exchange a code, take a lease, commit, show a sign of life.

Calls are JSON in both directions: a page of another site cannot send one without being asked first, and a redirect or
a login page can never be taken for an answer.
"""

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, render_template, request

from courses.attempts.calls import LONGEST_BATCH, keep_calls, read_batch
from courses.attempts.commits import Post, Verdict, accept, post_of
from courses.attempts.journal import Broken
from courses.attempts.messages import MessageError
from courses.attempts.queries import code_facts
from courses.attempts.services import Browser, Opening, beat, exchange, resume
from courses.attempts.sessions import is_plain_text
from courses.attempts.signals import signal_table
from courses.catalogue.hosts import approved_hosts
from lms import clock
from lms.access import Permission, requires
from lms.languages import CODES
from lms.site import reader, site, transaction
from lms.web.content.answers import verdict_answer
from lms.web.content.calls import called_document, called_token
from lms.web.content.files import send_script
from lms.web.content.scripts import PACKAGE, SHELL, shell_script, table_file, version_of_scripts
from lms.web.content.texts import texts
from lms.web.content.texts_keeping import keeping_texts
from lms.web.content.texts_trace import trace_texts
from lms.web.content.tokens import host_label, read_token, tagged

blueprint = Blueprint("shell", __name__)

_ATTEMPT, _EARLIER = "{attempt}", "{earlier}"
_SHORTEST_NONCE = 16
_LONGEST_DEVICE = 64


@blueprint.get("/launch", endpoint="page")
@requires(Permission.PUBLIC)
def show_page() -> Response:
    """Show the player's page; its script spends the code, so that looking at the page does not."""
    facts = code_facts(reader(), request.args.get("code", "")[:200])
    preferred = facts.language if facts else request.accept_languages.best_match(CODES)
    language = preferred or site().settings.language
    attempt, earlier = (str(facts.attempt_id), " ".join(map(str, facts.earlier))) if facts else ("", "")
    page = _page(language, _platform("/my")).replace(_ATTEMPT, attempt).replace(_EARLIER, earlier)
    answer = Response(page, content_type="text/html; charset=utf-8")
    if "Cookie" in request.headers:
        answer.headers["Clear-Site-Data"] = '"cookies"'
    return answer


@cache
def _page(language: str, platform: str) -> str:
    """Return the page in a language, with marks where attempts stand: rendered once, served to everybody."""
    g.palier_language = language
    return render_template(
        "lms/content/shell.html", attempt=_ATTEMPT, earlier=_EARLIER, texts=texts(language) | keeping_texts(language),
        language=language, script=shell_script, platform=platform,
    )  # fmt: skip


@blueprint.get("/s/<version>/<name>", endpoint="script")
@requires(Permission.PUBLIC)
def show_script(version: str, name: str) -> Response:
    """Send a script or style of the player, to be kept for a year."""
    return send_script(SHELL, version, name)


@blueprint.post("/launch", endpoint="exchange")
@requires(Permission.PUBLIC)
def exchange_code() -> Response:
    """Spend a launch code: the state of the attempt and a lease to write it."""
    document = called_document()
    code = document.get("code")
    if not isinstance(code, str):
        raise MessageError("code is a text")
    journal = _journal(document)
    with transaction() as session:
        opening = exchange(session, code, journal, site().secret, clock.now(), _browser(document))
    return _opened(opening) if opening else _refused("spent", 410)


@blueprint.post("/lease", endpoint="lease")
@requires(Permission.PUBLIC)
def take_lease() -> Response:
    """Take a new lease by an old one, after a reload or to take over from another page."""
    document = called_document()
    journal = _journal(document)
    with transaction() as session:
        opening = resume(session, called_token(), journal, site().secret, clock.now(), _browser(document))
    return _opened(opening) if isinstance(opening, Opening) else verdict_answer(opening.verdict, opening.body)


@blueprint.post("/commit", endpoint="commit")
@requires(Permission.PUBLIC)
def commit() -> Response:
    """Take a commit in; one that never can be is to be set aside, so that those after it come through."""
    document = called_document()
    try:
        post = post_of(called_token(), document, request.get_data())
    except MessageError as error:
        return verdict_answer(Verdict.INVALID, {"reason": str(error), "set_aside": True})
    with transaction() as session:
        answer = accept(session, post, site().secret, clock.now())
    return verdict_answer(answer.verdict, answer.body)


@blueprint.post("/heartbeat", endpoint="heartbeat")
@requires(Permission.PUBLIC)
def heartbeat() -> Response:
    """Note that the page is still seen."""
    called_document()
    with transaction() as session:
        answer = beat(session, called_token(), clock.now())
    return verdict_answer(answer.verdict, answer.body)


@blueprint.get("/trace/words/<language>", endpoint="trace_words")
@requires(Permission.PUBLIC)
def show_trace_words(language: str) -> Response:
    """Send what the panel of a trial needs: its words, and which calls are which signals."""
    if language not in CODES:
        abort(404)
    return jsonify({"words": trace_texts(language), "table": signal_table()})


@blueprint.post("/trace", endpoint="trace")
@requires(Permission.PUBLIC)
def take_trace() -> Response:
    """Keep calls that the package of a trial has made."""
    if (request.content_length or LONGEST_BATCH + 1) > LONGEST_BATCH:
        abort(413)
    batch = read_batch(called_document())
    with transaction() as session:
        answer = keep_calls(session, called_token(), batch, clock.now())
    return verdict_answer(answer.verdict, answer.body)


def _browser(document: dict[str, Any]) -> Browser:
    """Return who calls, as far as the page says; what is no nonce cannot be guessed at."""
    nonce, device = (one if isinstance(one, str) else "" for one in (document.get("nonce"), document.get("device")))
    is_device = 0 < len(device) <= _LONGEST_DEVICE and is_plain_text(device)
    return Browser(nonce=nonce if _SHORTEST_NONCE <= len(nonce) <= 200 else "", device=device if is_device else None)


def _journal(document: dict[str, Any]) -> list[Post | Broken]:
    """Return what earlier pages could not send; a broken entry must not keep the others back."""
    entries = document.get("journal", [])
    if not isinstance(entries, list):
        raise MessageError("journal is a list")
    return [_entry(entry) for entry in entries]


def _entry(entry: object) -> Post | Broken:
    token = entry.pop("token", "") if isinstance(entry, dict) else ""
    if not isinstance(token, str):
        return Broken("token is a text")
    try:
        return post_of(token, entry, json.dumps(entry).encode("ascii"), is_journal=True)
    except (MessageError, RecursionError) as error:
        return Broken(str(error))


def _opened(opening: Opening) -> Response:
    """Return what a page load gets, with the addresses of its package."""
    parts = site()
    label = host_label(parts.secret, opening.trial_id or opening.person_id, opening.version_id)
    token = read_token(parts.secret, label, opening.attempt_id)
    shown = tagged(token, approved_hosts(reader(), opening.version_id))
    settings, trial = parts.settings, opening.trial_id
    return jsonify(
        {
            **opening.body,
            "origin": f"{settings.content_scheme}://{label}.{settings.content_host}",
            "wrapper": f"/w/{token}/?v={version_of_scripts(PACKAGE)}",
            "base": f"/r/{shown}/",
            "table": shell_script(table_file(opening.body["edition"])),
            "leave": _platform(f"/admin/trials/{trial}" if trial else f"/my/{opening.enrolment_id}?left=1"),
            "again": _platform(f"/admin/trials/{trial}" if trial else f"/my/{opening.enrolment_id}/resume"),
        }
    )


def _refused(error: str, status: int) -> Response:
    answer = jsonify({"error": error})
    answer.status_code = status
    return answer


def _platform(path: str) -> str:
    settings = site().settings
    return f"{settings.base_url}{settings.url_prefix}{path}"
