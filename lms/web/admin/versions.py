"""One version of a course: what it holds, what it changes, who plays it; publish, roll back, retire; hand it out."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from courses.attempts.players import Playing, consequences, held_to, playing
from courses.attempts.retiring import retire
from courses.attempts.trials import trials_of
from courses.catalogue import versions
from courses.catalogue.models import CourseVersion
from courses.catalogue.version_queries import VersionPage, VersionState, version_page
from courses.catalogue.versions import Seen
from courses.errors import Refusal
from lms import clock
from lms.access import Permission, requires
from lms.exporting import original_of, stage_export
from lms.identity import signed_in_person
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.web.admin.reports import report_view
from lms.wording import refusal_text
from lms.wording_versions import VERSION_STATES, elsewhere_texts, publication_texts, retirement_texts, told

CAN_BE_PUBLISHED = (VersionState.DRAFT, VersionState.OLDER)
"""Also what can be retired: of the others one is played, and the rest are gone already."""


@blueprint.get("/versions/<uuid:version_id>", endpoint="version")
@requires(Permission.IMPORT_PACKAGES)
def show_version(version_id: UUID) -> str:
    """Show a version: where it stands, who plays it, what it changes, the report on its package."""
    page = version_page(reader(), version_id)
    found = playing(reader(), page.entry.id, clock.now())
    return render_template(
        "lms/admin/version.html",
        page=page,
        states=VERSION_STATES,
        players=found.of(version_id),
        elsewhere=_elsewhere(page, found),
        difference=told(page.difference) if page.difference else None,
        can_be_published=page.state in CAN_BE_PUBLISHED,
        trials=trials_of(reader(), version_id),
        **(report_view(page.came) if page.came else {}),
    )


def _elsewhere(page: VersionPage, found: Playing) -> tuple[str, ...]:
    """Return who does not play the current version, whatever the rule of the course wants; nothing on other pages."""
    if page.state is not VersionState.CURRENT:
        return ()
    return elsewhere_texts(consequences(reader(), found, page.version.id))


@blueprint.route("/versions/<uuid:version_id>/publish", methods=["GET", "POST"])
@requires(Permission.IMPORT_PACKAGES)
def publish_version(version_id: UUID) -> AnyResponse | str:
    """Ask once more, saying what it will mean for whom; then publish a draft, or an older version again."""
    if request.method == "POST":
        return _published(version_id)
    page = version_page(reader(), version_id)
    if page.state not in CAN_BE_PUBLISHED:
        return redirect(url_for(".version", version_id=version_id), 303)
    return render_template(
        "lms/admin/version_publish.html",
        page=page,
        is_again=page.state is VersionState.OLDER,
        consequences=what_it_means(reader(), page),
        difference=told(page.difference) if page.difference else None,
    )


def _published(version_id: UUID) -> AnyResponse:
    """Publish a version; where another one was published since the page was shown, it is shown again."""
    try:
        with transaction() as session:
            version = versions.publish(session, version_id, signed_in_person().id, clock.now(), seen())
    except Refusal as error:
        return shown_again(error, "publication_stale", url_for(".publish_version", version_id=version_id))
    flash(gettext("Version %(number)s is published.", number=version.number), "success")
    return redirect(url_for(".version", version_id=version_id), 303)


def seen() -> Seen | None:
    """Return what the form says that its page showed as the current version; None for a form that says nothing."""
    told = request.form.get("current")
    if told is None:
        return None
    try:
        return Seen(UUID(told) if told else None)
    except ValueError as error:
        raise BadRequest from error


def shown_again(error: Refusal, code: str, address: str) -> AnyResponse:
    """Return the way to a page that says anew what it is about, with the reason of the refusal on it.

    Raises:
        Refusal: it is not of that code.
    """
    if error.code != code:
        raise error
    flash(refusal_text(error), "warning")
    return redirect(address, 303)


def what_it_means(session: Session, page: VersionPage) -> tuple[str, ...]:
    """Return what the publication of a version would mean for people, in sentences."""
    found = playing(session, page.entry.id, clock.now())
    return publication_texts(consequences(session, found, page.version.id))


@blueprint.route("/versions/<uuid:version_id>/retire", methods=["GET", "POST"])
@requires(Permission.IMPORT_PACKAGES)
def retire_version(version_id: UUID) -> AnyResponse | str:
    """Ask once more, or say who is held to the version; then retire it, or discard a draft."""
    if request.method == "POST":
        return _retired(version_id)
    page = version_page(reader(), version_id)
    if page.state not in CAN_BE_PUBLISHED:
        return redirect(url_for(".version", version_id=version_id), 303)
    found = playing(reader(), page.entry.id, clock.now())
    return render_template(
        "lms/admin/version_retire.html",
        page=page,
        is_draft=page.state is VersionState.DRAFT,
        reasons=retirement_texts(held_to(reader(), found, version_id)),
        players=found.of(version_id),
    )


def _retired(version_id: UUID) -> AnyResponse:
    """Retire a version; where somebody has begun on it since, the page says so."""
    try:
        with transaction() as session:
            is_for_draft = "draft" in request.form
            version = retire(session, version_id, signed_in_person().id, clock.now(), is_for_draft=is_for_draft)
    except Refusal as error:
        if error.code == "version_in_use":
            return redirect(url_for(".retire_version", version_id=version_id), 303)
        return shown_again(error, "draft_published", url_for(".retire_version", version_id=version_id))
    flash(_retirement_text(version), "success")
    return redirect(url_for(".version", version_id=version_id), 303)


def _retirement_text(version: CourseVersion) -> str:
    return str(gettext("Version %(number)s is retired. Its files will be removed.", number=version.number))


@blueprint.get("/versions/<uuid:version_id>/original")
@requires(Permission.IMPORT_PACKAGES)
def version_original(version_id: UUID) -> Response:
    """Send the file of a version byte for byte as it came."""
    found = original_of(site(), version_id)
    answer = send_file(
        found.path, mimetype="application/zip", as_attachment=True, download_name=found.name, etag=found.sha256,
        conditional=True,
    )  # fmt: skip
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.get("/versions/<uuid:version_id>/export")
@requires(Permission.IMPORT_PACKAGES)
def version_export(version_id: UUID) -> Response:
    """Send a clean package of a version, from a file that is gone when it is sent."""
    name, package = stage_export(site(), version_id)
    size = package.seek(0, 2)
    package.seek(0)
    answer = send_file(package, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
