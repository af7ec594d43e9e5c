"""What programs are told when something is refused or fails: JSON with the same codes as on the pages."""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, make_response

from courses.enrolment.gate import EnrolmentRefused
from courses.errors import Refusal
from courses.progression.decision import Decision, Reason
from lms.wording import refusal_text
from lms.wording_problems import PROBLEMS
from lms.wording_progression import reason_text

CODES = {
    400: "bad_request", 401: "token_missing", 403: "not_permitted", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 415: "not_json", 429: "too_many_requests", 500: "fault", 503: "busy", 507: "disk_full",
}  # fmt: skip


def problem(status: int, code: str | None = None, message: str = "", **more: Any) -> Response:
    """Return what went wrong: a stable code, a sentence (without one of its own, that of the status), and what else."""
    said = message or str(PROBLEMS.get(status, PROBLEMS[500]))
    body = {"code": code or CODES.get(status, "error"), "message": said, **more}
    answer = make_response(jsonify(error={name: value for name, value in body.items() if value is not None}))
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Palier"'
    return answer


def refusal_problem(error: Refusal) -> Response:
    """Return a refusal; one of the gate with every reason, and the decision that was kept of it."""
    if not isinstance(error, EnrolmentRefused):
        return problem(409, error.code, refusal_text(error), parameters=dict(error.parameters) or None)
    reasons = error.decision.reasons
    return problem(
        409, error.code, reason_text(reasons[0]), reasons=reasons_document(reasons),
        decision=str(error.stored.id) if error.stored else None,
    )  # fmt: skip


def decision_document(decision: Decision) -> dict[str, Any]:
    """Return the answer of the gate for a program."""
    return {
        "is_allowed": decision.is_allowed,
        "is_advisory": decision.is_advisory,
        "reasons": reasons_document(decision.reasons),
        "lacks": reasons_document(decision.lacks),
    }


def reasons_document(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Return reasons with their sentences."""
    return [
        {"code": reason.code, "parameters": dict(reason.parameters), "message": reason_text(reason)}
        for reason in reasons
    ]
