"""Imports: watching packages being read, the report, publication."""

from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue import queries, versions
from courses.catalogue.import_moves import UNFINISHED
from courses.catalogue.models import ImportState, PackageImport
from courses.catalogue.version_queries import version_page
from courses.errors import Refusal
from courses.people.models import Person
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.web.admin.reports import report_view
from lms.web.admin.versions import seen, shown_again, what_it_means
from lms.wording_imports import STATES, percent_read, progress_text
from lms.wording_versions import told

ON_A_PAGE = 50


@blueprint.get("/imports", endpoint="imports")
@requires(Permission.IMPORT_PACKAGES)
def show_imports() -> str:
    """List the imports, the newest first."""
    page = max(1, request.args.get("page", 1, type=int))
    found = queries.imports_page(reader(), ON_A_PAGE + 1, min(page - 1, 10_000) * ON_A_PAGE)
    return render_template(
        "lms/admin/imports.html", imports=found[:ON_A_PAGE], page=page, has_more=len(found) > ON_A_PAGE, states=STATES
    )


@blueprint.get("/imports/<uuid:import_id>")
@requires(Permission.IMPORT_PACKAGES)
def show_import(import_id: UUID) -> str:
    """Show how far an import is, then its report."""
    import_ = queries.import_of(reader(), import_id)
    return render_template(
        "lms/admin/import.html",
        entry=import_,
        is_unfinished=import_.state in UNFINISHED,
        progress_text=progress_text(import_),
        percent=percent_read(import_),
        states=STATES,
        size_limit=site().settings.max_upload,
        **report_view(import_),
        **_draft_view(import_),
    )


def _draft_view(import_: PackageImport) -> dict[str, object]:
    """Return what somebody wants to know before they publish the draft of an import."""
    if import_.state is not ImportState.READY or import_.version is None:
        return {"is_discarded": False}
    if import_.version.retired_at is not None:
        return {"is_discarded": True}
    page = version_page(reader(), import_.version.id)
    return {
        "is_discarded": False,
        "difference": told(page.difference) if page.difference else None,
        "compared": page.compared,
        "consequences": what_it_means(reader(), page),
        "current_id": page.entry.version_id,
    }


@blueprint.get("/imports/<uuid:import_id>/progress")
@requires(Permission.IMPORT_PACKAGES)
def import_progress(import_id: UUID) -> Response:
    """Return how far an import is, for the script of its page."""
    import_ = queries.import_of(reader(), import_id)
    answer = jsonify(
        state=import_.state.value,
        percent=percent_read(import_),
        text=progress_text(import_),
        has_ended=import_.state not in UNFINISHED,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/imports/<uuid:import_id>/publish")
@requires(Permission.IMPORT_PACKAGES)
def publish_import(import_id: UUID) -> AnyResponse:
    """Publish what an import brought; asking twice is harmless."""
    person, address = signed_in_person(), url_for(".show_import", import_id=import_id)
    try:
        with transaction() as session:
            # Not locked: the course is locked first, as everywhere, or two who publish would wait for each other.
            import_ = queries.import_of(session, import_id)
            if import_.state is not ImportState.PUBLISHED:
                _publish(session, import_, person)
    except Refusal as error:
        return shown_again(error, "publication_stale", address)
    return redirect(address, 303)


def _publish(session: Session, import_: PackageImport, person: Person) -> None:
    if import_.state is not ImportState.READY or import_.version_id is None:
        raise Refusal("import_not_ready")
    version = versions.publish(session, import_.version_id, person.id, clock.now(), seen())
    flash(gettext("Version %(number)s is published.", number=version.number), "success")
