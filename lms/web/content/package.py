"""The hosts of packages: our wrapper page, a blank page, and the package's own files.

A package is somebody else's JavaScript. It finds here its own files and nothing that belongs to the person.
"""

from functools import cache

from flask import Blueprint, Response, abort, render_template, request

from courses.attempts.played import played_version
from courses.errors import NotFound
from lms.access import Permission, requires
from lms.site import reader, site
from lms.web.content.answers import package_policy
from lms.web.content.files import send_member, send_script
from lms.web.content.members import find_member
from lms.web.content.rights import Opened, opened_by
from lms.web.content.scripts import PACKAGE, package_script

blueprint = Blueprint("package", __name__)


@blueprint.get("/w/<token>/", endpoint="wrapper")
@requires(Permission.PUBLIC)
def show_wrapper(token: str) -> Response:
    """Show the page that holds the API and, inside it, the SCO."""
    opened = _opened(token)
    return Response(_wrapper(site().settings.shell_origin, opened.is_trial), content_type="text/html; charset=utf-8")


@cache
def _wrapper(shell: str, is_trial: bool) -> str:
    return render_template("lms/content/wrapper.html", script=package_script, shell=shell, is_trial=is_trial)


@blueprint.get("/r/", endpoint="clearing")
@requires(Permission.PUBLIC)
def show_nothing() -> Response:
    """Send an empty script: the wrapper asks for it, so that cookies which were left for the path of files end too."""
    return Response("", content_type="text/javascript; charset=utf-8")


@blueprint.get("/blank", endpoint="blank")
@requires(Permission.PUBLIC)
def show_blank() -> Response:
    """Show an empty page: the frame goes there so that a SCO notices that it is being left."""
    return Response("<!doctype html><title>…</title>", content_type="text/html; charset=utf-8")


@blueprint.get("/o/<version>/<name>", endpoint="script")
@requires(Permission.PUBLIC)
def show_script(version: str, name: str) -> Response:
    """Send a script of the wrapper."""
    return send_script(PACKAGE, version, name)


@blueprint.get("/r/<token>/<path:name>", endpoint="member")
@requires(Permission.PUBLIC)
def show_member(token: str, name: str) -> Response:
    """Send a file of the package."""
    opened = _opened(token)
    try:
        archive = played_version(reader(), opened.version_id).archive_sha256
    except NotFound:
        abort(404)
    member = find_member(reader(), archive, _raw_name(token, name))
    if member is None:
        abort(404)
    try:
        answer = send_member(archive, member)
    except FileNotFoundError:
        abort(404)
    if opened.hosts:
        answer.headers["Content-Security-Policy"] = package_policy(site().settings, opened.hosts)
    return answer


def _opened(token: str) -> Opened:
    """Return what the token opens on this host; anything else, and what is closed by now, is not there."""
    label = request.host.lower().partition(".")[0]
    opened = opened_by(site().secret, label, token)
    if opened is None:
        abort(404)
    return opened


def _raw_name(token: str, name: str) -> str:
    """Return the path as the browser wrote it, where the server hands it on: a `%2F` is part of a name."""
    address = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    path = address.partition("?")[0]
    _, found, raw = path.partition(f"/r/{token}/")
    return raw if found else name
