"""The story of an attempt, for the trainers of its cohort and for administrators; its raw log for administrators."""

import tempfile
from typing import IO, cast
from uuid import UUID

from flask import Response, render_template, request
from werkzeug.wsgi import wrap_file

from courses.attempts.history import short_code
from courses.attempts.history_page import attempt_of, attempt_page
from courses.attempts.history_posts import Told
from courses.attempts.raw_log import raw_lines, record_taken
from courses.attempts.signals import GRAVE
from courses.cohorts.queries import cohort_for
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, site, transaction
from lms.web.trainer import blueprint
from lms.wording_attempts import REASONS
from lms.wording_history import WORDS
from lms.wording_trials import SIGNALS

IN_MEMORY = 1024 * 1024
"""Bytes of a raw log that are gathered in memory; a longer one goes through a file."""

ATTEMPT = "/<uuid:cohort_id>/people/<uuid:enrolment_id>/attempts/<uuid:attempt_id>"


@blueprint.get(ATTEMPT, endpoint="attempt")
@requires(Permission.SEE_COHORTS)
def show_attempt(cohort_id: UUID, enrolment_id: UUID, attempt_id: UUID) -> str:
    """Show the story of an attempt: its page loads, what was said in each, and what never came."""
    now = clock.now()
    cohort = cohort_for(reader(), signed_in_person(), cohort_id)
    page = attempt_page(reader(), cohort, enrolment_id, attempt_id, now)
    titles = {name: item.title or name for name, item in page.version.known.items()}
    return render_template(
        "lms/trainer/attempt.html", cohort=cohort, enrolment_id=enrolment_id, page=page, titles=titles,
        code=short_code(attempt_id), grave=GRAVE, signal_names=SIGNALS, is_told=lambda entry: isinstance(entry, Told),
        attempt_reasons=REASONS, **WORDS,
    )  # fmt: skip


@blueprint.get(f"{ATTEMPT}/log.jsonl", endpoint="raw_log")
@requires(Permission.READ_RAW_LOGS)
def download_raw_log(cohort_id: UUID, enrolment_id: UUID, attempt_id: UUID) -> Response:
    """Send every post of an attempt as it came, as JSON Lines; who takes it is recorded."""
    person = signed_in_person()
    cohort = cohort_for(reader(), person, cohort_id)
    attempt = attempt_of(reader(), cohort, enrolment_id, attempt_id)
    with transaction() as session:
        record_taken(session, attempt.id, person.id)
    file = _gathered(attempt.id)
    answer = Response(mimetype="application/jsonl")
    answer.headers["Content-Length"] = str(file.tell())
    answer.headers.set("Content-Disposition", "attachment", filename=f"attempt-{short_code(attempt.id)}.jsonl")
    answer.headers["Cache-Control"] = "private, no-store"
    file.seek(0)
    answer.response = wrap_file(request.environ, file)
    answer.direct_passthrough = True
    return answer


def _gathered(attempt_id: UUID) -> IO[bytes]:
    """Return a file with the raw log, read a few posts at a time: no reader of a slow line holds up the database."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # whoever sends it closes it
    place = None
    while True:
        with site().database.reading() as session:
            lines, place = raw_lines(session, attempt_id, place)
        file.writelines(line.encode("ascii") for line in lines)
        if place is None:
            return cast(IO[bytes], file)  # it has all that such a file has
