"""The administrator's notices: how sending goes, what failed and is tried again, what each letter says."""

from uuid import UUID, uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue.names import all_names
from courses.notices import services
from courses.notices.kinds import NoticeKind
from courses.notices.queries import failed_notices, state_of_post
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.languages import CODES
from lms.letters import words_of
from lms.mail import sender_of, where_to
from lms.notice_samples import sample
from lms.site import reader, site, transaction
from lms.web.admin import blueprint
from lms.wording_notice_names import KIND_NAMES, failure_text, kind_name
from lms.wording_playing import moment_text


@blueprint.get("/notices")
@requires(Permission.MANAGE_NOTICES)
def notices() -> str:
    """Show how sending goes, and the notices that failed, the newest first."""
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    failed, has_more = failed_notices(reader(), page)
    settings = site().settings
    return render_template(
        "lms/admin/notices.html", failed=failed, page=page, has_more=has_more, post=state_of_post(reader()),
        where_to=where_to(settings), is_server=bool(settings.mail_url), sender=str(sender_of(settings)),
        kind_name=kind_name, failure_text=failure_text, moment_text=moment_text,
    )  # fmt: skip


@blueprint.post("/notices/again")
@requires(Permission.MANAGE_NOTICES)
def try_all_notices() -> AnyResponse:
    """Let everything that failed be sent again."""
    with transaction() as session:
        count = services.try_all_again(session, clock.now())
    text = ngettext("%(num)d letter is tried again now.", "%(num)d letters are tried again now.", count)
    flash(text, "success" if count else "warning")
    return redirect(url_for("admin.notices"), 303)


@blueprint.post("/notices/<uuid:notice_id>/again")
@requires(Permission.MANAGE_NOTICES)
def try_notice(notice_id: UUID) -> AnyResponse:
    """Let one notice be sent again."""
    with transaction() as session:
        is_due = services.try_again(session, notice_id, clock.now())
    if is_due:
        flash(gettext("The letter is tried again now."), "success")
    else:
        text = gettext("The letter was sent meanwhile, or is tried again within a quarter of an hour anyway.")
        flash(text, "warning")
    return redirect(url_for("admin.notices"), 303)


@blueprint.post("/notices/test")
@requires(Permission.MANAGE_NOTICES)
def send_test_letter() -> AnyResponse:
    """Write a letter to who is signed in, to see whether mail arrives."""
    person = signed_in_person()
    with transaction() as session:
        services.notify(session, person.id, NoticeKind.TEST, f"test:{uuid4()}", {}, clock.now())
    flash(gettext("A letter to %(address)s leaves within a minute.", address=person.email), "success")
    return redirect(url_for("admin.notices"), 303)


@blueprint.get("/notices/letters")
@requires(Permission.MANAGE_NOTICES)
def letters() -> str:
    """List the kinds of letters."""
    kinds = [(kind.value, str(name)) for kind, name in KIND_NAMES.items()]
    return render_template("lms/admin/letters.html", kinds=kinds)


@blueprint.get("/notices/letters/<kind>")
@requires(Permission.MANAGE_NOTICES)
def letter(kind: str) -> str:
    """Show a letter in each language, with invented facts."""
    if kind not in set(NoticeKind):
        abort(404)
    due, names = sample(NoticeKind(kind), signed_in_person(), clock.now()), all_names(reader())
    shown = []
    for code in CODES:
        with force_locale(code):
            shown.append((code, words_of(due, site().settings, names, None)))
    return render_template("lms/admin/letter.html", kind=kind_name(kind), shown=shown)
