"""The report on a package: for its page, and as JSON."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from courses.catalogue import queries
from courses.catalogue.models import ImportState, PackageImport
from courses.errors import NotFound
from lms.access import Permission, requires
from lms.report import KINDS, Report, language_names, report_document, verdict
from lms.site import reader
from lms.web.admin import blueprint
from lms.wording_findings import GRADE_NAMES

WITHOUT = (ImportState.WAITING, ImportState.READING, ImportState.FAILED)
"""The states in which there is no report."""


@blueprint.get("/imports/<uuid:import_id>/report.json")
@requires(Permission.IMPORT_PACKAGES)
def import_report(import_id: UUID) -> Response:
    """Return the report on a package as JSON, with words in the reader's language."""
    import_ = queries.import_of(reader(), import_id)
    if import_.state in WITHOUT:
        raise NotFound("report")
    answer = jsonify({"state": import_.state.value, "sha256": import_.sha256} | report_document(report_of(import_)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def report_of(import_: PackageImport) -> Report:
    """Return what was found of the package of an import."""
    version = import_.version
    return Report(
        file=import_.file_name,
        is_accepted=import_.state not in (ImportState.REFUSED, *WITHOUT),
        findings=import_.findings,
        edition=version.edition if version else "",
        title=version.title if version else "",
        tool=version.tool if version else "",
        parts=version.sco_count if version else 0,
        facts=import_.facts,
    )


def report_view(import_: PackageImport) -> dict[str, Any]:
    """Return what the template of a report needs; nothing while there is no report."""
    if import_.state in WITHOUT:
        return {"report": None}
    report = report_of(import_)
    return {
        "report": report,
        "report_verdict": verdict(report),
        "report_languages": language_names(report.facts.get("languages", ())),
        "grades": GRADE_NAMES,
        "kinds": KINDS,
    }
