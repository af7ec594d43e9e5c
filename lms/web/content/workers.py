"""The service workers, ours alone: one for the player's host, one for the hosts of packages.

A page registers its host's worker when the learner keeps something on the device, and removes it when nothing is kept
any more. What a worker gives to a page carries the policy that stands here, whatever a package's scripts have done to
what was kept.
"""

import json

from flask import Blueprint, Response, request

from lms.access import Permission, requires
from lms.site import site
from lms.web.content.answers import package_headers
from lms.web.content.rights import opened_by
from lms.web.content.scripts import script

blueprint = Blueprint("workers", __name__)


@blueprint.get("/sw.js", endpoint="worker")
@requires(Permission.PUBLIC)
def show_worker() -> Response:
    """Send the worker of the host that is asked; `for` names the read token of a package that has hosts of its own."""
    settings = site().settings
    is_shell = request.host.lower() == settings.shell_host
    body = script("shell-worker.js" if is_shell else "package-worker.js").body
    if not is_shell:
        body = f"const HEADERS = {json.dumps(_headers())};\n".encode("ascii") + body
    answer = Response(body, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _headers() -> dict[str, str]:
    """Return what every page of the asking package carries, as the server would send it."""
    label = request.host.lower().partition(".")[0]
    opened = opened_by(site().secret, label, request.args.get("for", ""))
    return package_headers(site().settings, opened.hosts if opened else ())
