"""The policy's pages: its versions, one of them in plain words, the editor of a draft, two side by side."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from courses.catalogue.names import Names, all_names
from courses.errors import Refusal
from courses.policy import services
from courses.policy.editing import mark_of, save_draft
from courses.policy.models import PolicyVersion
from courses.policy.queries import policy_at, version_of
from courses.policy.version_list import stand_of, version_lines
from courses.progression.policy import policy_of
from lms import clock
from lms.access import Permission, requires
from lms.identity import signed_in_person
from lms.site import reader, transaction
from lms.web.admin import blueprint
from lms.web.admin.policy_form import PolicyFields, pressed_policy, rule_codes, sent_policy, shown_policy
from lms.web.requirement_form import RequirementChoices
from lms.wording import refusal_text
from lms.wording_people import CATEGORIES
from lms.wording_policy import CONDITIONS, PERSONAL, PURPOSES, STANDS, compared, policy_in_words
from lms.wording_requirements import WORDS as REQUIREMENT_WORDS

blueprint.record_once(lambda state: state.app.jinja_env.globals.update(REQUIREMENT_WORDS))
MARK = "seen"


@blueprint.get("/policy")
@requires(Permission.EDIT_POLICY)
def policy_versions() -> str:
    """Show every version of the policy: which is in force, which comes, which is a draft, and who decided."""
    return render_template("lms/admin/policy_versions.html", lines=version_lines(reader(), clock.now()), stands=STANDS)


@blueprint.post("/policy/drafts")
@requires(Permission.EDIT_POLICY)
def begin_policy_draft() -> AnyResponse:
    """Begin a draft with the rules in force, or with those of the version that was chosen."""
    like = request.form.get("like", type=UUID)
    with transaction() as session:
        draft = services.begin_draft(session, signed_in_person().id, clock.now(), like)
        version_id = draft.id
    return redirect(url_for(".edit_policy", version_id=version_id), 303)


@blueprint.get("/policy/<uuid:version_id>")
@requires(Permission.EDIT_POLICY)
def policy_version(version_id: UUID) -> str:
    """Show a version in plain words, in the three languages side by side."""
    version = version_of(reader(), version_id)
    return render_template(
        "lms/admin/policy_version.html", version=version, stand=stand_of(reader(), version, clock.now()), stands=STANDS,
        words=policy_in_words(policy_of(version.rules), all_names(reader())),
    )  # fmt: skip


@blueprint.get("/policy/<uuid:version_id>/compare")
@requires(Permission.EDIT_POLICY)
def compare_policy(version_id: UUID) -> str:
    """Show a version beside the one in force."""
    version = version_of(reader(), version_id)
    present = policy_at(reader(), clock.now())
    changes = compared(present, policy_of(version.rules), all_names(reader()))
    return render_template(
        "lms/admin/policy_compare.html", version=version, changes=changes, stands=STANDS,
        stand=stand_of(reader(), version, clock.now()),
        count=sum(change.is_changed for change in changes),
    )  # fmt: skip


@blueprint.route("/policy/<uuid:version_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_POLICY)
def edit_policy(version_id: UUID) -> AnyResponse:
    """Show the form of a draft, change its lines by its buttons, or keep it."""
    version = version_of(reader(), version_id)
    if version.in_force_from is not None:
        raise Refusal("policy_not_draft")
    if request.method == "GET":
        fields = shown_policy(policy_of(version.rules), version.note)
        return _form(version, fields, mark_of(version))
    changed = pressed_policy(request.form)
    if changed is not None:
        return _form(version, changed, request.form.get(MARK, ""))
    return _saved(version, sent_policy(request.form))


@blueprint.post("/policy/<uuid:version_id>/discard")
@requires(Permission.EDIT_POLICY)
def discard_policy(version_id: UUID) -> AnyResponse:
    """Throw a draft away."""
    with transaction() as session:
        services.discard_draft(session, version_id)
    flash(gettext("The draft was discarded."), "success")
    return redirect(url_for(".policy_versions"), 303)


def _saved(version: PolicyVersion, fields: PolicyFields) -> AnyResponse:
    policy = fields.policy
    if policy is None:
        return _form(version, fields, request.form.get(MARK, ""), status=422)
    try:
        with transaction() as session:
            save_draft(session, version.id, policy, fields.note, request.form.get(MARK, ""))
    except Refusal as error:
        if error.code != "policy_changed_meanwhile":
            raise
        return _form(version, fields, mark_of(version), status=409, meanwhile=True)
    flash(gettext("The draft was saved. It is not in force yet."), "success")
    return redirect(url_for(".policy_version", version_id=version.id), 303)


def _form(
    version: PolicyVersion, fields: PolicyFields, mark: str, *, status: int = 200, meanwhile: bool = False
) -> AnyResponse:
    """Show the form; `meanwhile`: somebody else has saved the draft, so what they wrote stands beside it."""
    names = all_names(reader())
    page = render_template(
        "lms/admin/policy_form.html", version=version, fields=fields, mark=mark, purposes=PURPOSES,
        choices=RequirementChoices(names), conditions=CONDITIONS, categories=CATEGORIES,
        personal={code: CONDITIONS[code] for code in PERSONAL}, codes=rule_codes(fields.rules),
        fault_text=lambda code: refusal_text(Refusal(code)), words=_words(fields, names), meanwhile=meanwhile,
        theirs=_theirs(version, fields, names) if meanwhile else (), theirs_note=version.note,
    )  # fmt: skip
    return make_response(page, status)


def _words(fields: PolicyFields, names: Names) -> object:
    """Return the sentences of each rule in the three languages, as far as the fields mean something."""
    readable, doubtful = fields.readable()
    return {one.code: one.texts for one in policy_in_words(readable, names) if one.code not in doubtful}


def _theirs(version: PolicyVersion, fields: PolicyFields, names: Names) -> object:
    if fields.policy is None:
        return ()
    changes = compared(policy_of(version.rules), fields.policy, names)
    return [change for change in changes if change.is_changed]
