"""Who may do what: roles as sets of permissions, and the rule that every route declares one.

Deny by default: a route without a declared permission stops the start.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from flask import Flask

from courses.people.models import Role


class Permission(StrEnum):
    """What a route may ask for. `PUBLIC` asks for nothing, `SIGNED_IN` only for an account."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    LEARN = "learn"
    SEE_COHORTS = "see_cohorts"
    SEE_ALL_COHORTS = "see_all_cohorts"
    GRANT_ATTEMPTS = "grant_attempts"
    READ_RAW_LOGS = "read_raw_logs"
    VERIFY_PEOPLE = "verify_people"
    MANAGE_COURSES = "manage_courses"
    MANAGE_LISTS = "manage_lists"
    MANAGE_ACTIVITIES = "manage_activities"
    EDIT_POLICY = "edit_policy"
    ENROL_PEOPLE = "enrol_people"
    ENROL_IN_COHORTS = "enrol_in_cohorts"
    NOMINATE = "nominate"
    SELECT_PARTICIPANTS = "select_participants"
    TAKE_ATTENDANCE = "take_attendance"
    MANAGE_RECORDS = "manage_records"
    MANAGE_NOTICES = "manage_notices"
    IMPORT_PACKAGES = "import_packages"
    SEE_CONVERSION = "see_conversion"


LEARNER = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.LEARN})
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEARNER: LEARNER,
    Role.TRAINER: LEARNER
    | {Permission.SEE_COHORTS, Permission.GRANT_ATTEMPTS, Permission.ENROL_IN_COHORTS, Permission.TAKE_ATTENDANCE},
    Role.COORDINATOR: LEARNER | {Permission.VERIFY_PEOPLE, Permission.NOMINATE},
    Role.ADMINISTRATOR: LEARNER
    | {
        Permission.SEE_COHORTS,
        Permission.SEE_ALL_COHORTS,
        Permission.GRANT_ATTEMPTS,
        Permission.READ_RAW_LOGS,
        Permission.VERIFY_PEOPLE,
        Permission.MANAGE_COURSES,
        Permission.MANAGE_LISTS,
        Permission.MANAGE_ACTIVITIES,
        Permission.EDIT_POLICY,
        Permission.ENROL_PEOPLE,
        Permission.ENROL_IN_COHORTS,
        Permission.NOMINATE,
        Permission.SELECT_PARTICIPANTS,
        Permission.TAKE_ATTENDANCE,
        Permission.MANAGE_RECORDS,
        Permission.MANAGE_NOTICES,
        Permission.IMPORT_PACKAGES,
        Permission.SEE_CONVERSION,
    },
}

View = TypeVar("View", bound=Callable[..., object])
_ATTRIBUTE = "palier_permission"


class UndeclaredRoute(Exception):
    """Raised at the start: somebody added a route and did not say who may use it."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare what a view asks for."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what somebody with these roles may do."""
    allowed = {Permission.PUBLIC, Permission.SIGNED_IN}
    return frozenset(allowed.union(*(PERMISSIONS[role] for role in roles)))


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """Return what the route asks for, or None when it declares nothing."""
    return getattr(app.view_functions.get(endpoint), _ATTRIBUTE, None)


def check_routes(app: Flask) -> None:
    """Refuse to start when a route declares no permission.

    Raises:
        UndeclaredRoute: names every such endpoint.
    """
    silent = sorted({rule.endpoint for rule in app.url_map.iter_rules() if not permission_of(app, rule.endpoint)})
    if silent:
        raise UndeclaredRoute(f"these routes declare no permission: {', '.join(silent)}")
